"""What is said of a flat file has words in both languages: faults and notes."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import resources
from string import Formatter

import pytest

from generale.protocol import flatfile
from generale.protocol.flatfile import Problem
from generale.protocol.flatfile.fault import dutch

PACKAGE = resources.files(flatfile)
VALIDATIONS = [one for one in PACKAGE.iterdir() if one.name.endswith("validation.py")]
NOTES = tomllib.loads((PACKAGE / "notes.toml").read_text("utf-8"))


def sentences() -> Iterator[str]:
    """What the validations call a message, and the sentences of the problems."""
    yield from (one.sentence for one in Problem)
    for module in VALIDATIONS:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in dutch():
                yield node.value
            if isinstance(node, ast.Assign) and "message" in ast.unparse(node.targets[0]).strip("()").split(
                ", "
            ):
                value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
                yield ast.literal_eval(value)


def test_every_fault_has_a_dutch_sentence_and_no_sentence_is_left_over() -> None:
    assert set(sentences()) == set(dutch())


def test_every_note_has_the_same_values_in_both_languages() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, words in NOTES.items():
        assert words["en"] != words["nl"], key
        assert values(words["en"]) == values(words["nl"]), key


@pytest.mark.parametrize("key", NOTES)
def test_every_note_is_told_somewhere(key: str) -> None:
    told = [one.read_text("utf-8") for one in PACKAGE.iterdir() if one.name.endswith("deviation.py")]

    assert key.startswith(("other-", "former-bill")) or any(f'"{key}"' in source for source in told)
