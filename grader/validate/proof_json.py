"""A proof as JSON, schema 1: the fields of ``proof.Proof``, with what follows from them."""

import json
from dataclasses import asdict
from typing import Any

from grader.report.numbers import json_safe
from grader.validate.proof import Proof

SCHEMA = 1


def to_json(proof: Proof) -> str:
    """One object. ``holds`` is told for the whole and for each claim; shares are numbers from 0 to 1, or null."""
    told: dict[str, Any] = {"schema": SCHEMA, "holds": proof.holds, **asdict(proof)}
    for claim, shown in zip(proof.claims, told["claims"], strict=True):
        shown["holds"] = claim.holds
    told["matrix"] |= {"precision": proof.matrix.precision, "recall": proof.matrix.recall}
    told["mutation_score"] = proof.mutation_score
    return json.dumps(json_safe(told), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
