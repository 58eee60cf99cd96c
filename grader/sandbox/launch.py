"""Start the warm process, from the command. Imported before anything slow: torch loads while the command reads."""

import os
import signal
import site
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection

from grader.sandbox.scratch import remove

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
KEPT = ("LD_LIBRARY_PATH", "GRADE_PLUGINS", "GRADE_TRACE_PLUGINS")
SHUTDOWN_S = 3.0


class WarmProcess:
    """A running warm process, its judge's socket and the private scratch folder of both."""

    def __init__(self, cores: Collection[int] = ()) -> None:
        """All that comes of it runs on *cores*; on any when there are none."""
        self.scratch = tempfile.mkdtemp(prefix="grade-")
        self._control, theirs = socket.socketpair()
        start = f"from grader.sandbox.warm import main; main({theirs.fileno()}, {self.scratch!r}, {tuple(cores)})"
        self._process = subprocess.Popen(
            [sys.executable, *_flags(), "-P", "-c", start],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()

    def judge(self) -> socket.socket:
        """Have a judge forked; the socket takes ``wire.Job`` and gives ``wire.JobAnswer``."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"judge"], [theirs.fileno()])
        return ours

    def hang_up(self) -> None:
        """Tell the warm process that nothing more will come: it ends everything, and itself."""
        self._control.close()

    def close(self) -> None:
        """End every process that came of this one, wait for it, and remove the scratch folder."""
        self.hang_up()
        try:
            self._process.wait(SHUTDOWN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        remove(self.scratch)

    def terminate(self) -> None:
        """Have it end, even in the middle of importing torch."""
        self._process.send_signal(signal.SIGTERM)

    def interrupt(self) -> None:
        """As ``close``, without waiting for an import of torch to end first."""
        self.terminate()
        self.close()

    def wait_gone(self, seconds: float = SHUTDOWN_S) -> int | None:
        """The exit status of the warm process once it died by itself; None while it lives."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return self._process.returncode


def _environment() -> dict[str, str]:
    """The warm process's whole environment: a student's process can read whatever it ever held."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    if _in_user_site():
        kept["PYTHONUSERBASE"] = site.getuserbase()
    return kept | THREADS | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "Agg",
    }  # fmt: skip


def _flags() -> list[str]:
    return [] if _in_user_site() else ["-s"]


def _in_user_site() -> bool:
    return bool(site.ENABLE_USER_SITE) and __file__.startswith(site.getusersitepackages())
