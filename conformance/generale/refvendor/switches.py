"""The switches of the seeded defects: at most one is on, and each remembers that it was asked for."""

from difflib import get_close_matches

from generale.protocol.errors import OurError, UsageError
from generale.refvendor.defects import DEFECTS


class Switches:
    """Which defect is on; ``consulted`` holds the names that some decision depended on since the last reset.

    Raises UsageError for a defect that does not exist.
    """

    def __init__(self, defect: str = "") -> None:
        if defect and defect not in DEFECTS:
            near = get_close_matches(defect, DEFECTS) or sorted(DEFECTS)[:3]
            raise UsageError(
                f"there is no defect '{defect}'",
                hint=f"such as {', '.join(near)}; docs/reference/coverage.md lists all",
            )
        self.defect = defect
        self.consulted: set[str] = set()

    def on(self, name: str) -> bool:
        """Whether this defect is on; asked exactly where the decision is made."""
        if name not in DEFECTS:
            raise OurError(f"the table of defects has no row '{name}'")
        self.consulted.add(name)
        return name == self.defect
