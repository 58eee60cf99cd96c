"""Becomes a shell while the file is run."""
# status: graded|ungradable
# lost: * error|passed
import os

for program in ("/bin/sh", "/usr/bin/env", "/proc/self/exe"):
    try:
        os.execv(program, [program, "-c", "echo REACHED: a shell; touch @WORLD@/@MARK@-exec"])
    except OSError:
        pass
