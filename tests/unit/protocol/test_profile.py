"""The exchange profile: messages both ways, lists by date, and mistakes in its files told to the user."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import OurError, PeerError, UsageError
from generale.protocol.ids import FundNumber, Hco, Insz, Reference, Sex
from generale.protocol.messages import (
    MESSAGES,
    Admission,
    ControlResult,
    Correction,
    Decision,
    EndOfStay,
    EndReason,
    Message,
    Outcome,
    StayType,
)
from generale.protocol.profile import MessageError, compile_profile, standard_profile

STANDARD = standard_profile()
INSTANTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, BRUSSELS))
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
NAMES = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=72)
WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)
HCOS, REFERENCES = (
    st.just(Hco.parse("1001")),
    st.from_regex(r"[A-Za-z0-9]{1,14}", fullmatch=True).map(Reference),
)
INSZS = st.builds(Insz.synthetic, DAYS, st.sampled_from(Sex))
OPTIONAL = {
    "family_name": NAMES,
    "given_name": NAMES,
    "birth_date": DAYS,
    "sex": st.sampled_from(Sex),
    "stay_type": st.sampled_from(StayType),
    "start": INSTANTS,
}
END = {"end": INSTANTS, "reason": st.sampled_from(EndReason)}
ANY_MESSAGE: st.SearchStrategy[Message] = st.one_of(
    st.builds(Admission, facility=HCOS, insz=INSZS, **OPTIONAL),
    st.builds(EndOfStay, facility=HCOS, insz=INSZS, **END),
    st.builds(
        Correction,
        facility=HCOS,
        corrects=REFERENCES,
        insz=INSZS,
        **{name: st.none() | values for name, values in {**OPTIONAL, **END}.items()},
    ),
    st.builds(
        Decision,
        facility=HCOS,
        about=REFERENCES,
        outcome=st.sampled_from(Outcome),
        decided=INSTANTS,
        rule_set=DAYS,
        fund=st.none() | st.just(FundNumber.parse("810")),
        start=st.none() | INSTANTS,
        controls=st.lists(
            st.builds(ControlResult, control=WORDS, text=WORDS, field=st.just("") | WORDS), max_size=3
        ).map(tuple),
    ),
)


@given(ANY_MESSAGE)
def test_a_message_is_read_as_it_was_written_and_written_the_same_again(message: Message) -> None:
    raw = STANDARD.write(message)

    assert STANDARD.read(raw) == message
    assert STANDARD.write(STANDARD.read(raw)) == raw


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
        pytest.param(b"<a/>", "/a line 1", id="unknown element"),
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
    assert caught.value.where.endswith("Groet")


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

    with pytest.raises(PeerError, match="is not a date and time") as caught:
        STANDARD.read(raw.replace(b"T08:00:00", b"T24:00:00"))

    assert caught.value.where == "/*/*[3]/*[1] line 2"


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

    assert caught.value.where == "/*/*[3]/*[2] line 2"


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


def test_the_digest_changes_with_every_file_and_with_nothing_else() -> None:
    files = dict(STANDARD.files)

    assert compile_profile(dict(reversed(files.items()))).digest == STANDARD.digest
    for name in files:
        assert compile_profile({**files, name: files[name] + b"\n"}).digest != STANDARD.digest


def swapped(name: str, old: str, new: str) -> dict[str, bytes]:
    """One file with one thing changed in it."""
    raw = STANDARD.files[name]
    assert old.encode() in raw
    return {name: raw.replace(old.encode(), new.encode())}


HEAD, ADMISSION = "profile.toml", "bindings/admission.toml"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({HEAD: None}, "lacks 'profile.toml'", id="no head"),
        pytest.param({"messages.xsd": None}, "lacks 'messages.xsd'", id="no schema"),
        pytest.param({ADMISSION: None}, "binds no Admission", id="no binding"),
        pytest.param({HEAD: b"name ="}, "cannot be read", id="no TOML"),
        pytest.param({HEAD: b"\xff"}, "cannot be read", id="no text"),
        pytest.param({ADMISSION: b"message ="}, "cannot be read", id="a binding that is no TOML"),
        pytest.param({"messages.xsd": b"<a"}, "cannot be read", id="a schema that is no XML"),
        pytest.param({"messages.xsd": b"<a/>"}, "cannot be read", id="a schema that is none"),
        pytest.param(swapped(HEAD, 'version = "1"', ""), "lacks 'version'", id="no version"),
        pytest.param(swapped(HEAD, "[tempo]", "[pace]"), "lacks 'tempo'", id="no tempo"),
        pytest.param(
            swapped(HEAD, "decision = 2", 'decision = "soon"'), "tempo.decision: a whole", id="no seconds"
        ),
        pytest.param(
            swapped(HEAD, 'number = "810"', 'number = "81"'), "funds[1].number: '81'", id="no fund number"
        ),
        pytest.param(
            swapped(HEAD, 'number = "810"', "number = 810"), "funds[1].number: a text", id="a bare number"
        ),
        pytest.param(
            swapped(HEAD, 'name_en = "Neutral care fund"', 'naam = "x"'), "'funds[2].naam'", id="unknown key"
        ),
        pytest.param(
            swapped(HEAD, 'admission_day = "counts"', 'admission_day = "maybe"'),
            "counting.admission_day: one of",
            id="no rule",
        ),
        pytest.param(
            swapped(HEAD, 'admission_day = "counts"', 'first_day = "counts"'),
            "'counting.first_day' is unknown",
            id="no such day",
        ),
        pytest.param(
            swapped(HEAD, '["rob", "rvt"]', '["hotel"]'), "hosts.wzc: a list of rob", id="no stay type"
        ),
        pytest.param(
            swapped(HEAD, "2021-07-01 = 2", "2021-13-01 = 2"), "pending_months: '2021-13-01'", id="no date"
        ),
        pytest.param(swapped(HEAD, 'man = "M"', ""), "lacks 'codes.sex.man'", id="a word without code"),
        pytest.param(swapped(HEAD, "[codes.sex]", "[codes.gender]"), "lacks 'codes.sex'", id="no code list"),
        pytest.param(
            swapped(ADMISSION, '"Admission"', '"Greeting"'),
            "message: one of Admission",
            id="no such message",
        ),
        pytest.param(
            swapped(ADMISSION, "sex =", "gender ="), "'fields.gender' is unknown", id="no such field"
        ),
        pytest.param(
            swapped(ADMISSION, 'sex = { path = "Bewoner/Geslacht", type = "code", list = "sex" }', ""),
            "lacks 'fields.sex'",
            id="a field is missing",
        ),
        pytest.param(
            swapped(ADMISSION, '"Insz" }', '"Bsn" }'), "fields.insz.type: one of str", id="no such type"
        ),
        pytest.param(
            swapped(ADMISSION, 'path = "Voorziening", ', ""), "lacks 'fields.facility.path'", id="no path"
        ),
        pytest.param(swapped(ADMISSION, 'root = "Opname"', ""), "lacks 'root'", id="no root"),
    ],
)
def test_a_mistake_in_a_profile_is_told_to_the_user(change: Mapping[str, bytes | None], problem: str) -> None:
    files = {**STANDARD.files, **change}

    with pytest.raises(UsageError) as caught:
        compile_profile({name: raw for name, raw in files.items() if raw is not None})

    assert problem in str(caught.value)
    assert caught.value.hint


DECISION = "bindings/decision.toml"


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        pytest.param(
            swapped(HEAD, "2021-07-01 = 2", '2021-07-01 = "two"'),
            "pending_months.2021-07-01",
            id="months in words",
        ),
        pytest.param(
            swapped(HEAD, "since = 2019-01-01", 'since = "2019"'),
            "performance_codes[1].since",
            id="a date in words",
        ),
        pytest.param(
            swapped(HEAD, "since = 2019-01-01", "since = 2019-01-01T00:00:00"),
            "performance_codes[1].since",
            id="an instant for a date",
        ),
        pytest.param(
            swapped(HEAD, 'stay_type = "dvc"', 'stay_type = "hotel"'),
            "performance_codes[4].stay_type",
            id="a code for an unknown stay type",
        ),
        pytest.param(
            swapped(HEAD, '"990010"', '"99001"'), "performance_codes[1].code", id="a code of five digits"
        ),
        pytest.param(swapped(HEAD, 'admissions = "', 'entries = "'), "services.admissions", id="admissions"),
        pytest.param(swapped(HEAD, 'invoices = "', 'bills = "'), "services.invoices", id="invoices"),
        pytest.param(swapped(HEAD, '"820"', '"810"'), "funds[2].number", id="one number for two funds"),
        pytest.param(
            swapped(HEAD, "decision = 2", "decision = -2"),
            "tempo.decision",
            id="an answer before the question",
        ),
        pytest.param(swapped(HEAD, "decision = 2", "decision = true"), "tempo.decision", id="no number"),
        pytest.param(swapped(HEAD, "[tempo]", "[tempo]\nhaste = 1"), "tempo.haste", id="unknown tempo"),
        pytest.param(
            swapped(HEAD, 'woman = "V"', 'woman = "M"'), "codes.sex.woman", id="one code for two words"
        ),
        pytest.param(
            swapped(HEAD, '"urn:generale', '"urn generale'), "profile.toml: namespace", id="no namespace"
        ),
        pytest.param(swapped(HEAD, 'name = "vsb"', 'name = " "'), "profile.toml: name", id="a blank name"),
        pytest.param(swapped(HEAD, "[hosts]", "[hosts]\nx = 1"), "hosts.x", id="no list of stay types"),
        pytest.param(swapped(HEAD, "[tempo]", "[[tempo]]"), "profile.toml: tempo", id="a list for a table"),
        pytest.param(
            swapped(ADMISSION, '"Bewoner/Naam"', '"Bewoner/De naam"'),
            "fields.family_name.path",
            id="no element name",
        ),
        pytest.param(
            swapped(ADMISSION, '"Bewoner/Naam"', '"Bewoner//Naam"'),
            "fields.family_name.path",
            id="an empty element name",
        ),
        pytest.param(
            swapped(ADMISSION, '"Opname"', '"1"'), "admission.toml: root", id="no name for the root"
        ),
        pytest.param(
            swapped(ADMISSION, 'name = "WZC-OPNAME"', ""), "admission.toml lacks 'name'", id="no message name"
        ),
        pytest.param(
            swapped(ADMISSION, '"admissions"', '"admission"'), "admission.toml: service", id="no such service"
        ),
        pytest.param(
            {"bindings/again.toml": STANDARD.files[ADMISSION]},
            "again.toml: message",
            id="two tables for a message",
        ),
        pytest.param(
            swapped(ADMISSION, 'list = "sex"', 'list = "age"'), "fields.sex.list", id="no such list"
        ),
        pytest.param(
            swapped(DECISION, 'text = "Tekst"', 'texts = "Tekst"'), "fields.controls.item", id="item"
        ),
    ],
)
def test_a_value_of_another_kind_is_told_by_the_name_of_its_entry(
    change: dict[str, bytes], entry: str
) -> None:
    with pytest.raises(UsageError) as caught:
        compile_profile({**STANDARD.files, **change})

    assert entry in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


ODD = [
    '""',
    '"x"',
    "-1",
    "9" * 30,
    "true",
    "1.5",
    "[]",
    '["x"]',
    "[{}]",
    "{}",
    "2019-01-01",
    '{ path = "x" }',
]
LINES = [
    (name, line)
    for name, raw in STANDARD.files.items()
    if name.endswith(".toml")
    for line in raw.decode().splitlines()
    if " = " in line and not line.startswith("#")
]


@given(st.sampled_from(LINES), st.sampled_from(ODD))
def test_whatever_stands_in_an_entry_it_fits_or_is_told_to_the_user(place: tuple[str, str], odd: str) -> None:
    name, line = place
    key, told = line.partition(" = ")[0], []

    try:
        compile_profile({**STANDARD.files, **swapped(name, line, f"{key} = {odd}")})
    except UsageError as error:
        told.append(error)

    assert all(error.hint for error in told)


@pytest.mark.parametrize(
    "make",
    [lambda: compile_profile({}), lambda: compile_profile({HEAD: b""})],
    ids=["no files", "an empty head"],
)
def test_nothing_is_no_profile(make: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        make()
