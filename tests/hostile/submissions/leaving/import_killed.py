"""Kills its own process while the file is run; the first process of a name space cannot."""
# status: graded|ungradable
# lost: * error|passed crash|exit|exception|none
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
