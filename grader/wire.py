"""Every shape that crosses a process, and the codec that carries it.

    command ──Job──> judge ──Spawn──> warm        trusted, our own processes
                     judge ──Request──> student   the student's process answers with a Reply
                     judge <──Reply─── student    untrusted: capped, declared, checked, never unpickled

A frame is a four-byte big-endian length and that many bytes of msgpack. A length of zero or above the cap is
refused before anything is allocated; msgspec refuses what does not have the declared shape.
"""

import math
import socket
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec

from grader.model import DataSet, EntryPoint, Layer, Result

if TYPE_CHECKING:
    import torch

MAX_FRAME = 16 * 1024 * 1024
MAX_DIMENSIONS = 8
MAX_TEXT = 4_000
FARTHEST = 10_000_000  # lines and columns

DTYPES: dict[str, int] = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "complex64": 8, "complex128": 16,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip


class WireError(Exception):
    """A frame or a value that does not have its declared shape."""


class Tensor(msgspec.Struct, frozen=True):
    """A dense tensor: dtype name, shape, little-endian bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


# ---------------------------------------------------------------- judge -> student: requests


class SourceFile(msgspec.Struct, frozen=True):
    """A file of code. ``path`` is what the student calls it; ``code`` where its Python text lies, relative to
    the working directory (they differ for a notebook, whose cells intake turned into a ``.py``)."""

    path: str
    code: str


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Run the student's files and find the entry points.

    ``start`` is the flat first value of every ``nn.Linear`` with exactly that many numbers (empty: leave it).
    ``labels`` replaces the training labels of a script, found by ``data.y_names``, else by the value
    ``data.y`` (None: keep the script's own). ``wanted`` names the entry points this process will be asked for.
    """

    files: tuple[SourceFile, ...]
    entry_points: tuple[EntryPoint, ...]
    data: DataSet
    seed: int
    start: tuple[float, ...] = ()
    labels: tuple[tuple[float, ...], ...] | None = None
    wanted: tuple[str, ...] = ()


class Call(msgspec.Struct, frozen=True, tag="call"):
    """Call an entry point with tensors. Every call stands alone: nothing it sets outlives it.

    ``values`` are set as the module's trainable numbers, flat, for this call only. ``trained`` calls the model
    that training gave instead of a fresh one. ``gradient_of`` asks for the gradient of the sum of the output
    with respect to that argument as well. ``draw``: the generators are seeded, and differently for each of these.
    """

    entry: str
    arguments: tuple[Tensor, ...]
    values: tuple[float, ...] | None = None
    trained: bool = False
    gradient_of: int | None = None
    draw: int = 0


class Parameters(msgspec.Struct, frozen=True, tag="parameters"):
    """List the trainable parameters of a module after one call with *example*."""

    entry: str
    example: Tensor
    trained: bool = False


class Train(msgspec.Struct, frozen=True, tag="train"):
    """Call the training entry point with x and y and keep the model it returns."""

    entry: str
    x: Tensor
    y: Tensor


Task = Load | Call | Parameters | Train


class Request(msgspec.Struct, frozen=True):
    """One question. ``id`` is random and must come back with the answer."""

    id: bytes
    task: Task


# ---------------------------------------------------------------- student -> judge: replies

# What the student's process says is cut there (``shorten``); whoever says more does not speak for it.
Said = Annotated[str, msgspec.Meta(max_length=2 * MAX_TEXT)]
Name = Annotated[str, msgspec.Meta(max_length=1_500)]
Place = Annotated[int, msgspec.Meta(ge=0, le=FARTHEST)]
Few = msgspec.Meta(max_length=64)
Points = msgspec.Meta(max_length=256)
Many = msgspec.Meta(max_length=4_096)
Numbers = Annotated[tuple[float, ...], Few]


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """The student's code did not answer. ``error`` names the exception's class.

    ``line`` and ``column`` count in the Python text of ``file`` (0: not known); ``text`` is that line.
    """

    reason: Literal["exception", "exit", "memory", "missing"]
    error: Name
    message: Said
    file: Name = ""
    line: Place = 0
    text: Name = ""
    column: Place = 0


class FileOutcome(msgspec.Struct, frozen=True):
    """What came of running a file; ``ran`` when to its end, ``imported`` when another file imported it."""

    path: Name
    status: Literal["ran", "imported", "failed"]
    failure: Failure | None = None


class Found(msgspec.Struct, frozen=True):
    """Where an entry point was found. ``first_line`` and ``last_line`` span its code."""

    file: Name
    line: Place
    name: Name
    form: Literal["class", "instance", "function", "variable", "inline", "script"]
    last_line: Place = 0


