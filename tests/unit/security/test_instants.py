"""Instants as other programs write them: every xsd:dateTime with a zone, and nothing else."""

from datetime import UTC, datetime

import pytest

from generale.protocol.errors import PeerError
from generale.protocol.security.timestamp import instant_text, read_instant

EIGHT = datetime(2019, 6, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019-06-03T08:00:00Z", EIGHT),
        ("2019-06-03T08:00:00+00:00", EIGHT),
        ("2019-06-03T08:00:00-00:00", EIGHT),
        ("2019-06-03T10:00:00+02:00", EIGHT),
        ("2019-06-03T02:30:00.000-05:30", EIGHT),
        ("2019-06-03T08:00:00.1234567890123456789Z", EIGHT.replace(microsecond=123456)),
        ("2019-06-02T24:00:00Z", datetime(2019, 6, 3, tzinfo=UTC)),
        ("2019-12-31T24:00:00.000+01:00", datetime(2019, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_an_instant_with_a_zone_is_read(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-06-03T08:00:00",
        "2019-06-03",
        "2019-06-03T08:00Z",
        "2019-06-03T08:00:00+2",
        "2019-06-03T24:00:01Z",
        "2019-06-03T24:00:00.5Z",
        "2019-02-30T08:00:00Z",
        "2019-06-03T08:00:00+25:00",
        "99999-06-03T08:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T24:00:00Z",
        "2019-06-03T08:00:00." + "0" * 101 + "Z",
        "\u0662019-06-03T08:00:00Z",
    ],
)
def test_what_is_no_instant_or_lies_in_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(PeerError, match="no instant"):
        read_instant(text)


def test_what_we_write_is_read_as_it_was_meant() -> None:
    assert read_instant(instant_text(EIGHT)) == EIGHT
