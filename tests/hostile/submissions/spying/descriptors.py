"""Reads and lists every descriptor it inherited."""
import os

for number in range(5, 300):
    try:
        os.fstat(number)
        kind = os.readlink(f"/proc/self/fd/{number}")
        if not kind.startswith(("/proc", "/submission")):
            print("REACHED: descriptor", number, kind)
    except OSError:
        pass
