"""``generale recoveries`` and ``generale rollout`` from the command line: figures, languages, mistakes."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.integration.cli_session import command

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RECOVERIES = EXAMPLES / "recoveries-2020.csv"
ROLLOUT = EXAMPLES / "rollout-2020-03-04.csv"

COMMANDS = pytest.mark.parametrize(
    ("name", "table"), [("recoveries", RECOVERIES), ("rollout", ROLLOUT)], ids=["recoveries", "rollout"]
)


def test_the_published_recoveries_come_out_to_the_cent(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--json")

    document = json.loads(left.out)
    total = document["total"]
    assert (left.code, left.err) == (0, "")
    assert (total["number"], total["amount"]) == (33, "688537.14")
    assert (total["repaid"]["number"], total["repaid"]["amount"]) == (7, "93212.18")
    assert (total["open"]["number"], total["open"]["amount"]) == (26, "595324.96")
    assert (document["as_of"], document["as_of_from"]) == ("2020-03-04", "file")
    assert [one["explained_by"] for one in document["recoveries"]].count("published") == 6
    assert document["formula"]["split_key"] is None


def test_another_notation_of_the_same_table_gives_the_same_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(csv.DictReader(io.StringIO(RECOVERIES.read_text("utf-8")), delimiter=";"))
    for row in rows:
        row["amount_eur"] = str(Decimal(row["amount_eur"].replace(".", "").replace(",", ".")))
        del row["as_of"]
    other = tmp_path / "other.csv"
    with other.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*reversed(rows[0])])
        writer.writeheader()
        writer.writerows(rows)

    documents = [
        json.loads(command(capsys, "recoveries", "--import", str(file), "--json").out)
        for file in (RECOVERIES, other)
    ]

    assert documents[1]["as_of_from"] == "assumed"
    assert documents[0] | {"as_of_from": ""} == documents[1] | {"as_of_from": ""}


def test_open_ones_are_counted_to_the_day_that_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--as-of", "2020-04-04", "--json")

    document = json.loads(left.out)
    assert document["total"]["open"]["most_days"] == 160 + 31
    assert document["total"]["repaid"]["most_days"] == 51


def test_the_published_rollout_is_of_1520_facilities(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(command(capsys, "rollout", "--import", str(ROLLOUT), "--json").out)

    assert {kind: one["number"] for kind, one in document["facilities"].items()} == {
        "WZC": 821,
        "CVK": 469,
        "DVC": 230,
        "TOTAAL": 1520,
    }
    assert document["consistent"] is True


@COMMANDS
def test_the_text_of_a_person_is_in_the_language_that_is_asked_for(
    name: str, table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    texts = {lang: command(capsys, name, "--import", str(table), "--lang", lang) for lang in ("nl", "en")}

    assert [one.code for one in texts.values()] == [0, 0]
    assert texts["nl"].out != texts["en"].out
    assert all(len(line) <= 80 for one in texts.values() for line in one.out.splitlines())


@COMMANDS
@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the table is empty"),
        (b"\x00", "U+0000 cannot be seen"),
        (b"PK\x03\x04\x14\x00", "U+0003 cannot be seen"),
        ("group;type\n".encode("utf-16"), "line 1: the text is not UTF-8"),
        (b"a;b\n1;2\n", "line 1: the heading lacks "),
        (b"x" * (1 << 20) + b"x", "is larger than 1048576 bytes"),
    ],
    ids=["nothing", "NUL", "a workbook", "UTF-16", "another table", "a huge file"],
)
def test_a_file_that_is_no_table_is_one_line_a_hint_and_21(
    name: str, table: Path, raw: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(raw)

    left = command(capsys, name, "--import", str(file), "--json")

    first, second = left.err.splitlines()
    assert (left.code, left.out) == (21, "")
    assert first.startswith("generale: ")
    assert said in first
    assert second.startswith("  hint: ")


@COMMANDS
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--import"),
        (["--import", "/nowhere/table.csv"], "the table /nowhere/table.csv cannot be read"),
        (["--import", "/"], "it is not a file"),
        (["--import", str(RECOVERIES), "--as-of", "4 March"], "--as-of: '4 March' is not a date"),
        (["--import", str(RECOVERIES), "--lang", "fr"], "not a language"),
    ],
    ids=["no file", "a file that is not there", "a folder", "no day", "no language"],
)
def test_a_mistake_in_the_options_is_one_line_a_hint_and_21(
    name: str, table: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    left = command(capsys, name, *arguments)

    assert (left.code, left.out) == (21, "")
    assert said in left.err.splitlines()[0]
    assert len(left.err.splitlines()) == 2


def test_a_mistake_in_a_table_names_file_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(RECOVERIES.read_bytes().replace(b";14223,60;", b";14.223;"))

    left = command(capsys, "recoveries", "--import", str(file))

    assert left.code == 21
    assert left.err.splitlines()[0] == (
        f"generale: {file}: line 3, column amount_eur: '14.223' may be thousands or decimals"
    )


def test_another_formula_is_tried_where_a_file_of_readings_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "formula.toml"
    text = 'since = 2019-01-01\noccupancy = "{}"\nshare = "1.00"\nsource = "by hand"\n'
    file.write_text(f"[full]\n{text.format('1.00')}[rest]\n{text.format('0.95')}", encoding="utf-8")
    asked = ("recoveries", "--import", str(RECOVERIES), "--formula", str(file))

    document = json.loads(command(capsys, *asked, "--json").out)
    shown = command(capsys, *asked, "--lang", "nl").out

    assert [one["reading"] for one in document["formula"]["readings"]] == ["full", "rest"]
    assert document["formula"]["readings"][1]["explained"] > 0
    assert "van 2019-01-01 of later" in " ".join(shown.split())
    assert "(by hand). Dat is een aanname" in " ".join(shown.split())


def test_a_mistake_in_a_file_of_readings_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formula.toml"
    file.write_text("[full]\n", encoding="utf-8")

    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--formula", str(file))

    assert left.code == 21
    assert left.err.splitlines()[0] == f"generale: {file}: full: it has not the keys of a reading"


def test_a_day_before_a_letter_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--as-of", "2020-02-26")

    assert left.code == 21
    assert "line 34, column letter_date: 2020-02-27 lies after 2020-02-26" in left.err


def test_every_open_recovery_gets_its_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "letters"

    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--letters", str(folder), "--json")

    document = json.loads(left.out)
    waiting = [one for one in document["recoveries"] if one["repaid"] is None]
    assert (left.code, left.err) == (0, f"26 letters in {folder}\n")
    assert len(waiting) == len(list(folder.iterdir())) == 26
    assert "+++165/7200/01119+++" in PdfReader(folder / "00011-16572.pdf").pages[0].extract_text()


def test_letters_go_into_an_empty_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").touch()

    left = command(capsys, "recoveries", "--import", str(RECOVERIES), "--letters", str(tmp_path))

    assert (left.code, left.out) == (21, "")
    assert "is not an empty folder" in left.err
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_a_letter_that_cannot_be_typeset_is_told_with_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    heading = "group;zorgkas;facility;hco_list;amount_eur;letter_date;repaid_date"
    table.write_text(f"{heading}\n1;Zorgkas A;Huis \N{GRINNING FACE};9901;10.00;2019-03-05;\n", "utf-8")

    left = command(capsys, "recoveries", "--import", str(table), "--letters", str(tmp_path / "letters"))

    assert left.code == 21
    assert "row 1: the page cannot be typeset" in left.err
