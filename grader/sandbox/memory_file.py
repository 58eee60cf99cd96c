"""A memory file of fixed size: written by the student's process, read by the judge, never growing."""

import fcntl
import os
from contextlib import suppress


class MemoryFile:
    """*size* bytes that another process can fill and none can grow, shrink or unseal."""

    def __init__(self, name: str, size: int) -> None:
        self.descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.descriptor, size)
        seals = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, seals)
        self._size = size

    def text(self) -> str:
        """What was written so far. The position is the writer's, so it is trusted for no more than that."""
        written = min(os.lseek(self.descriptor, 0, os.SEEK_CUR), self._size)
        return os.pread(self.descriptor, written, 0).decode("utf-8", "replace")

    def is_full(self) -> bool:
        return os.lseek(self.descriptor, 0, os.SEEK_CUR) >= self._size

    def close(self) -> None:
        with suppress(OSError):
            os.close(self.descriptor)
