"""What is to be said of a bundle beside its verdicts: where it is unlike what its names stand for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line about where a bundle comes from.

    ``key`` finds its sentence, into which ``name`` goes. ``is_unlike`` is true where the bundle claims a
    name that stands for something else here, so that its verdicts certify nothing; false for what is openly
    the user's own.
    """

    key: str
    name: str
    is_unlike: bool = True
