"""A path in an XML document, found while the document is cut: the nearest place that exists is taken.

Understood are plain steps (``Opname/Bewoner/Insz``), prefixes and namespaces, which are passed over,
numbers (``Controle[2]``), stars with numbers as libxml2 writes them, and ``*[local-name()='Insz']``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_STEP = re.compile(r"(?:\{[^}]*\})?(?:[\w.-]+:)?(@?[\w.-]+|\*)(?:\[(\d{1,6})\])?(?=/|$)")
_LOCAL_NAME = re.compile(r"\*\[local-name\(\)\s*=\s*['\"]([\w.-]+)['\"]\]")
_REST = re.compile(r"[\s,:]+line \d+.*$|/?text\(\)$|/?@[^/]*$")
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Place:
    """An element among its siblings: its local name, its number among those of that name, and among all."""

    name: str
    among_same: int
    among_all: int


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    number: int

    def fits(self, place: Place) -> bool:
        """Whether an element is what this step asks for; number 0 asks for any."""
        if self.name == "*":
            return self.number in (0, place.among_all)
        return self.name == place.name and self.number in (0, place.among_same)


@dataclass(slots=True)
class XmlPath:
    """A path that looks on while elements are met, and remembers the first line that fits each part of it."""

    steps: tuple[_Step, ...]
    is_absolute: bool
    _met: dict[int, int] = field(default_factory=dict)

    def meet(self, stack: Sequence[Place], line: int) -> None:
        """An element, with those it stands in, begins on this line."""
        for size in range(1, len(self.steps) + 1):
            if size > len(stack) or (self.is_absolute and size != len(stack)):
                continue
            pairs = zip(self.steps[:size], stack[-size:], strict=True)
            if all(step.fits(place) for step, place in pairs):
                self._met.setdefault(size, line)

    @property
    def line(self) -> int | None:
        """The line of the element; where it is missing, of the last element on the way to it."""
        return self._met[max(self._met)] if self._met else None


def xml_path(path: str) -> XmlPath:
    """Read a path; one that cannot be read has no steps and fits nothing."""
    plain = _LOCAL_NAME.sub(r"\1", path[:1000].strip())
    plain = _REST.sub("", plain)
    is_absolute = plain.startswith("/") and not plain.startswith("//")
    steps = tuple(_Step(name, int(number or 0)) for name, number in _STEP.findall(plain))
    return XmlPath(steps[:_LONGEST], is_absolute)
