"""A thread ends the process soon after the file was run."""
# status: graded|ungradable
# lost: * error|skipped|passed exit|prerequisite|crash|none
import os
import threading
import time


def leave():
    time.sleep(0.05)
    os._exit(0)


threading.Thread(target=leave).start()
