"""A scenario file with fewer steps: the same words, the same people, only less happens."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from generale.scenarios.reader import roles_named

_CAST = ("facilities", "residents")
_ON_ONE_LINE = 1_000_000
"""So wide that nothing is folded."""


def excerpt(
    document: Mapping[str, Any], kept: Iterable[int], verifies: Iterable[str], remarks: Iterable[str] = ()
) -> bytes:
    """The file of a scenario of which only these steps are kept, by their place, and what it verifies.

    ``document`` is that of the whole file; ``remarks`` stand above it as comments. The name stays, since
    numbers and references are made of it.
    """
    steps = [document["timeline"][number] for number in kept]
    words = {**document, "verifies": list(verifies), "timeline": steps}
    lines = [f"# {' '.join(one.split())}" for one in remarks]
    for key, value in words.items():
        if key == "timeline":
            lines += ["timeline:", *(f"  - {_line(step)}" for step in value)]
        elif key in _CAST and value:
            lines += [f"{key}:", *(f"  {_pair(role, spec)}" for role, spec in value.items())]
        else:
            lines.append(
                yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=110).rstrip()
            )
    return ("\n".join(lines) + "\n").encode()


def _line(value: Any) -> str:
    """A value on one line."""
    text: str = yaml.safe_dump(
        value, sort_keys=False, allow_unicode=True, width=_ON_ONE_LINE, default_flow_style=True
    )
    return text.strip()


def _pair(role: str, spec: Any) -> str:
    """A role with its words, on one line."""
    return _line({role: spec})[1:-1]


def without_idle_cast(document: Mapping[str, Any], kept: Iterable[int]) -> dict[str, Any]:
    """The document without facilities and residents that none of these steps names.

    A facility stays where no other would: a cast has at least one.
    """
    steps = [document["timeline"][number] for number in kept]
    named = {name for _, name in roles_named(steps)}
    cast = {
        key: {role: spec for role, spec in document.get(key, {}).items() if role in named} for key in _CAST
    }
    return {**document, **cast, "facilities": cast["facilities"] or document["facilities"]}