class StepSeen(msgspec.Struct, frozen=True):
    """Parameters before an optimiser step and the gradients it used, both flat."""

    parameters: Numbers
    gradients: Numbers


class TrainingSeen(msgspec.Struct, frozen=True):
    """What was seen while training: evidence, never proof.

    ``losses[i]`` was the loss at backward pass ``epochs[i]`` (counted from 0, thinned to 200).
    ``path`` are the trained model's parameters at those passes. ``steps`` counts the changes of its
    parameters, ``backwards`` the backward passes. ``piled_up``: gradients were never cleared between steps.
    """

    start: Numbers
    backwards: int
    steps: int
    piled_up: bool
    epochs: Annotated[tuple[int, ...], Points]
    losses: Annotated[tuple[float, ...], Points]
    path: Annotated[tuple[Numbers, ...], Points]
    first_steps: Annotated[tuple[StepSeen, ...], Few]


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """The files ran. ``candidates`` are the nearest things seen for an entry point that was not found.
    ``training`` is set when running the files trained a model (the script form)."""

    files: Annotated[tuple[FileOutcome, ...], Many]
    found: Annotated[dict[Name, Found | None], Few]
    candidates: Annotated[dict[Name, Annotated[tuple[Name, ...], Few]], Few]
    training: TrainingSeen | None = None


class Value(msgspec.Struct, frozen=True, tag="value"):
    """The output of a call, and the gradient if one was asked for (None: there is none)."""

    output: Tensor
    gradient: Tensor | None = None


class Parameter(msgspec.Struct, frozen=True):
    """One trainable parameter of a module."""

    name: Name
    value: Tensor


class ParameterList(msgspec.Struct, frozen=True, tag="parameter_list"):
    parameters: Annotated[tuple[Parameter, ...], Many]


class Trained(msgspec.Struct, frozen=True, tag="trained"):
    training: TrainingSeen


class Ready(msgspec.Struct, frozen=True):
    """The first frame of a student's process, sent before any student code is opened: what locks it in, and where
    its copy of the submission lies."""

    layers: tuple[Layer, ...]
    folder: str


Answer = Loaded | Value | ParameterList | Trained | Failure


class Reply(msgspec.Struct, frozen=True):
    """The answer to the request with the same ``id``."""

    id: bytes
    answer: Answer


# ---------------------------------------------------------------- our own processes


class ChildLimits(msgspec.Struct, frozen=True):
    """What one student's process may use. ``cpu_s`` is a last resort behind the judge's wall clock."""

    memory_mb: int
    cpu_s: int
    scratch_mb: int


class Spawn(msgspec.Struct, frozen=True, tag="spawn"):
    """Judge to warm: fork a student's process with a copy of *folder*, at *copy* where it has no root of its own.

    Sent with four descriptors: its end of the question socket, and the memory files of its stdout, its stderr
    and its crash report. ``libraries`` are what the course allows to be read; ``preload`` those of them that are
    imported before the fork.
    """

    folder: str
    copy: str
    limits: ChildLimits
    sandbox: str
    preload: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


class Spawned(msgspec.Struct, frozen=True, tag="spawned"):
    """Warm to judge: the process runs as *pid*."""

    pid: int


class End(msgspec.Struct, frozen=True, tag="end"):
    """Judge to warm: kill *pid* and everything it started, and reap it.

    ``hung_up``: it closed its connection, so most likely it is ending by itself; how, is worth a moment's wait.
    """

    pid: int
    hung_up: bool = False


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """Warm to judge: *pid* is gone. ``status`` is what waitpid gave; ``strays`` counts its other processes,
    ``cpu_s`` is the processor time it took."""

    pid: int
    status: int
    strays: int
    cpu_s: float = 0.0


ToWarm = Spawn | End
FromWarm = Spawned | Ended


class Job(msgspec.Struct, frozen=True, tag="job"):
    """Command to judge: grade *submission* (an absolute path) in the private folder *scratch*. Paths are bytes, as
    ``os.fsencode`` gives them: a file's name need not be text.

    Limits and a *seed* of None are the assignment's own. At most *places* questions are out at once (None: one more
    than there are cores). *gave_up* is set when its grading broke the grader twice: then it is not opened, and the
    result says so.
    """

    course: bytes
    assignment: str | None
    submission: bytes
    scratch: bytes
    sandbox: str
    time_limit_s: float | None = None
    memory_limit_mb: int | None = None
    places: int | None = None
    gave_up: str = ""
    seed: int | None = None


class JobDone(msgspec.Struct, frozen=True, tag="done"):
    result: Result


class JobFailed(msgspec.Struct, frozen=True, tag="failed"):
    """Judge to command: no result; ``problems`` are lines for the user, ``trace`` set when we are to blame."""

    exit_code: int
    problems: tuple[str, ...]
    trace: str = ""


