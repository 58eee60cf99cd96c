"""Raises its own limits, then its priority."""
import os
import resource

for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE", "DATA", "MEMLOCK"):
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    try:
        if hard != resource.RLIM_INFINITY:
            resource.setrlimit(kind, (hard + 1, hard + 1))
            print("REACHED: raised", name)
    except (OSError, ValueError):
        pass
try:
    os.nice(-10)
    print("REACHED: a higher priority")
except OSError:
    pass
