"""The HTTP form of the driver contract, as client and server share it (project-defined).

Every operation has a path of its own name; bodies are JSON in UTF-8 and bounded in size.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from generale.protocol.errors import PeerError
from generale.protocol.form import to_json
from generale.results.strict_json import read_strictly

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "describe": "GET",
        "reset": "POST",
        "act": "POST",
        "sync": "POST",
        "observe": "GET",
        "set_clock": "POST",
    }
)
"""HTTP method of each operation of the contract; its path is ``/`` and its name."""

MAX_BODY_BYTES = 16 * 1024 * 1024
"""The largest body that is read, in bytes (16 MiB)."""

JSON_TYPE = "application/json"
"""Content type of every body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetting:
    """The body of ``set_clock``: the business time from now on."""

    instant: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The body of a refused request: what is wrong, and the JSON path in the request where it is."""

    problem: str
    where: str = ""


def write_body(value: object) -> bytes:
    """The body that carries a value; typed values take their JSON form."""
    return json.dumps(to_json(value)).encode()


def read_body(body: bytes) -> Any:
    """Read plain JSON; ``PeerError`` where it is none, a key stands twice, or it is nested too deeply."""
    try:
        return read_strictly(body)
    except ValueError as error:
        raise PeerError(f"this is not JSON in UTF-8: {error}", where="$") from error
