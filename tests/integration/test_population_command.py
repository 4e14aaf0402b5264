"""``generale population`` from the command line: tables out and in, pseudonyms, languages, mistakes."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.protocol.ids import Insz


def real_number(nine: str) -> str:
    """A number with a counter that a person may have, and a right check number."""
    return f"{nine}{97 - int(nine) % 97:02d}"


PEOPLE = {
    real_number("450213123"): ("Zwartenbroeckx", "Hildegonde", "1945-02-13", "man"),
    real_number("380704246"): ("Zwartenbroeckx", "Ludovica", "1938-07-04", "woman"),
    real_number("121111032"): ("Van Opdenbosch", "Xaveer", "1912-11-11", "woman"),
}
"""Real-looking people by their number."""


def exported(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, bytes]:
    """The tables that a command writes."""
    left = command(capsys, "population", "--out", str(folder), *options)
    assert (left.code, left.err.replace(REMARK, "")) == (0, "")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


REMARK = "people become others by a secret that is not kept: another import gives other numbers\n"


def with_real_people(folder: Path, tables: Mapping[str, bytes]) -> None:
    """Tables in which the first residents of others are real-looking people."""
    rows = list(csv.DictReader(io.StringIO(tables["residents.csv"].decode()), delimiter=";"))
    other = dict(zip([row["insz"] for row in rows], PEOPLE, strict=False))
    people = [
        ";".join([insz, *PEOPLE[insz]]) if (insz := other.get(row["insz"], "")) else ";".join(row.values())
        for row in rows
    ]
    folder.mkdir()
    for name in ("facilities.csv", "memberships.csv", "stays.csv"):
        text = tables[name].decode()
        for synthetic, real in other.items():
            text = text.replace(synthetic, real)
        (folder / name).write_text(text, encoding="utf-8")
    heading = "insz;family_name;given_name;birth_date;sex"
    (folder / "residents.csv").write_text("\n".join([heading, *people]), encoding="utf-8")


def test_what_is_exported_and_imported_is_exported_as_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = exported(tmp_path / "first", capsys, "--facilities", "6", "--seed", "3")
    again = ("--import", str(tmp_path / "first"), "--synthetic")

    assert exported(tmp_path / "second", capsys, *again, "--seed", "9") == first
    assert exported(tmp_path / "first", capsys, "--facilities", "6", "--seed", "3") == first


@pytest.mark.parametrize(
    "kept", [["waves"], ["funds"], ["facilities"], ["residents"], ["facilities", "houses"]]
)
def test_any_part_can_be_replaced_and_the_rest_is_made_to_fit(
    kept: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = exported(tmp_path / "first", capsys, "--facilities", "6", "--seed", "3")
    for name in first:
        if name.removesuffix(".csv") not in kept:
            (tmp_path / "first" / name).unlink()

    second = exported(tmp_path / "second", capsys, "--import", str(tmp_path / "first"), "--synthetic")

    assert all(second[f"{name}.csv"] == first[f"{name}.csv"] for name in kept)
    assert set(second) == set(first)


def test_nothing_of_a_person_comes_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_real_people(tmp_path / "real", exported(tmp_path / "first", capsys, "--facilities", "3"))
    secret = tmp_path / "secret"
    secret.write_text("a secret of many letters", encoding="utf-8")
    asked = ("--import", str(tmp_path / "real"))

    drawn = exported(tmp_path / "drawn", capsys, *asked)
    kept = exported(tmp_path / "kept", capsys, *asked, "--secret", str(secret))
    told = command(capsys, "population", *asked, "--json")

    everything = b"".join([*drawn.values(), *kept.values()]).decode() + told.out + told.err
    for insz, (family_name, given_name, born, _) in PEOPLE.items():
        assert not any(text in everything for text in (insz, family_name, given_name))
        assert f"{given_name};{born}" not in everything
    assert "a secret of" not in everything
    assert drawn["residents.csv"] != kept["residents.csv"]
    assert exported(tmp_path / "again", capsys, *asked, "--secret", str(secret)) == kept


def test_people_keep_sex_year_of_birth_and_everything_that_happened_to_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = exported(tmp_path / "first", capsys, "--facilities", "3")
    with_real_people(tmp_path / "real", tables)

    out = exported(tmp_path / "out", capsys, "--import", str(tmp_path / "real"))

    people = list(csv.DictReader(io.StringIO(out["residents.csv"].decode()), delimiter=";"))
    assert all(Insz.parse(row["insz"]).is_synthetic for row in people)
    assert len({row["insz"] for row in people}) == len(tables["residents.csv"].splitlines()) - 1
    assert sum(row["birth_date"].startswith("1912-") for row in people) >= 1
    names = [row["family_name"] for row in people]
    assert all(name.startswith("Q") for name in names)
    without = [
        sorted(line.partition(";")[2] for line in one["stays.csv"].decode().splitlines())
        for one in (out, tables)
    ]
    assert without[0] == without[1]


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "residents",
            "1945-02-13",
            "13/02/1945",
            "line 2, column birth_date: a day such as 2019-06-03 is expected",
        ),
        ("residents", "1945-02-13;man", "1945-02-13;M", "line 2, column sex: one of man, woman is expected"),
        ("residents", "Hildegonde", "=Hildegonde", "line 2, column given_name: a plain text is expected"),
        ("residents", "Hildegonde", "", "line 2, column given_name: a text is expected"),
        ("residents", "Hildegonde", "Hilde" * 50, "line 2, column given_name: at most 120 characters"),
        ("residents", "Hildegonde;", "", "line 2 has 4 cells, and the heading 5"),
        ("residents", "Hildegonde", '"Hildegonde', "line 2: the quotes of a cell do not fit"),
        ("residents", "given_name", "first_name", "line 1: the columns insz, family_name"),
        ("residents", "NUMBER", "45021312300", "line 2, column insz: a national number: eleven digits"),
        ("memberships", "NUMBER", real_number("450213125"), "column insz: residents has no such row"),
        ("stays", "NUMBER", "4502131230", "column insz: a national number: eleven digits"),
        ("facilities", "wzc", "WZC", "line 2, column type: one of wzc, cvk, dvc is expected"),
    ],
)
def test_a_mistake_names_line_and_column_and_repeats_nothing_of_a_person(
    table: str, old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_real_people(tmp_path / "real", exported(tmp_path / "first", capsys, "--facilities", "3"))
    insz = next(iter(PEOPLE))
    file = tmp_path / "real" / f"{table}.csv"
    text = file.read_text("utf-8")
    wrong = text.replace(insz if old == "NUMBER" else old, new, 1)
    assert wrong != text
    file.write_text(wrong, encoding="utf-8")

    left = command(capsys, "population", "--import", str(tmp_path / "real"))

    first, hint = left.err.replace(REMARK, "").splitlines()
    assert (left.code, left.out) == (21, "")
    assert first.startswith(f"generale: {table}.csv: line ")
    assert said in first
    assert hint.startswith("  hint: ")
    assert not any(word in left.err for word in ("Hilde", "Zwarten", "1945", "4502", "13/02"))


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("stays", lambda rows: [*rows, rows[-1]], "the stay before it has not ended then"),
        ("residents", lambda rows: [*rows, rows[-1]], "another row has the same insz"),
        ("residents", lambda rows: rows[:-1], "residents has no such row"),
        ("facilities", lambda rows: rows[:1], "facilities.csv holds no rows"),
        ("tariffs", lambda rows: [rows[0], "12345;rob;2019-01-01;64.35"], "facilities has no such row"),
        ("houses", lambda rows: rows[:2], "houses has no such row"),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_together_are_refused(
    table: str, change: object, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(change)
    exported(tmp_path / "first", capsys, "--facilities", "3", "--seed", "2")
    file = tmp_path / "first" / f"{table}.csv"
    file.write_text("\n".join(change(file.read_text("utf-8").splitlines())), encoding="utf-8")

    left = command(capsys, "population", "--import", str(tmp_path / "first"), "--synthetic")

    assert (left.code, left.out) == (21, "")
    assert said in left.err.splitlines()[0]


def test_a_number_that_could_be_a_persons_is_refused_where_all_are_said_to_be_synthetic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_real_people(tmp_path / "real", exported(tmp_path / "first", capsys, "--facilities", "3"))

    left = command(capsys, "population", "--import", str(tmp_path / "real"), "--synthetic")

    assert left.code == 21
    assert "residents.csv: line 2, column insz: a number of nobody is expected" in left.err
    assert not any(insz in left.err for insz in PEOPLE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--facilities", "9000"], "9000 facilities are more than"),
        (["--facilities", "8000"], "more than the 142446 numbers"),
        (["--facilities", "0"], "--facilities"),
        (["--import", "/nowhere"], "the folder /nowhere cannot be read"),
        (["--import", "EMPTY"], "the folder holds no table"),
        (["--import", "STRANGE"], "there is no table 'resident'"),
        (["--import", "ALONE"], "stays.csv needs residents.csv beside it"),
        (["--synthetic"], "go with --import"),
        (["--import", "ALONE", "--out", "ALONE"], "are one folder"),
        (["--import", "ALONE", "--secret", "SHORT"], "fewer than 16 bytes"),
        (["--out", "STRANGE"], "holds something else: resident.csv"),
        (["--parameters", "SHORT"], "it is not TOML"),
        (["--lang", "fr"], "not a language"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_in_the_options_is_one_line_a_hint_and_21(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, file in (("EMPTY", ""), ("STRANGE", "resident.csv"), ("ALONE", "stays.csv")):
        (tmp_path / name).mkdir()
        if file:
            (tmp_path / name / file).write_text("insz\n", encoding="utf-8")
    (tmp_path / "SHORT").write_text("short", encoding="utf-8")
    given = [str(tmp_path / one) if one.isupper() else one for one in arguments]

    left = command(capsys, "population", *given)

    lines = left.err.replace(REMARK, "").splitlines()
    assert (left.code, left.out) == (21, "")
    assert said in lines[0]
    assert len(lines) == 2


def test_both_languages_say_the_same_in_their_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        lang: command(capsys, "population", "--facilities", "6", "--lang", lang) for lang in ("nl", "en")
    }
    document = json.loads(command(capsys, "population", "--facilities", "6", "--json").out)

    assert "Per softwareleverancier" in texts["nl"].out
    assert "By software vendor" in texts["en"].out
    assert all(document["digest"] in one.out for one in texts.values())
    assert all(len(line) <= 100 for one in texts.values() for line in one.out.splitlines())
    assert (
        sum(row["residents"] for row in document["funds"])
        == document["residents"] - document["not_affiliated"]
    )
    assert sum(row["facilities"] for row in document["vendors"]) == document["facilities"]
    assert sum(row["facilities"] for row in document["waves"]) == document["facilities"]
    assert sum(row["present"] for row in document["stay_types"]) == document["present"]


def test_a_disk_that_refuses_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facilities.csv").mkdir()

    left = command(capsys, "population", "--facilities", "1", "--out", str(tmp_path))

    assert (left.code, left.out) == (30, "")
    assert "the tables cannot be written" in left.err
