"""Mounts, unmounts and changes its root."""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
attempts = {
    "mount": lambda: libc.mount(b"none", b".", b"tmpfs", 0, None),
    "bind": lambda: libc.mount(b"@HOME@", b".", None, 4096, None),
    "umount": lambda: libc.umount2(b"/", 2),
    "remount": lambda: libc.mount(None, b"/", None, 32 | 4096, None),
    "chroot": lambda: os.chroot("/") or 0,
    "pivot_root": lambda: libc.syscall(155, b".", b"."),
    "open_tree": lambda: libc.syscall(428, -100, b"/", 1),
    "fsopen": lambda: libc.syscall(430, b"tmpfs", 0),
    "move_mount": lambda: libc.syscall(429, -100, b"/", -100, b".", 0),
}
for name, attempt in attempts.items():
    try:
        if attempt() >= 0:
            print("REACHED:", name)
    except OSError:
        pass
