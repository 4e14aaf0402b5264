"""The exchange profile: messages both ways, lists by date, and mistakes in its files told to the user."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from lxml import etree
from tests.unit.protocol.message_strategies import ANY_MESSAGE

from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import Counted
from generale.protocol.ids import Hco, Insz, Reference
from generale.protocol.messages import (
    MESSAGES,
    Admission,
    Correction,
    EndOfStay,
    EndReason,
    Message,
    StayType,
)
from generale.protocol.profile import MessageError, compile_profile, standard_profile

STANDARD = standard_profile()


@given(ANY_MESSAGE)
def test_a_message_is_read_as_it_was_written_and_written_the_same_again(message: Message) -> None:
    raw = STANDARD.write(message)

    assert STANDARD.read(raw) == message
    assert STANDARD.write(STANDARD.read(raw)) == raw


def test_a_profile_that_does_not_say_how_long_messages_hold_has_the_standard() -> None:
    silent = re.sub(rb"\[freshness\][^[]*", b"", STANDARD.files["profile.toml"])

    assert compile_profile({**STANDARD.files, "profile.toml": silent}).freshness == STANDARD.freshness


def test_every_message_travels_under_a_name_of_its_own() -> None:
    assert len({STANDARD.message_name(kind) for kind in MESSAGES}) == len(MESSAGES)


def test_a_field_is_found_on_the_wire_without_namespace() -> None:
    binding = STANDARD.bindings[Admission]

    assert binding.path_of("insz") == "Bewoner/Insz"
    assert binding.path_of("nothing") == ""


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        pytest.param(b"", "line 1", id="nothing"),
        pytest.param(b"hello", "line 1", id="no XML"),
        pytest.param(b"<a>", "line 1", id="not closed"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "line 1", id="document type"),
        pytest.param(b"<a/>", "a line 1", id="unknown element"),
        pytest.param(b'<x:a xmlns:x="urn:q"/>', "a line 1", id="a prefix"),
        pytest.param(b"\x00", "line 1", id="a zero byte"),
    ],
)
def test_what_is_no_message_says_where(raw: bytes, where: str) -> None:
    with pytest.raises(MessageError) as caught:
        STANDARD.read(raw)

    assert caught.value.where == where


def test_a_schema_may_know_elements_that_the_profile_does_not_bind() -> None:
    schema = STANDARD.files["messages.xsd"].replace(
        b"</xs:schema>", b'<xs:element name="Groet" type="xs:string"/></xs:schema>'
    )
    profile = compile_profile({**STANDARD.files, "messages.xsd": schema})

    with pytest.raises(MessageError, match="no message of this profile begins with") as caught:
        profile.read(b'<Groet xmlns="urn:generale:profiel:vsb:1">dag</Groet>')
    assert caught.value.where == "Groet line 1"


def test_a_correction_of_the_person_alone_says_nothing_about_the_stay() -> None:
    correction = Correction(
        facility=Hco.parse("1001"),
        corrects=Reference.parse("R1"),
        insz=Insz.parse("38021499972"),
        given_name="Maria",
    )

    raw = STANDARD.write(correction)

    assert b"Verblijf" not in raw
    assert STANDARD.read(raw) == correction


def test_a_value_that_only_the_schema_takes_is_refused_at_its_place() -> None:
    raw = STANDARD.write(
        EndOfStay(
            facility=Hco.parse("1001"),
            insz=Insz.parse("38021499972"),
            end=datetime(2019, 4, 1, 8, tzinfo=BRUSSELS),
            reason=EndReason.DEATH,
        )
    )

    with pytest.raises(PeerError, match="outside the calendar") as caught:
        STANDARD.read(raw.replace(b"2019-04-01T08", b"0001-01-01T00"))

    assert caught.value.where == "EindeVerblijf/Verblijf/Einde line 2"


def test_a_code_that_only_the_schema_knows_is_refused_at_its_place() -> None:
    schema = STANDARD.files["messages.xsd"].replace(b'value="VERTREK"', b'value="VERHUIS"')
    profile = compile_profile({**STANDARD.files, "messages.xsd": schema})
    end = EndOfStay(
        facility=Hco.parse("1001"),
        insz=Insz.parse("38021499972"),
        end=datetime(2019, 4, 1, 8, tzinfo=BRUSSELS),
        reason=EndReason.DEPARTURE,
    )

    with pytest.raises(PeerError, match="'VERHUIS' is not in the code list") as caught:
        profile.read(profile.write(end).replace(b"VERTREK", b"VERHUIS"))

    assert caught.value.where == "EindeVerblijf/Verblijf/Reden line 2"


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2019, 1, 1), "990010"), (date(2022, 12, 31), "990010"), (date(2023, 1, 1), "991012")],
)
def test_a_performance_code_is_the_latest_on_the_date_of_care(day: date, code: str) -> None:
    assert STANDARD.performance_code(StayType.ROB, day) == code


def test_before_the_first_date_there_is_no_performance_code() -> None:
    with pytest.raises(OurError, match="no performance code for rob on 2018-12-31"):
        STANDARD.performance_code(StayType.ROB, date(2018, 12, 31))


def test_a_term_belongs_to_a_rule_set() -> None:
    assert STANDARD.pending_limit(date(2021, 7, 1)) == 2
    assert STANDARD.pending_limit(date(2019, 4, 1)) is None


def test_a_schema_may_be_in_parts_that_lie_in_the_profile() -> None:
    part = (
        b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        b' targetNamespace="urn:generale:profiel:vsb:1">'
        b'<xs:element name="Groet" type="xs:string"/></xs:schema>'
    )
    whole = STANDARD.files["messages.xsd"].replace(
        b'version="1">', b'version="1"><xs:include schemaLocation="part.xsd"/>', 1
    )

    profile = compile_profile({**STANDARD.files, "messages.xsd": whole, "part.xsd": part})

    assert profile.schema.validate(etree.fromstring(b'<Groet xmlns="urn:generale:profiel:vsb:1">dag</Groet>'))


def test_some_funds_judge_files_as_a_whole_and_a_profile_may_name_none() -> None:
    assert {str(fund): (one.percentage, one.counted) for fund, one in STANDARD.error_limits.items()} == {
        "830": (10_000, Counted.BILLS),
        "850": (500, Counted.RECORDS),
    }
    head = STANDARD.files["profile.toml"].decode()
    bare = re.sub(r"\[\[error_limits\]\]\n(.*\n){4}", "", head)
    assert compile_profile({**STANDARD.files, "profile.toml": bare.encode()}).error_limits == {}


def test_the_digest_changes_with_every_file_and_with_nothing_else() -> None:
    files = dict(STANDARD.files)

    assert compile_profile(dict(reversed(files.items()))).digest == STANDARD.digest
    for name in files:
        assert compile_profile({**files, name: files[name] + b"\n"}).digest != STANDARD.digest
