"""Forks twice into a session of its own, so that nobody is its parent."""
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/bin/sh", ["@MARK@", "-c", "sleep 600"])
        os._exit(0)
    print("REACHED: forked")
except OSError as error:
    print("refused:", error.strerror)
