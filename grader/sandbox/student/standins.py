"""Stand-ins for what students' machines have and this process has not."""

from collections.abc import Sequence


def install_standins(texts: Sequence[str]) -> None:
    """Install them."""
