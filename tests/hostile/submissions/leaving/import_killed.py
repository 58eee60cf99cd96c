"""Kills its own process while the file is run."""
# status: ungradable
# lost: * error crash|exit|exception
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
