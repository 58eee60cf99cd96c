"""A teacher's machine in a folder: what submissions may try to see, reach, change or kill, and whether they did.

::

    world/
    ├── course/        the shipped course, its limits short, its reference and manifest holding the secret
    ├── submissions/   one entry a case, and a neighbour whose file holds the secret
    ├── home/          HOME of the command: a token, a key
    ├── out/           what the batch writes
    ├── work/          the working directory of the command
    └── socket         listens; so do a TCP port, a UDP port and a name without a path

``MARK`` is in the name of everything a submission leaves and in everything it sends; ``SECRET`` is in everything it
must not see. Both are new in every run, so whatever carries them afterwards came of it.
"""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grader
from grader.sandbox import linux
from grader.testing import command

ROOT = Path(grader.__file__).parents[1]
HOMEWORK = ROOT / "assignments/logistic_regression/examples/right/functions_plain.py"
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", "/")
LIMITS = {"call_s = 5": "call_s = 1", "train_s = 20": "train_s = 8", "submission_s = 60": "submission_s = 30"}
SUBMISSION_S = 30.0


@dataclass
class World:
    """The folder, its sockets and its process; ``seen`` is what anything received on the sockets."""

    root: Path
    mark: str = field(default_factory=lambda: f"mk{secrets.token_hex(6)}")
    hidden: str = field(default_factory=lambda: secrets.token_hex(8))
    listening: dict[str, socket.socket] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)
    children: frozenset[int] = frozenset()
    user: int | None = None
    """Who grades, when that is not who runs the tests."""

    @property
    def secret(self) -> str:
        return f"{self.mark}-{self.hidden}"

    def filled(self, text: str) -> str:
        """*text* with this world's places, ports and marks in it."""
        for name, value in self.places.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    @property
    def places(self) -> Mapping[str, object]:
        return {
            "WORLD": self.root,
            "COURSE": self.root / "course",
            "SUBMISSIONS": self.root / "submissions",
            "HOME": self.root / "home",
            "OUT": self.root / "out",
            "CWD": self.root / "work",
            "SOCKET": self.root / "socket",
            "ABSTRACT": f"{self.mark}-abstract",
            "MARK": self.mark,
            "PORT": self.listening["tcp"].getsockname()[1],
            "UDP": self.listening["udp"].getsockname()[1],
            "VICTIM": self.victim.pid,
        }

    # ------------------------------------------------------------ building it

    def build(self) -> None:
        """Everything but the submissions."""
        for folder in ("submissions/neighbour", "home/.ssh", "work"):
            (self.root / folder).mkdir(parents=True)
        for folder in ("assignments", "plugins"):
            left_out = shutil.ignore_patterns("examples", "__pycache__")
            shutil.copytree(ROOT / folder, self.root / "course" / folder, ignore=left_out)
        self._change_course(self.root / "course/assignments/logistic_regression")
        (self.root / "home/token.txt").write_text(self.secret)
        (self.root / "home/.ssh/id_ed25519").write_text(self.secret)
        (self.root / "submissions/neighbour/secret.txt").write_text(self.secret)
        shutil.copyfile(HOMEWORK, self.root / "submissions/neighbour/main.py")
        self._listen()
        self.victim = subprocess.Popen(["sleep", "1000"], env={"TEACHER_TOKEN": self.secret}, user=self.user)

    def _change_course(self, assignment: Path) -> None:
        manifest = (assignment / "assignment.toml").read_text()
        for old, new in LIMITS.items():
            assert old in manifest, f"{old} is no longer in the manifest"
            manifest = manifest.replace(old, new)
        (assignment / "assignment.toml").write_text(f"# {self.secret}\n{manifest}")
        with (assignment / "reference.py").open("a") as reference:
            reference.write(f"\nSECRET = {self.secret!r}\n")

    def hand_over(self) -> None:
        """Make all of it the user's who grades."""
        self.root.chmod(0o755)
        if self.user is not None:
            for path in [self.root, *_everything_below(self.root)]:
                os.chown(path, self.user, self.user, follow_symlinks=False)

    def _listen(self) -> None:
        places: Mapping[str, tuple[int, int, object]] = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "path": (socket.AF_UNIX, socket.SOCK_STREAM, str(self.root / "socket")),
            "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}-abstract"),
        }
        for name, (family, kind, address) in places.items():
            self.listening[name] = listener = socket.socket(family, kind)
            listener.bind(address)
            listener.setblocking(False)
            if kind == socket.SOCK_STREAM:
                listener.listen(64)
        (self.root / "socket").chmod(0o666)

    # ------------------------------------------------------------ grading in it

    def grade(
        self, *arguments: str | Path, prefix: Sequence[str] = (), seconds: float = 800
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``grade`` as this world's teacher. Orphans it leaves become this process's children."""
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        self.children = frozenset(linux.children(os.getpid()))
        self.before = self._state()
        own = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("GRADE_")}
        try:
            return subprocess.run(
                [*prefix, *command(*arguments)],
                cwd=self.root / "work",
                env=own | {"HOME": str(self.root / "home"), "TEACHER_TOKEN": self.secret, "COLUMNS": "100"},
                capture_output=True,
                text=True,
                timeout=seconds,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        finally:
            linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 0)

    def close(self) -> None:
        """End what the world itself started."""
        self.victim.send_signal(signal.SIGCONT)
        self.victim.kill()
        self.victim.wait()
        for listener in self.listening.values():
            listener.close()

    # ------------------------------------------------------------ looking around afterwards

    def left_processes(self) -> list[int]:
        """Processes that outlived the command."""
        return sorted(set(linux.children(os.getpid())) - self.children)

    def changed_files(self) -> list[str]:
        """Files made, changed or removed where no submission may do so."""
        after = self._state()
        names = self.before.keys() | after.keys()
        return sorted(name for name in names if self.before.get(name) != after.get(name))

    def marked_files(self) -> list[str]:
        """Files anywhere with this world's mark in their name."""
        shared = [path for place in SHARED if os.access(place, os.R_OK) for path in Path(place).glob(f"*{self.mark}*")]
        return sorted(map(str, [*shared, *_marked_below(self.root, self.mark), *_marked_below(ROOT, self.mark)]))

    def reached_sockets(self) -> list[str]:
        """Sockets on which anything arrived."""
        return [name for name, listener in self.listening.items() if _has_heard(listener)]

    def victim_lives(self) -> bool:
        """Whether the teacher's own process still runs, as it was started."""
        if self.victim.poll() is not None:
            return False
        state, *_ = Path(f"/proc/{self.victim.pid}/stat").read_text().rpartition(")")[2].split()
        as_started = (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getaffinity(0), "S")
        pid = self.victim.pid
        return (os.getpriority(os.PRIO_PROCESS, pid), os.sched_getaffinity(pid), state) == as_started

    def _state(self) -> dict[str, object]:
        watched = [self.root / name for name in ("course", "submissions", "home", "work")]
        watched += [Path(sysconfig.get_path("purelib")), Path(grader.__file__).parent]
        return {str(path): _state_of(path) for folder in watched for path in _everything_below(folder)}


def _everything_below(folder: Path) -> Iterator[Path]:
    """Files and folders, but for what Python itself compiles."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(parent, name) for name in (*folders, *files))


def _state_of(path: Path) -> object:
    found = path.lstat()
    is_folder = stat.S_ISDIR(found.st_mode)
    return found.st_mode, found.st_uid, found.st_ino, 0 if is_folder else (found.st_size, found.st_mtime_ns)


def _marked_below(folder: Path, mark: str) -> list[Path]:
    return [path for path in _everything_below(folder) if mark in path.name]


def _has_heard(listener: socket.socket) -> bool:
    try:
        if listener.type == socket.SOCK_STREAM:
            listener.accept()
        else:
            listener.recv(1)
    except BlockingIOError:
        return False
    return True
