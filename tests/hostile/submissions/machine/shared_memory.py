"""Leaves shared memory behind, of every kind."""
import ctypes
import os
from multiprocessing import shared_memory

for make in (
    lambda: os.close(os.open("/dev/shm/@MARK@", os.O_CREAT | os.O_RDWR)),
    lambda: shared_memory.SharedMemory("@MARK@-py", create=True, size=4096),
    lambda: torch.zeros(10).share_memory_(),
):
    try:
        make()
    except BaseException as error:
        print("refused:", type(error).__name__)
libc = ctypes.CDLL(None, use_errno=True)
key = libc.shmget(0x6772616, 4096, 0o1600)
if key >= 0:
    print("REACHED: System V shared memory", key)
    libc.shmctl(key, 0, 0)
