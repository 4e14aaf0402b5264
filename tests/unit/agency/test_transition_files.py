"""Tables and plot of a transition: what cannot be told yet is not told."""

import csv
import io
import re

import pytest

from generale.agency.transition_files import csv_of, plot_of
from generale.agency.transition_text import transition_text
from generale.agency.wording import Language, Wording

MONTHS = ("2019-12", "2020-01", "2020-02")
TABLE = [
    {
        "month": month,
        "type": kind,
        "facilities": 10,
        "without_admission_message": 4,
        "without_processed_invoice": 5,
        "blocked": 0 if month == "2019-12" else None,
    }
    for month in MONTHS
    for kind in ("wzc", "cvk", "dvc")
]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_curve_of_blocked_months_ends_where_it_cannot_be_told(language: Language) -> None:
    curves = re.findall(r'<polyline points="([^"]*)"', plot_of(TABLE, Wording(language)).decode())

    assert [len(points.split()) for points in curves] == [3, 3, 1]


def test_rows_are_read_back_as_they_were_written() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_of(TABLE).decode()), delimiter=";"))

    assert rows == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in TABLE
    ]


DOCUMENT = {
    **dict.fromkeys(("facilities", "houses", "residents", "messages", "months"), 3),
    "period": {"since": "2019-12-01", "until": "2020-02-29"},
    "seed": 1,
    "polls": ["09:00"],
    "blocked_after_days": 30,
    "table": TABLE,
    "recoveries": [],
    "money": {},
    "refused": [],
    "lead_times": {"settled_months": 0, "median_days": None, "longest_days": None},
    "oracle": {"statements": 1, "breaches": 0},
    "judged_again": {"houses": 1, "differing": 0},
    "seconds": 2.0,
    "messages_per_second": 10.0,
    "floor_messages_per_second": 100.0,
    "times_the_floor": 10.0,
    "peak_mib": 99.5,
    "digest": "0" * 64,
}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_columns_stay_apart_and_a_dash_stands_for_what_is_not_told(language: Language) -> None:
    lines = transition_text(DOCUMENT, Wording(language), 80).splitlines()
    rows = {line[:7]: line.split()[1:] for line in lines if line[:7] in MONTHS}

    assert {month: cells.count("–") for month, cells in rows.items()} == {
        "2019-12": 0, "2020-01": 3, "2020-02": 3,
    }  # fmt: skip
    assert all(len(cells) == 9 for cells in rows.values())
    heads = next(line for line in lines if "2019" not in line and line.count("ed") + line.count("ok") >= 3)
    assert len(re.split(r"\s{1,}(?=[a-z])", heads.strip())) >= 9


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "No house sent a message in these months."),
        ("nl", "Geen enkel huis stuurde in deze maanden een bericht."),
    ],
)
def test_months_in_which_nothing_was_sent_have_no_speed(language: Language, sentence: str) -> None:
    lines = transition_text(
        {**DOCUMENT, "messages": 0, "messages_per_second": 0.0, "times_the_floor": None},
        Wording(language),
        80,
    )

    assert sentence in lines
