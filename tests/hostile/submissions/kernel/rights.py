"""Takes rights: other users, groups, capabilities."""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
uid = os.getuid()
for name, attempt in {
    "setuid": lambda: os.setuid(0 if uid else 1),
    "setresuid": lambda: os.setresuid(1, 1, 1),
    "setgroups": lambda: os.setgroups([0]),
    "setgid": lambda: os.setgid(1),
}.items():
    try:
        attempt()
        print("REACHED:", name)
    except OSError:
        pass
with open("/proc/self/status") if os.access("/proc/self/status", os.R_OK) else open(os.devnull) as status:
    for line in status:
        if line.startswith(("CapEff", "CapPrm", "CapBnd", "CapAmb")) and int(line.split()[1], 16):
            print("REACHED: capabilities", line)
        if line.startswith("NoNewPrivs") and line.split()[1] != "1":
            print("REACHED: new privileges", line)
if libc.prctl(8, 1, 0, 0, 0) == 0:
    print("keeps capabilities")
