"""Locks files that every other submission needs, and never lets go."""
import fcntl
import time

for path in (torch.__file__, "@COURSE@/plugins/logistic_regression.py", "@OUT@/.lock", "@HOME@/token.txt"):
    try:
        held = open(path)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        print("refused:", error.strerror)
