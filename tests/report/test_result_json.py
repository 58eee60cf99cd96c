import dataclasses
import json
import math
import typing
from dataclasses import fields, replace
from types import UnionType
from typing import Any, Literal

import jsonschema
import pytest

from grader import model
from grader.model import Result
from grader.report.plain import plain
from grader.report.result_json import from_json, schema, to_json

pytestmark = pytest.mark.fast

DEFINITIONS = {
    "assignment": model.AssignmentRef,
    "submission": model.SubmissionRef,
    "file": model.FileReport,
    "check": model.CheckResult,
    "location": model.Location,
    "entry_point": model.FoundEntryPoint,
    "excerpt": model.Excerpt,
    "figure": model.Figure,
    "series": model.Series,
    "section": model.Section,
    "output": model.Output,
    "sandbox": model.SandboxReport,
    "layer": model.Layer,
    "environment": model.Environment,
}


def strict(text: str) -> Any:
    def refuse(token: str) -> Any:
        raise AssertionError(f"{token} is no JSON")

    return json.loads(text, parse_constant=refuse)


def validate(text: str) -> None:
    jsonschema.Draft202012Validator(schema()).validate(strict(text))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_kind_of_result_is_valid(any_result: Result) -> None:
    validate(to_json([any_result]))


def test_keys_come_in_the_order_of_the_model(partial: Result) -> None:
    written = strict(to_json([partial]))
    assert list(written) == [field.name for field in fields(Result)]
    assert list(written["checks"][0]) == [field.name for field in fields(model.CheckResult)]


def test_one_result_is_an_object_and_several_are_a_list(perfect: Result, partial: Result) -> None:
    assert isinstance(strict(to_json([perfect])), dict)
    assert [one["score"] for one in strict(to_json([perfect, partial]))] == [10.0, 6.75]
    assert strict(to_json([])) == []


def test_the_text_is_indented_and_ends_with_a_line_feed(perfect: Result) -> None:
    text = to_json([perfect])
    assert text.startswith('{\n  "schema": 1,\n')
    assert text.endswith("\n}\n")


def test_numbers_that_are_not_finite_are_words(partial: Result, changed: Any) -> None:
    evidence = {"actual": math.nan, "inputs": {"p": (math.inf, -math.inf)}}
    figure = replace(partial.figures[0], series=(model.Series("s", (0.0, 1.0), (math.nan, math.inf)),))
    odd = changed(partial, {"loss.mini_batch": {"evidence": evidence}}, figures=(figure,))
    text = to_json([odd])
    validate(text)
    written = strict(text)
    assert written["checks"][4]["evidence"] == {"actual": "nan", "inputs": {"p": ["inf", "-inf"]}}
    assert written["figures"][0]["series"][0]["y"] == ["nan", "inf"]


def test_hostile_text_is_inert_yet_comes_back_the_same(hostile: Result) -> None:
    text = to_json([hostile])
    assert not [char for char in text if char != plain(char)]
    assert "##[" not in text
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    text.encode("utf-8")
    name = strict(text)["submission"]["name"]
    assert name == hostile.submission.name.replace("\udcff", "\\udcff")


def test_what_was_written_can_be_read_back(any_result: Result) -> None:
    text = to_json([any_result, any_result])
    back = from_json(text)
    assert strict(to_json(back)) == strict(text)
    assert len(back) == 2
    assert isinstance(back[0], Result)


@pytest.mark.parametrize(
    "damage",
    [
        {"extra": 1},
        {"status": "fine"},
        {"schema": 2},
        {"score": "nan"},
        {"started_at": "yesterday"},
        {"checks": [{}]},
    ],
)
def test_the_schema_is_strict(perfect: Result, damage: dict[str, Any]) -> None:
    damaged = strict(to_json([perfect])) | damage
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(damaged, schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("missing", [field.name for field in fields(Result)])
def test_no_key_may_be_missing(perfect: Result, missing: str) -> None:
    written = strict(to_json([perfect]))
    del written[missing]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("name", "data"), [("result", Result), *DEFINITIONS.items()])
def test_schema_and_model_agree_field_by_field(name: str, data: type) -> None:
    assert dataclasses.is_dataclass(data)
    described = schema() if name == "result" else schema()["$defs"][name]
    hints = typing.get_type_hints(data)
    assert list(described["properties"]) == list(hints)
    assert described["required"] == list(hints)
    assert described["additionalProperties"] is False
    for field, hint in hints.items():
        _agree(described["properties"][field], hint, f"{name}.{field}")


def test_the_schema_describes_nothing_else() -> None:
    assert set(schema()["$defs"]) == {*DEFINITIONS, "value", "number"}


def _agree(described: dict[str, Any], hint: Any, where: str) -> None:
    if "const" in described:
        return
    if "enum" in described:
        assert described["enum"] == _choices(hint), where
    elif dataclasses.is_dataclass(hint):
        assert DEFINITIONS[described["$ref"].removeprefix("#/$defs/")] is hint, where
    elif typing.get_origin(hint) is tuple:
        assert described["type"] == "array", where
        _agree(described["items"], typing.get_args(hint)[0], where)
    elif type(None) in typing.get_args(hint):
        accepts_null = {"type": "null"} in described.get("anyOf", []) or "null" in described.get("type", [])
        assert accepts_null, where
    elif "$ref" in described:
        assert (described["$ref"], hint) == ("#/$defs/number", float), where
    else:
        plain_types = {str: "string", int: "integer", float: "number", bool: "boolean"}
        assert described["type"] == plain_types.get(hint, "object"), where


def _choices(hint: Any) -> list[Any]:
    if typing.get_origin(hint) is Literal:
        return list(typing.get_args(hint))
    assert isinstance(hint, UnionType) or typing.get_origin(hint) is typing.Union
    return [
        choice for part in typing.get_args(hint) for choice in (_choices(part) if part is not type(None) else [None])
    ]
