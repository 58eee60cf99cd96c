"""Whatever bytes a student's process sends, they are refused or are a whole reply, and nothing else is ever raised."""

import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import wire
from hostile.wire_target import take

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
fuzz = settings(max_examples=400, derandomize=True, database=None, deadline=None)

texts = st.text(max_size=8) | st.sampled_from(["", "x" * 9_000, "../../etc/passwd", "hw.py", "model", "loss", "train"])
whole = st.integers(-(2**63), 2**64 - 1) | st.sampled_from([0, 1, 2, 5])
plain = st.none() | st.booleans() | whole | st.floats() | texts | st.binary(max_size=16)
anything = st.recursive(plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
dtypes = st.sampled_from([*wire.DTYPES, "float8_e4m3fn", "object", ""])
tensors = st.fixed_dictionaries(
    {"dtype": dtypes | anything, "shape": st.lists(whole, max_size=9), "data": st.binary(max_size=64) | anything}
)
numbers = st.lists(st.floats(), max_size=66)
seen = st.fixed_dictionaries(
    {
        "start": numbers, "backwards": whole, "steps": whole, "piled_up": st.booleans(), "epochs": st.lists(whole),
        "losses": numbers, "path": st.lists(numbers, max_size=3),
        "first_steps": st.lists(st.fixed_dictionaries({"parameters": numbers, "gradients": numbers}), max_size=3),
    }
)  # fmt: skip
failures = st.fixed_dictionaries(
    {"type": st.just("failure"), "reason": st.sampled_from(["exception", "exit", "memory", "missing", "timeout"])}
    | dict.fromkeys(("error", "message", "file", "text"), texts)
    | dict.fromkeys(("line", "column"), whole)
)
outcomes = st.fixed_dictionaries(
    {"path": texts, "status": st.sampled_from(["ran", "imported", "failed"]), "failure": st.none() | failures}
)
found = st.fixed_dictionaries(
    {"file": texts, "line": whole, "name": texts, "form": st.sampled_from(["class", "script", "?"]), "last_line": whole}
)
answers = st.one_of(
    failures,
    st.fixed_dictionaries({"type": st.just("value"), "output": tensors, "gradient": st.none() | tensors}),
    st.fixed_dictionaries(
        {
            "type": st.just("parameter_list"),
            "parameters": st.lists(st.fixed_dictionaries({"name": texts, "value": tensors}), max_size=3),
        }
    ),
    st.fixed_dictionaries({"type": st.just("trained"), "training": seen}),
    st.fixed_dictionaries(
        {
            "type": st.just("loaded"),
            "files": st.lists(outcomes, max_size=4),
            "found": st.dictionaries(texts, st.none() | found, max_size=4),
            "candidates": st.dictionaries(texts, st.lists(texts, max_size=4), max_size=4),
            "training": st.none() | seen,
        }
    ),
    anything,
)


def framed(message: object) -> bytes:
    body = msgspec.msgpack.encode(message)
    return struct.pack(">I", len(body)) + body


@fuzz
@given(st.fixed_dictionaries({"id": st.binary(max_size=16), "answer": answers}))
def test_a_message_of_nearly_the_right_shape(message: object) -> None:
    take(framed(message))


@fuzz
@given(st.fixed_dictionaries({"id": st.binary(max_size=16), "answer": answers}), st.data())
def test_a_message_damaged_anywhere(message: object, data: st.DataObject) -> None:
    frame = bytearray(framed(message))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    take(bytes(frame[: data.draw(st.integers(0, len(frame)))]))


@fuzz
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_bytes_in_any_pieces_make_one_frame_or_an_error(pieces: list[bytes]) -> None:
    reader = wire.FrameReader()
    for piece in pieces:
        try:
            body = reader.feed(piece)
        except wire.WireError:
            return
        assert body is None or 0 < len(body) <= wire.MAX_FRAME


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_fuzzing_kept_is_still_handled(path: Path) -> None:
    """Inputs that reached new code in an hour of ``fuzz_wire.py``."""
    take(path.read_bytes())


def test_the_whole_replies_among_it_are_read() -> None:
    assert sum(take(path.read_bytes()) is not None for path in CORPUS) >= 5
