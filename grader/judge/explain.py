"""Sentences for a student whose code gave no answer: what happened, and one step to take."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader import wire
from grader.judge.remedies import remedy
from grader.model import EntryPoint
from grader.sandbox.failed import StudentFailed

KINDS = {
    "module": "a class {symbol}(torch.nn.Module) that can be built with no arguments",
    "function": "a function {symbol}({arguments})",
    "loss": "a function {symbol}({arguments}), or a value called {variables}",
    "training": "a function {symbol}({arguments}), or a script that trains {variables}",
}


# The grader's own names for answers it cannot use, and the one step to take.
NO_ANSWER = {
    "NoModel": "End it with a return of the trained model.",
    "NotATensor": "End it with a return of a plain torch tensor.",
}

UNWRITTEN_CLASS = "missing the required"  # what torch says of a module without forward


@dataclass(frozen=True)
class Trouble:
    """A file that did not run to its end: why, where in its Python text (line 0: not known), and the step to take."""

    path: str
    why: str
    file: str = ""
    line: int = 0
    step: str = ""


@dataclass(frozen=True)
class Explanation:
    """``message`` says what happened, ``hint`` the one step to take."""

    message: str
    hint: str


def explain(failure: StudentFailed, entry: EntryPoint, files: Sequence[Trouble] = ()) -> Explanation:
    """What a student reads when the code behind *entry* gave no answer."""
    return _EXPLAIN[failure.reason](failure, entry, files)


def looked_for(entry: EntryPoint) -> str:
    """What an entry point may look like, in words."""
    return KINDS[entry.kind].format(
        symbol=entry.symbol,
        arguments=", ".join(entry.arguments),
        variables=" or ".join(entry.variables[:1]) or entry.symbol,
    )


def file_failed(outcome: wire.FileOutcome, place: str) -> str:
    """Why a file did not run to its end, in one sentence; *place* is where, in the student's words."""
    failure = outcome.failure
    if failure is None:
        return "it stopped"
    if failure.reason == "exit":
        return f"stopped by exit at {place}" if place else "stopped by exit"
    what = f"{failure.error}: {failure.message}" if failure.message else failure.error
    return f"{what} ({place})" if place else what


def _missing(failure: StudentFailed, entry: EntryPoint, files: Sequence[Trouble]) -> Explanation:
    if failure.error == "NoModel":
        return Explanation(f"{failure.message[:1].upper()}{failure.message[1:]}.", "Train the model in your script.")
    if files:
        message = " ".join(f"{file.path} did not run to its end: {file.why}." for file in files)
        message += " So what is checked here was not found."
        return Explanation(message, files[0].step or f"Mend {files[0].path} first, then run grade again.")
    message = f"Nothing was found that could be your {noun(entry)}. Looked for {looked_for(entry)}."
    if failure.message:
        message += f" The nearest things in your files: {failure.message}."
    return Explanation(message, f"Add {looked_for(entry)}.")


def _exception(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    if failure.error in NO_ANSWER:
        return Explanation(
            f"{_whose(failure, entry)} gave no answer to work with: {failure.message}.", NO_ANSWER[failure.error]
        )
    step = remedy(failure.error, failure.message) or "Mend the line this error comes from."
    what = f"{failure.error}: {failure.message}" if failure.message else failure.error
    if failure.error == "NotImplementedError" and UNWRITTEN_CLASS not in failure.message:
        return Explanation(f"{_whose(failure, entry)} is not written yet ({what}).", step)
    message = f"{_whose(failure, entry)} stopped with an error instead of giving an answer: {what}"
    return Explanation(message, step)


def _timeout(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    message = f"{_whose(failure, entry)} took too long: {failure.message}."
    return Explanation(message, "Look for a loop that never ends, or make it need fewer steps.")


def _memory(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    what = f": {failure.message}" if failure.message else "."
    message = f"{_whose(failure, entry)} asked for more memory than a submission may have{what}"
    return Explanation(message, "Look for a tensor or a list that grows with every step.")


def _crash(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    message = f"Python itself broke down while it ran {_whose(failure, entry).lower()}: {failure.message}."
    return Explanation(message, "Run your file by itself and see whether it ends normally.")


def _exit(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    how = failure.message or failure.error
    message = f"{_whose(failure, entry)} ended the program instead of giving an answer ({how})."
    return Explanation(message, "Remove the call of exit(), quit(), sys.exit() or os._exit().")


def _protocol(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
    message = f"{_whose(failure, entry)} did not give an answer that can be read: {failure.message}."
    return Explanation(message, "Return a plain torch tensor, and leave the grader's own connections alone.")


def _prerequisite(failure: StudentFailed, entry: EntryPoint, _: Sequence[Trouble]) -> Explanation:
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
