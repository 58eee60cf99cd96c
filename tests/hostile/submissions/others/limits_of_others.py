"""Changes limits, priority and processors of the processes around it."""
import os
import resource

for pid in {os.getppid(), @VICTIM@, 1} - {0, os.getpid()}:
    for change in (
        lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)),
        lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        lambda: os.sched_setaffinity(pid, {0}),
        lambda: os.setpgid(pid, 0),
    ):
        try:
            change()
            print("REACHED: changed", pid)
        except OSError:
            pass
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
    print("REACHED: the others' processors")
except OSError:
    pass
