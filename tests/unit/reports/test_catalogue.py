"""The texts of the reports: complete in both languages, and nothing asked for that is not there."""

import re
from importlib import resources
from string import Formatter

import pytest

from generale.reports.catalogue import LANGUAGES, Words, catalogue
from generale.results.verdicts import Blame, EvidenceKind, Verb, Verdict

SOURCES = [
    file.read_text("utf-8")
    for folder in (resources.files("generale.reports"), resources.files("generale.reports") / "templates")
    for file in folder.iterdir()
    if file.name.endswith((".py", ".j2"))
]
ASKED = re.compile(r"""\b(?:t|words|_WORDS|paper\.words)\(["']([\w-]+\.[\w-]+)["']""")
COUNTED = re.compile(r"""\.count\(["']([\w-]+\.[\w-]+)["']""")


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_every_text_stands_in_every_language_with_the_same_places(key: str) -> None:
    texts = catalogue()[key]
    places = {
        language: {name for _, name, _, _ in Formatter().parse(text) if name}
        for language, text in texts.items()
    }

    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(names) for names in places.values()}) == 1


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = {key for text in SOURCES for key in ASKED.findall(text)}
    counted = {f"{key}-{end}" for text in SOURCES for key in COUNTED.findall(text) for end in ("one", "many")}

    assert len(asked) > 50
    assert (asked | counted) - set(catalogue()) == set()


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("verdict", Verdict),
        ("symbol", Verdict),
        ("meaning", Verdict),
        ("blame", Blame),
        ("verb", Verb),
        ("evidence", EvidenceKind),
    ],
)
def test_every_member_of_a_closed_list_has_a_word(group: str, members: type[Verdict]) -> None:
    assert [one for one in members if f"{group}.{one.value}" not in catalogue()] == []


def test_no_two_verdicts_share_a_symbol_or_a_word() -> None:
    for language in LANGUAGES:
        words = Words(language)
        told = {(words(f"symbol.{one.value}"), words(f"verdict.{one.value}")) for one in Verdict}

        assert len({symbol for symbol, _ in told}) == len({word for _, word in told}) == len(Verdict)


def test_a_chapter_that_nobody_translated_keeps_its_own_name() -> None:
    assert Words("nl").chapter("transport") == "Transport"
    assert Words("nl").chapter("Something new") == "Something new"


def test_a_number_chooses_its_word() -> None:
    words = Words("en")

    assert [words.count("sequence.days", number) for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
