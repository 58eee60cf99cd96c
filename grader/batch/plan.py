"""What a batch has to do: which entries have a grade that still holds, and which do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.batch.entries import Entry
from grader.batch.fingerprints import Conditions, submission_digest
from grader.batch.store import Store, slim
from grader.model import Result


@dataclass(frozen=True)
class Plan:
    """``kept``: results that hold, by entry, slim; ``todo``: entries to grade; ``digests``: of every entry."""

    kept: Mapping[Entry, Result]
    todo: tuple[Entry, ...]
    digests: Mapping[Entry, str]


def plan_batch(entries: Sequence[Entry], store: Store, conditions: Conditions, *, force: bool) -> Plan:
    """Compare what is handed in with what was graded. Reports that are out of date are written again."""
    kept: dict[Entry, Result] = {}
    digests = {entry: submission_digest(entry.path) for entry in entries}
    for entry in [] if force else entries:
        result = still_holding(entry, digests[entry], store, conditions)
        if result is not None:
            store.refresh(entry, result)
            kept[entry] = slim(result)
    return Plan(kept, tuple(entry for entry in entries if entry not in kept), digests)


def still_holding(entry: Entry, digest: str, store: Store, conditions: Conditions) -> Result | None:
    """The kept result of *entry*, if grading what is handed in now would find the same."""
    result = store.result(entry)
    return result if result is not None and _holds(result, digest, conditions) else None


def _holds(result: Result, digest: str, conditions: Conditions) -> bool:
    """Whether a fresh grading would find the same. What the grader failed at is always tried again."""
    return result.status != "internal_error" and result.key == conditions.key(digest, result.assignment.name)