JobAnswer = JobDone | JobFailed


# ---------------------------------------------------------------- the codec

_HEADER = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder()
T = TypeVar("T")


def pack(message: Any) -> bytes:
    """One frame holding *message*."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME:
        raise WireError(f"a message of {len(body)} bytes is over the cap of {MAX_FRAME}")
    return _HEADER.pack(len(body)) + body


def unpack(body: bytes | bytearray, shape: Any) -> Any:
    """The message in *body*, which must have the declared *shape*."""
    try:
        return msgspec.msgpack.decode(body, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError, OverflowError, RecursionError) as error:
        raise WireError(f"not a {getattr(shape, '__name__', shape)}: {error}") from None


def send(connection: socket.socket, message: Any) -> None:
    """Send one frame, whole."""
    connection.sendall(pack(message))


def receive(connection: socket.socket, shape: type[T]) -> T | None:
    """Read one frame from a trusted, blocking peer; None when it closed."""
    header = _read_exactly(connection, _HEADER.size)
    if header is None:
        return None
    body = _read_exactly(connection, frame_length(header))
    if body is None:
        return None
    message: T = unpack(body, shape)
    return message


def frame_length(header: bytes | bytearray) -> int:
    """The length a frame's header announces, refused when zero or above the cap."""
    (length,) = _HEADER.unpack(header)
    if not 0 < length <= MAX_FRAME:
        raise WireError(f"a frame announces {length} bytes; 1 to {MAX_FRAME} are allowed")
    return int(length)


class FrameReader:
    """Collects frames from an untrusted peer as its bytes arrive; holds one frame at most."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> bytes | None:
        """Add *data*; the frame's body once it is whole. Bytes beyond one frame are a WireError."""
        self._buffer += data
        if len(self._buffer) < _HEADER.size:
            return None
        length = frame_length(self._buffer[: _HEADER.size])
        surplus = len(self._buffer) - _HEADER.size - length
        if surplus > 0:
            raise WireError(f"{surplus} bytes came after the reply")
        if surplus < 0:
            return None
        body = bytes(self._buffer[_HEADER.size :])
        self._buffer.clear()
        return body


def _read_exactly(connection: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        part = connection.recv(min(count - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def to_wire(tensor: "torch.Tensor") -> Tensor:
    """*tensor* as data. Raises WireError when it is not a dense tensor of a known dtype with storage."""
    import torch

    if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
        raise WireError(f"the answer is a {type(tensor).__name__}, not a plain tensor")
    dtype = str(tensor.dtype).removeprefix("torch.")
    if tensor.layout is not torch.strided or tensor.is_meta or dtype not in DTYPES:
        raise WireError(f"the answer is a {tensor.layout} tensor of {tensor.dtype} on {tensor.device}")
    if tensor.numel() * DTYPES[dtype] > MAX_FRAME // 2:
        raise WireError(f"the answer holds {tensor.numel()} numbers, far more than asked for")
    plain = torch.empty(tensor.numel(), dtype=tensor.dtype)
    plain.copy_(tensor.detach().reshape(-1))
    data = plain.view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return Tensor(dtype, tuple(tensor.shape), data)


def from_wire(value: Tensor) -> "torch.Tensor":
    """A plain tensor rebuilt from data that an untrusted process sent; WireError when it does not add up."""
    import torch

    check_tensor(value)
    dtype: torch.dtype = getattr(torch, value.dtype)
    if not value.data:
        return torch.empty(value.shape, dtype=dtype)
    return torch.frombuffer(bytearray(value.data), dtype=dtype).reshape(value.shape)


def check_tensor(value: Tensor) -> None:
    """WireError unless dtype, shape and bytes of *value* agree."""
    if value.dtype not in DTYPES:
        raise WireError(f"unknown dtype {value.dtype[:40]!r}")
    if len(value.shape) > MAX_DIMENSIONS or any(not 0 <= size <= MAX_FRAME for size in value.shape):
        raise WireError("a shape with too many or impossible dimensions")
    if math.prod(value.shape) * DTYPES[value.dtype] != len(value.data):
        raise WireError("shape and bytes of a tensor do not agree")
    if value.dtype == "bool" and value.data.strip(b"\x00\x01"):
        raise WireError("a bool that is neither 0 nor 1")


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """*text*, cut in the middle when it is too long to show."""
    if len(text) <= limit:
        return text
    return text[: limit // 2] + f" [... {len(text) - limit} characters left out ...] " + text[-limit // 2 :]


def as_numbers(rows: Sequence[Sequence[float]]) -> "torch.Tensor":
    """Nested numbers as a float32 tensor of shape (rows, columns)."""
    import torch

    return torch.tensor([list(row) for row in rows], dtype=torch.float32)
