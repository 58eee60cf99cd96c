"""What code sees and can do from where it is locked in: as any user, with and without namespaces."""

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from grader.testing import write_files

NO_NAMESPACES = ("clone:NEW", "unshare", "mount")
EXPLORER = """\
import ctypes, importlib, json, os, resource, shutil, socket, subprocess, sys, tempfile, threading
import torch

said = {{}}

def attempt(name, work):
    try:
        value = work()
        said[name] = "done" if value is None else value
    except BaseException as error:
        said[name] = f"{{type(error).__name__}}: {{error}}"

{attempts}
print(json.dumps(said))
"""


MODULES = """
csv json sqlite3 ctypes ssl decimal lzma bz2 zoneinfo asyncio multiprocessing concurrent.futures unittest doctest uuid
xml.etree.ElementTree getpass numpy.linalg numpy.testing sympy networkx torch.fx torch.func torch.jit torch.distributed
torch.utils.data torch._dynamo torch._dynamo.config torch._inductor
"""


@pytest.fixture(params=[(), NO_NAMESPACES], ids=["all layers", "no namespaces"])
def missing(request: pytest.FixtureRequest) -> tuple[str, ...]:
    lacking: tuple[str, ...] = request.param
    return lacking


def explore(machine: Any, missing: tuple[str, ...], attempts: dict[str, str], **files: str) -> dict[str, Any]:
    """What came of each attempt (a Python expression) in a submission's process."""
    lines = "\n".join(f"attempt({name!r}, lambda: {code})" for name, code in attempts.items())
    write_files(machine.home, {"hw/hw.py": EXPLORER.format(attempts=lines), **files})
    done = machine.grade("run", "hw", "--json", "result.json", "-q", missing=missing)
    result = json.loads((machine.home / "result.json").read_text())
    assert result["sandbox"]["level"] == "strict", done.stderr
    assert result["output"]["stdout"], result
    said: dict[str, Any] = json.loads(result["output"]["stdout"])
    return said


def test_what_honest_code_needs_works(anyone: Any, missing: tuple[str, ...]) -> None:
    modules = MODULES.split()
    attempts = {module: f"importlib.import_module({module!r}) and None" for module in modules} | {
        "own data": "open('data/table.csv').read()",
        "write": "open('notes.txt', 'w').write('x') and None",
        "save": "torch.save(torch.nn.Linear(1, 1).state_dict(), 'm.pt') or torch.load('m.pt') and None",
        "temporary": "tempfile.NamedTemporaryFile().close()",
        "copy": "shutil.copy('data/table.csv', 'b.csv') and shutil.copy2('b.csv', 'c.csv')",
        "touch": "__import__('pathlib').Path('new').touch() or os.path.exists('new')",
        "jit": "torch.jit.script(torch.nn.Linear(1, 1)) and None",
        "thread": "threading.Thread(target=print).start()",
        "torch threads": "torch.set_num_threads(2) or float((torch.ones(300, 300) @ torch.ones(300, 300)).sum())",
        "asyncio": "importlib.import_module('asyncio').run(importlib.import_module('asyncio').sleep(0, 'slept'))",
        "null": "open('/dev/null', 'w').write('x') and None",
        "random": "len(os.urandom(4))",
        "time zone": "str(importlib.import_module('zoneinfo').ZoneInfo('Europe/Berlin'))",
        "platform": "len(importlib.import_module('platform').platform()) > 5",
        "version": "importlib.import_module('importlib.metadata').metadata.version('torch')",
        "home": "os.path.expanduser('~')",
        "folder": "os.path.basename(os.getcwd())",
    }
    said = explore(anyone, missing, attempts, **{"hw/data/table.csv": "1,2"})
    wanted = dict.fromkeys(modules, "done") | {
        "own data": "1,2", "write": "done", "save": "done", "temporary": "done", "copy": "c.csv", "touch": True,
        "jit": "done", "thread": "done", "torch threads": 27_000_000.0, "asyncio": "slept", "null": "done", "random": 4,
        "time zone": "Europe/Berlin", "platform": True, "folder": "submission",
    }  # fmt: skip
    assert {name: said[name] for name in wanted} == wanted
    assert said["home"].endswith("/submission")


