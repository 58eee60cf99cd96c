"""Sleeps while the file is run."""
# status: ungradable
# lost: * error timeout
import time

time.sleep(10_000)
