"""Kills, stops and debugs whatever else runs."""
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
targets = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()] if os.access("/proc", os.R_OK) else []
targets += [os.getppid(), @VICTIM@, 1]
for pid in set(targets) - {os.getpid(), 0}:
    for number in (0, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
            if pid != os.getpid():
                print("REACHED: signalled", pid)
        except OSError:
            pass
    if libc.ptrace(16, pid, 0, 0) == 0:
        print("REACHED: traced", pid)
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_size_t * 2)(0x400000, 8)
    if libc.process_vm_readv(pid, vector, 1, remote, 1, 0) > 0:
        print("REACHED: memory of", pid)
    for number in (434, 438):
        if libc.syscall(number, pid, 0, 0) >= 0:
            print("REACHED: a descriptor of", pid)
