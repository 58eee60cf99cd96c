"""Prints every variable of its environment, of its parents' and of everybody else's."""
import os

print(dict(os.environ))
for pid in [entry for entry in os.listdir("/proc") if entry.isdigit()] if os.access("/proc", os.R_OK) else []:
    for name in ("environ", "cmdline", "maps", "mem", "fd"):
        if pid == str(os.getpid()):
            continue
        try:
            path = f"/proc/{pid}/{name}"
            print("REACHED:", path, os.listdir(path) if name == "fd" else open(path, "rb").read(100))
        except OSError:
            pass
