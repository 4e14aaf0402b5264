"""The sentences that belong to the codes of findings: what is wrong, and what causes it most often."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import cast


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    raw = (resources.files("generale.conformance.checks") / "texts.toml").read_text(encoding="utf-8")
    return cast(Mapping[str, Mapping[str, str]], tomllib.loads(raw))


def message_en(code: str) -> str:
    """What a code says, in English."""
    return _texts()[code]["en"]


def message_nl(code: str) -> str:
    """What a code says, in Dutch."""
    return _texts()[code]["nl"]


def likely_cause_en(code: str) -> str:
    """What most often causes it, in English."""
    return _texts()[code]["cause_en"]


def likely_cause_nl(code: str) -> str:
    """What most often causes it, in Dutch."""
    return _texts()[code]["cause_nl"]


def codes() -> frozenset[str]:
    """Every code that has its sentences."""
    return frozenset(_texts())
