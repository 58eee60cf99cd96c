"""Why a check has no answer to look at."""

from collections.abc import Sequence

from grader.api import NoAnswer
from grader.model import Reason


class StudentFailed(NoAnswer):
    """The student's code gave no answer.

    ``frames`` are (file, line) in its Python text, innermost first, as far as known. ``while_loading``: it was
    not the answer to a question that failed, but the files themselves when they ran.
    """

    def __init__(
        self,
        reason: Reason,
        error: str,
        message: str,
        frames: Sequence[tuple[str, int]] = (),
        *,
        while_loading: bool = False,
    ) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.error = error
        self.message = message
        self.frames = tuple(frames)
        self.while_loading = while_loading

    @property
    def ends_process(self) -> bool:
        """Whether the process that should have answered is gone."""
        return self.reason in ("timeout", "crash", "exit", "protocol") and not self.error
