"""Sentences for a student whose code gave no answer: what happened, and one step to take."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader import wire
from grader.model import EntryPoint
from grader.sandbox.submission import StudentFailed

KINDS = {
    "module": "a class {symbol}(torch.nn.Module) that can be built with no arguments",
    "function": "a function {symbol}({arguments})",
    "loss": "a function {symbol}({arguments}), or a value called {variables}",
    "training": "a function {symbol}({arguments}), or a script that trains {variables}",
}


@dataclass(frozen=True)
class Explanation:
    """``message`` says what happened, ``hint`` the one step to take."""

    message: str
    hint: str


def explain(failure: StudentFailed, entry: EntryPoint, files: Sequence[wire.FileOutcome] = ()) -> Explanation:
    """What a student reads when the code behind *entry* gave no answer."""
    return _EXPLAIN[failure.reason](failure, entry, files)


def looked_for(entry: EntryPoint) -> str:
    """What an entry point may look like, in words."""
    return KINDS[entry.kind].format(
        symbol=entry.symbol,
        arguments=", ".join(entry.arguments),
        variables=" or ".join(entry.variables[:1]) or entry.symbol,
    )


def file_failed(outcome: wire.FileOutcome) -> str:
    """Why a file did not run to its end, in one sentence."""
    failure = outcome.failure
    if failure is None:
        return ""
    if failure.reason == "exit":
        return f"stopped by exit at line {failure.line}" if failure.line else "stopped by exit"
    where = f" (line {failure.line})" if failure.line else ""
    return f"{failure.error}: {failure.message}{where}"


def _missing(failure: StudentFailed, entry: EntryPoint, files: Sequence[wire.FileOutcome]) -> Explanation:
    if failure.error == "NoModel":
        return Explanation(f"{failure.message[:1].upper()}{failure.message[1:]}.", "Train the model in your script.")
    message = f"Nothing was found that could be your {noun(entry)}. Looked for {looked_for(entry)}."
    if failure.message:
        message += f" The nearest things in your files: {failure.message}."
    broken = [outcome for outcome in files if outcome.status == "failed"]
    if broken:
        message += " " + " ".join(
            f"{outcome.path} did not run to its end: {file_failed(outcome)}." for outcome in broken
        )
        return Explanation(message, f"Mend {broken[0].path} first, then run grade again.")
    return Explanation(message, f"Add {looked_for(entry)}.")


def _exception(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    what = f"{failure.error}: {failure.message}" if failure.message else failure.error
    message = f"{_whose(failure, entry)} stopped with an error instead of giving an answer: {what}"
    return Explanation(message, "Mend the line this error comes from.")


def _timeout(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    message = f"{_whose(failure, entry)} took too long: {failure.message}."
    return Explanation(message, "Look for a loop that never ends, or make it need fewer steps.")


def _memory(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    what = f": {failure.message}" if failure.message else "."
    message = f"{_whose(failure, entry)} asked for more memory than a submission may have{what}"
    return Explanation(message, "Look for a tensor or a list that grows with every step.")


def _crash(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    message = f"Python itself broke down while it ran {_whose(failure, entry).lower()}: {failure.message}."
    return Explanation(message, "Run your file by itself and see whether it ends normally.")


def _exit(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    how = failure.message or failure.error
    message = f"{_whose(failure, entry)} ended the program instead of giving an answer ({how})."
    return Explanation(message, "Remove the call of exit(), quit(), sys.exit() or os._exit().")


def _protocol(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    message = f"{_whose(failure, entry)} did not give an answer that can be read: {failure.message}."
    return Explanation(message, "Return a plain torch tensor, and leave the grader's own connections alone.")


def _prerequisite(failure: StudentFailed, entry: EntryPoint, _: Sequence[wire.FileOutcome]) -> Explanation:
    return Explanation(f"This could not be checked: {failure.message}.", "Mend what is reported above it first.")


def _whose(failure: StudentFailed, entry: EntryPoint) -> str:
    return "Your code" if failure.while_loading else f"Your {noun(entry)}"


def noun(entry: EntryPoint) -> str:
    """What a sentence calls an entry point."""
    return "training" if entry.kind == "training" else entry.name


_EXPLAIN = {
    "missing": _missing,
    "exception": _exception,
    "timeout": _timeout,
    "memory": _memory,
    "crash": _crash,
    "exit": _exit,
    "protocol": _protocol,
    "prerequisite": _prerequisite,
}