def test_nothing_else_can_be_read_or_written(anyone: Any, missing: tuple[str, ...]) -> None:
    neighbour = anyone.home / "neighbour.py"
    write_files(anyone.home, {"neighbour.py": "secret", "grade-out/results/a.json": "secret"})
    neighbour.chmod(0o644)
    packages = "os.path.dirname(os.path.dirname(torch.__file__))"
    reads = {
        "neighbour": repr(str(neighbour)),
        "results": repr(str(anyone.home / "grade-out/results/a.json")),
        "handed in": repr(str(anyone.home / "hw/hw.py")),
        "accounts": "'/etc/passwd'",
        "other package": f"{packages} + '/pytest/__init__.py'",
        "the judge": repr(str(Path(__file__).parents[2] / "grader/judge/grading.py")),
        "the reference": repr(str(Path(__file__).parents[2] / "assignments/logistic_regression/reference.py")),
        "a process's memory": f"'/proc/{os.getpid()}/mem'",
        "its environment": f"'/proc/{os.getpid()}/environ'",
        "the parent's": "f'/proc/{os.getppid()}/environ'",
    }
    writes = {
        "beside torch": f"{packages} + '/planted.py'",
        "into torch": "torch.__file__",
        "shared memory": "'/dev/shm/planted'",
        "temporary": "'/tmp/planted'",
        "home": repr(str(anyone.home / "planted")),
        "root": "'/planted'",
    }
    attempts = {f"read {name}": f"open({path}, 'rb').read(9).hex()" for name, path in reads.items()}
    attempts |= {f"write {name}": f"open({path}, 'ab').close()" for name, path in writes.items()}
    attempts |= {"list the root": "os.listdir('/')", "list the home": f"os.listdir({str(anyone.home)!r})"}
    attempts |= {
        "empty": "os.truncate(torch.__file__, 0)",
        "link": f"os.link({str(neighbour)!r}, 'mine')",
        "give away": f"os.chown({str(neighbour)!r}, 1, 1)",
        "move": f"os.rename({str(neighbour)!r}, 'mine')",
        "remove": f"os.unlink({str(neighbour)!r})",
    }
    said = explore(anyone, missing, attempts)
    assert {name: told for name, told in said.items() if "rror: " not in str(told)} == {}
    assert not Path("/dev/shm/planted").exists()
    assert neighbour.read_text() == "secret"


def test_modes_of_others_files_stay(anyone: Any, missing: tuple[str, ...]) -> None:
    write_files(anyone.home, {"neighbour.py": "secret"})
    neighbour = anyone.home / "neighbour.py"
    before = neighbour.stat()
    explore(anyone, missing, {"mode": f"os.chmod({str(neighbour)!r}, 0o777)", "time": f"os.utime({str(neighbour)!r})"})
    after = neighbour.stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_nobody_else_can_be_reached(anyone: Any, missing: tuple[str, ...]) -> None:
    attempts = {
        "TCP": "socket.create_connection(('127.0.0.1', 1))",
        "name": "socket.getaddrinfo('localhost', 80)",
        "raw socket": "ctypes.CDLL(None).socket(2, 1, 0)",
        "raw UDP": "ctypes.CDLL(None).socket(2, 2, 0)",
        "raw unix": "ctypes.CDLL(None).socket(1, 1, 0)",
        "raw netlink": "ctypes.CDLL(None).socket(16, 3, 0)",
        "signal the parent": "os.kill(os.getppid() or -1, 0)",
        "signal all": "os.kill(-1, 0)",
        "signal the tests": f"os.kill({os.getpid()}, 0)",
        "limit of another": f"resource.prlimit({os.getpid()}, resource.RLIMIT_NOFILE)",
        "trace": f"ctypes.CDLL(None).ptrace(16, {os.getpid()}, 0, 0)",
    }
    said = explore(anyone, missing, attempts)
    assert {name: told for name, told in said.items() if told != -1 and "rror: " not in str(told)} == {}


