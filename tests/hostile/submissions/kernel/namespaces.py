"""Makes and enters name spaces."""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, flag in {"user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "mount": 0x20000, "ipc": 0x8000000}.items():
    if libc.unshare(flag) == 0:
        print("REACHED: unshare", name)
for kind in ("user", "mnt", "net", "pid"):
    try:
        if libc.setns(os.open(f"/proc/{os.getppid()}/ns/{kind}", os.O_RDONLY), 0) == 0:
            print("REACHED: setns", kind)
    except OSError:
        pass
if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0:
    print("REACHED: clone into a user name space")
