"""The wire: what crosses a process comes out as it went in, and what does not have its shape is refused."""

import contextlib
import math
import socket
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import wire
from grader.model import DataSet, EntryPoint, Layer

TENSORS = [
    torch.randn(3, 1),
    torch.randn(2, 3, dtype=torch.float64).t(),
    torch.tensor(2.5),
    torch.tensor(2.5).expand(1, 1),
    torch.tensor([[1.0], [2.0]]).expand(2, 3),
    torch.tensor([1 + 2j]).conj(),
    torch.tensor([float("nan"), float("inf")]),
    torch.zeros(0, 4),
    torch.tensor([True, False]),
    torch.arange(5),
    torch.tensor([1 + 2j]),
    torch.tensor([1.5], dtype=torch.bfloat16),
    torch.nn.Parameter(torch.ones(2)),
]

MESSAGES = [
    wire.Request(b"1", wire.Load((wire.SourceFile("a.py", "a.py"),), (EntryPoint("m", "module", "M"),), DataSet(), 1)),
    wire.Request(b"2", wire.Call("model", (wire.Tensor("float32", (1,), b"\0\0\0\0"),), values=(1.0, 2.0))),
    wire.Request(b"3", wire.Parameters("model", wire.Tensor("bool", (), b"\1"), trained=True)),
    wire.Request(b"4", wire.Train("train", wire.Tensor("int8", (0,), b""), wire.Tensor("int8", (0,), b""))),
    wire.Reply(b"1", wire.Failure("exception", "ValueError", "no", "a.py", 3)),
    wire.Reply(b"2", wire.Value(wire.Tensor("float32", (), b"\0\0\0\0"))),
    wire.Reply(b"3", wire.ParameterList((wire.Parameter("w", wire.Tensor("float32", (), b"\0\0\0\0")),))),
    wire.Reply(b"4", wire.Loaded((wire.FileOutcome("a.py", "ran"),), {"m": None}, {"m": ("x",)})),
    wire.Ready((Layer("limits", True),), "/submission"),
]


@pytest.mark.parametrize("tensor", TENSORS, ids=lambda tensor: f"{tensor.dtype}{tuple(tensor.shape)}")
def test_a_tensor_comes_out_as_it_went_in(tensor: torch.Tensor) -> None:
    again = wire.from_wire(wire.to_wire(tensor))
    assert type(again) is torch.Tensor
    assert (again.dtype, again.shape) == (tensor.dtype, tensor.shape)
    torch.testing.assert_close(again, tensor.detach(), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_survives_the_round_trip(message: msgspec.Struct) -> None:
    assert wire.unpack(wire.pack(message)[4:], type(message)) == message


class Agreeable(torch.Tensor):
    """A tensor that says yes to every comparison."""


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.ones(2).to_sparse(),
        lambda: torch.ones(2, device="meta"),
        lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8),
        lambda: torch.ones(2).as_subclass(Agreeable),
        lambda: torch.zeros(1).expand(wire.MAX_FRAME),
        lambda: [1.0],
        lambda: None,
    ],
    ids=["sparse", "meta", "quantised", "subclass", "huge by expansion", "list", "None"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_no_plain_tensor_is_refused(make: Callable[[], Any]) -> None:
    answer = make()
    with pytest.raises(wire.WireError):
        wire.to_wire(answer)


@pytest.mark.parametrize(
    "lie",
    [
        wire.Tensor("float32", (2,), b"\0" * 4),
        wire.Tensor("float32", (-1, -1), b"\0" * 4),
        wire.Tensor("float32", (1,) * 9, b"\0" * 4),
        wire.Tensor("float8_e4m3fn", (1,), b"\0"),
        wire.Tensor("bool", (1,), b"\2"),
        wire.Tensor("float32", (1 << 62, 0), b""),
    ],
    ids=["too few bytes", "negative", "nine dimensions", "unknown dtype", "third bool", "absurd empty"],
)
def test_a_tensor_that_does_not_add_up_is_refused(lie: wire.Tensor) -> None:
    with pytest.raises(wire.WireError):
        wire.from_wire(lie)


@pytest.mark.parametrize("length", [0, wire.MAX_FRAME + 1, 0xFFFFFFFF])
def test_an_impossible_length_is_refused_before_anything_is_read(length: int) -> None:
    with pytest.raises(wire.WireError):
        wire.FrameReader().feed(length.to_bytes(4, "big"))


def test_a_frame_that_trickles_in_is_whole_only_at_its_end() -> None:
    frame = wire.pack(MESSAGES[4])
    reader = wire.FrameReader()
    assert [reader.feed(frame[i : i + 1]) for i in range(len(frame) - 1)] == [None] * (len(frame) - 1)
    assert reader.feed(frame[-1:]) == frame[4:]


def test_a_second_reply_behind_the_first_is_refused() -> None:
    frame = wire.pack(MESSAGES[4])
    with pytest.raises(wire.WireError):
        wire.FrameReader().feed(frame + frame)


@settings(max_examples=300, derandomize=True, database=None)
@given(st.binary(max_size=400))
def test_garbage_is_refused_or_is_a_reply(garbage: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        assert isinstance(wire.unpack(garbage, wire.Reply), wire.Reply)


@settings(max_examples=300, derandomize=True, database=None)
@given(st.sampled_from(MESSAGES), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_message_never_escapes_as_another_error(message: msgspec.Struct, at: int, damage: bytes) -> None:
    body = bytearray(wire.pack(message)[4:])
    at %= len(body)
    body[at : at + len(damage)] = damage
    try:
        decoded = wire.unpack(bytes(body), type(message))
    except wire.WireError:
        return
    assert isinstance(decoded, type(message))


@pytest.mark.parametrize(
    "lie",
    [
        wire.Failure("exception", "E" * 10_000, ""),
        wire.Failure("exception", "E", "m" * 10_000),
        wire.Loaded((wire.FileOutcome("p" * 10_000, "ran"),), {}, {}),
        wire.Loaded((), {}, {"m": ("x" * 10_000,)}),
        wire.Loaded((), {"m": wire.Found("f", 1, "n" * 10_000, "class")}, {}),
        wire.ParameterList((wire.Parameter("w", wire.Tensor("int8", (0,), b"")),) * 10_000),
        wire.Failure("exception", "E", "m", "f", 1, "text", 2**31),
        wire.Failure("exception", "E", "m", "f", -1),
    ],
    ids=["class", "message", "path", "candidate", "name", "parameters", "column", "line"],
)
def test_a_reply_that_says_too_much_is_refused(lie: wire.Answer) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(wire.pack(wire.Reply(b"1", lie))[4:], wire.Reply)


def test_a_peer_that_hangs_up_in_the_middle_is_no_message() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(wire.pack(MESSAGES[4])[:-1])
        theirs.close()
        assert wire.receive(ours, wire.Reply) is None


def test_text_too_long_to_show_is_cut_in_the_middle() -> None:
    short = wire.shorten("a" * 10_000 + "z", 100)
    assert short.endswith("z")
    assert len(short) < 200


def test_numbers_become_rows() -> None:
    assert wire.as_numbers(((1.0,), (2.0,))).shape == (2, 1)
    assert math.isclose(float(wire.as_numbers(((0.5,),))), 0.5)
