"""Starts a shell in every way Python knows."""
import multiprocessing
import os
import subprocess

COMMAND = "echo @MARK@ > @WORLD@/@MARK@-shell; sleep 600"
for start in (
    lambda: os.system(COMMAND) == 0,
    lambda: subprocess.Popen(["/bin/sh", "-c", COMMAND], start_new_session=True),
    lambda: os.posix_spawn("/bin/sh", ["sh", "-c", COMMAND], {}),
    lambda: os.popen(COMMAND).read() and True,
    lambda: multiprocessing.get_context("fork").Process(target=print).start() or True,
    lambda: multiprocessing.get_context("spawn").Process(target=print).start() or True,
):
    try:
        if start():
            print("REACHED: started a process")
    except BaseException as error:
        print("refused:", type(error).__name__)
