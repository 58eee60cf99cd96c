"""The level that a machine's layers make."""

import pytest

from grader.errors import UsageError
from grader.sandbox.levels import Machine, level_for, warning
from grader.sandbox.namespaces import ALL_BUT_USER

pytestmark = pytest.mark.fast

STRICT = Machine(landlock=6, seccomp=True)
OLD = Machine(landlock=5, seccomp=True)


@pytest.mark.parametrize(
    ("machine", "level"),
    [
        (STRICT, "strict"),
        (Machine(7, True, ALL_BUT_USER, True), "strict"),
        (OLD, "basic"),
        (Machine(4, True, own_user=True), "strict"),
        (Machine(4, True, ALL_BUT_USER), "strict"),
        (Machine(3, True, ALL_BUT_USER, True), "basic"),
        (Machine(0, True, ALL_BUT_USER, True), "basic"),
        (Machine(7, False, ALL_BUT_USER, True), "basic"),
        (Machine(), "basic"),
    ],
)
def test_strict_needs_its_whole_set(machine: Machine, level: str) -> None:
    assert machine.best == level
    assert bool(machine.fallen()) is (level == "basic")


def test_what_falls_is_said_of_what_is_missing() -> None:
    assert warning("basic", Machine()).count("this code can read your files and use the network") == 1
    assert "read every package" in warning("basic", Machine(0, True, ALL_BUT_USER))
    assert "ABI 3" in warning("basic", Machine(3, True, ALL_BUT_USER))
    assert warning("strict", STRICT) == ""
    assert "all your rights" in warning("off", STRICT)


def test_who_asks_for_less_gets_less_and_who_asks_for_more_than_there_is_gets_an_error() -> None:
    assert level_for(None, "basic", Machine()) == "basic"
    assert level_for(None, "strict", STRICT) == "strict"
    assert [level_for(asked, "strict", Machine()) for asked in ("basic", "off")] == ["basic", "off"]
    with pytest.raises(UsageError, match=r"^students' code cannot be locked in"):
        level_for(None, "strict", OLD)
    with pytest.raises(UsageError, match=r"^--sandbox strict: "):
        level_for("strict", "basic", OLD)


def test_layers_are_told_with_what_they_cover() -> None:
    notes = {layer.name: layer.note for layer in Machine(4, True).layers()}
    assert notes["Landlock"] == "ABI 4: files, TCP"
    assert "signals" in {layer.name: layer.note for layer in STRICT.layers()}["Landlock"]
    assert not {layer.name: layer.active for layer in OLD.layers()}["own root"]