def test_programs_sockets_and_packages_that_are_not_there_are_refused_in_words(anyone: Any) -> None:
    attempts = {
        "run": "subprocess.run(['ls'])",
        "shell": "os.system('ls')",
        "fork": "os.fork()",
        "process": "importlib.import_module('multiprocessing').Process(target=print).start()",
        "socket": "socket.socket()",
        "package": "importlib.import_module('pytest')",
    }
    said = explore(anyone, (), attempts)
    assert "cannot start other programs" in said["run"]
    assert all("cannot start other programs" in said[name] for name in ("shell", "fork", "process"))
    assert "no network" in said["socket"]
    assert said["package"] == "ModuleNotFoundError: No module named 'pytest'"


def test_limits_hold(anyone: Any, missing: tuple[str, ...]) -> None:
    attempts = {
        "memory": "bytearray(2 << 30)",
        "tensor": "torch.zeros(1 << 29)",
        "shared memory": "importlib.import_module('mmap').mmap(-1, 2 << 30)",
        "limit upwards": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "large file": "open('large', 'wb').write(bytes(80 << 20))",
        "open files": "[os.open('/dev/null', 0) for _ in range(400)]",
        "threads": "[threading.Thread(target=threading.Event().wait, daemon=True).start() for _ in range(2000)]",
    }
    said = explore(anyone, missing, attempts)
    assert {name: told for name, told in said.items() if "rror: " not in str(told)} == {}


@pytest.mark.parametrize("how", ["large", "many"])
def test_a_disk_cannot_be_filled(anyone: Any, missing: tuple[str, ...], how: str) -> None:
    """A root of its own says no at once; without one, the process is ended."""
    loops = {
        "large": "for n in range(100): open(f'{n}', 'wb').write(bytes(8 << 20))",
        "many": "for n in range(100_000): open(f'{n}', 'wb').close()",
    }
    program = f"import time\n{loops[how]}\ntime.sleep(600)\n"
    write_files(anyone.home, {"hw.py": program})
    done = anyone.grade("run", "hw.py", "--json", "result.json", "--time-limit", "15", missing=missing)
    result = json.loads((anyone.home / "result.json").read_text())
    assert result["score"] == 0
    told = json.dumps(result)
    assert "No space left on device" in told or "its files grew past" in told, done.stdout
    assert result["duration_s"] < 13


def test_a_thread_that_writes_while_nothing_is_asked_is_noticed(me: Any) -> None:
    """The model's process waits while others train; what it does meanwhile counts as well."""
    background = """
import threading, time

def fill():
    for n in range(100_000):
        open(f"{n}", "wb").write(bytes(4 << 20))
        time.sleep(0.02)

class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
        threading.Thread(target=fill, daemon=True).start()

    def forward(self, x):
        return torch.sigmoid(self.linear(x))

def train(x, y):
    time.sleep(6)
"""
    scratch = me.home / "tmp"
    scratch.mkdir()
    write_files(me.home, {"hw.py": "import torch\n" + background})
    arguments = ["run", "hw.py", "--time-limit", "25"]
    with ThreadPoolExecutor() as pool:
        grading = pool.submit(me.grade, *arguments, missing=NO_NAMESPACES, env={"TMPDIR": str(scratch)})
        largest = 0
        while not grading.done():
            largest = max(largest, sum(blocks(scratch)))
            time.sleep(0.1)
    assert 100 << 20 < largest < 350 << 20


def blocks(folder: Path) -> Iterator[int]:
    """What each file below *folder* takes of the disk, as far as it is still there."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield Path(parent, name).stat().st_blocks * 512
