"""Calls what no homework needs: bpf, perf, io_uring, userfaultfd, keyctl, modules, and more."""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
page = ctypes.create_string_buffer(256)
CALLS = {
    "bpf": (321, 0, page, 72), "perf_event_open": (298, page, 0, -1, -1, 0), "io_uring_setup": (425, 1, page),
    "userfaultfd": (323, 0), "add_key": (248, b"user", b"x", b"y", 1, -3), "keyctl": (250, 0, -3, 1),
    "init_module": (175, page, 0, b""), "kexec_load": (246, 0, 0, 0, 0), "reboot": (169, 0xFEE1DEAD, 672274793, 0, 0),
    "swapon": (167, b"x", 0), "quotactl": (179, 0, 0, 0, 0), "fanotify_init": (300, 0, 0),
    "inotify_init1": (294, 0), "open_by_handle_at": (304, -100, page, 0), "name_to_handle_at": (303, -100, b"/", page, page, 0),
    "memfd_create": (319, b"x", 0), "process_madvise": (440, 3, 0, 0, 0, 0), "pidfd_open": (434, 1, 0),
    "clone3": (435, page, 64), "seccomp": (317, 0, 0, 0), "personality": (135, 0x0040000), "syslog": (103, 3, page, 255),
    "acct": (163, 0), "settimeofday": (164, page, 0), "sethostname": (170, b"x", 1), "iopl": (172, 3),
    "kcmp": (312, 1, 1, 0, 0, 0), "lookup_dcookie": (212, 0, page, 255), "ptrace_traceme": (101, 0, 0, 0, 0),
    "mq_open": (240, b"@MARK@", 0o102, 0o600, 0), "semget": (64, 77, 1, 0o1600), "msgget": (68, 77, 0o1600),
    "vhangup": (153,), "modify_ldt": (154, 0, page, 16), "landlock_create": (444, 0, 0, 1), "execveat": (322, -100, b"/bin/sh", 0, 0, 0),
    "memfd_secret": (447, 0), "set_mempolicy": (238, 0, 0, 0), "move_pages": (279, 1, 0, 0, 0, 0, 0),
}  # fmt: skip
HARMLESS = {"landlock_create", "memfd_create", "personality", "set_mempolicy", "seccomp"}
for name, (number, *arguments) in CALLS.items():
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0 and name not in HARMLESS:
        print("REACHED:", name)
