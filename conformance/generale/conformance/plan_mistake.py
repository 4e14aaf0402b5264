"""What does not fit in a plan, in words for whoever wrote it."""

import json
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from generale.protocol.errors import UsageError

_SHOWN = 40
_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {"scenarios": '["month/clean-month"]', "chapters": '["transport"]', "facility_types": '["wzc"]'}
)
"""How a list is written: who has one name in mind writes that alone."""


def plan_mistake(fault: ErrorDetails, plan: type[BaseModel], file: str) -> UsageError:
    """What a word of a plan should have been and is; ``file`` is where it stands, empty for an option."""
    name, *inside = (str(part) for part in fault["loc"])
    head = f"{file}: {name}" if file else name
    if name not in plan.model_fields:
        return UsageError(
            f"{head}: a plan has no such word",
            hint=f"known: {', '.join(plan.model_fields)}",
            finding="plan-word-unknown",
        )
    expected = _expected(plan.model_fields[name], in_list=bool(inside))
    hint = (
        f"such as {name} = {_EXAMPLES[name]}" if name in _EXAMPLES else "see docs/reference/plan.schema.json"
    )
    return UsageError(
        f"{head}: {expected} is expected, not {_shown(fault['input'])}", hint=hint, finding="plan-value-wrong"
    )


def _expected(field: FieldInfo, *, in_list: bool) -> str:
    kind = field.annotation
    if get_origin(kind) is tuple:
        return f"for each entry {_one(get_args(kind)[0])}" if in_list else "a list of names"
    if kind is int:
        least = next(bound.ge for bound in field.metadata if hasattr(bound, "ge"))
        most = next(bound.le for bound in field.metadata if hasattr(bound, "le"))
        return f"a whole number from {least} to {most}"
    return _one(kind)


def _one(kind: Any) -> str:
    """What a single value of this type is called."""
    if kind is bool:
        return "true or false"
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"one of {', '.join(str(one.value) for one in kind)}"
    return "a text between quotes"


def _shown(value: Any) -> str:
    """What stands there, as far as it fits in a line."""
    is_moment = isinstance(value, date | time)  # which TOML knows, and writes without quotes
    text = str(value) if is_moment else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
