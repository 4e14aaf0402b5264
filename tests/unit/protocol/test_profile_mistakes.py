"""Mistakes in a profile: each is told to the user by the name of its entry."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import UsageError
from generale.protocol.profile import compile_profile, standard_profile
from generale.protocol.table import MAX_TABLE_BYTES

STANDARD = standard_profile()


def swapped(name: str, old: str, new: str) -> dict[str, bytes]:
    """One file with one thing changed in it."""
    raw = STANDARD.files[name]
    assert old.encode() in raw
    return {name: raw.replace(old.encode(), new.encode())}


HEAD, ADMISSION, SCHEMA = "profile.toml", "bindings/admission.toml", "messages.xsd"


def outside(part: str) -> dict[str, bytes]:
    """The schema with a part that names a file beside the profile, which is there to be read."""
    head, _, rest = STANDARD.files[SCHEMA].partition(b'version="1">')
    return {SCHEMA: head + b'version="1">' + part.format(Path(__file__).as_uri()).encode() + rest}


def unannounced(name: str) -> bytes:
    """A file without its XML declaration."""
    return STANDARD.files[name].partition(b"?>")[2]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({HEAD: None}, "lacks 'profile.toml'", id="no head"),
        pytest.param({"messages.xsd": None}, "lacks 'messages.xsd'", id="no schema"),
        pytest.param({ADMISSION: None}, "binds no Admission", id="no binding"),
        pytest.param({HEAD: b"name ="}, "cannot be read", id="no TOML"),
        pytest.param({HEAD: b"\xff"}, "cannot be read", id="no text"),
        pytest.param({HEAD: b"name = " + b"1" * 5_000}, "cannot be read", id="an endless number"),
        pytest.param({HEAD: b"a = [{b = -0x" + b"f" * 5_000 + b"}]"}, "cannot be read", id="-0x"),
        pytest.param({HEAD: b"a = [{b = 9223372036854775808}]"}, "64 bits", id="a number of 65 bits"),
        pytest.param({HEAD: b"#" * (MAX_TABLE_BYTES + 1)}, "is larger than", id="an endless table"),
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
            swapped(HEAD, 'types = ["dvc"]', 'types = ["hotel"]'),
            "advances.formula[2].types: a list of cvk, dvc, wzc",
            id="no type of facility",
        ),
        pytest.param(
            swapped(HEAD, 'occupancy = "0.95"', 'occupancy = "95"'),
            "advances.formula[1].occupancy: '95' is no part",
            id="no occupancy",
        ),
        pytest.param(
            swapped(HEAD, 'days = "thirty-by', 'days = "forty-by'),
            "advances.formula[2].days: one of thirty",
            id="no days",
        ),
        pytest.param(
            swapped(HEAD, 'split = "heads"', 'split = "evenly"'),
            "advances.split: one of heads, places",
            id="no key of the split",
        ),
        pytest.param(
            swapped(HEAD, "repay_days = 30", "repay_days = -1"),
            "advances.repay_days: a whole number",
            id="no term of repayment",
        ),
        pytest.param(
            swapped(HEAD, "2021-07-01 = 2", "2021-13-01 = 2"), "pending_months: '2021-13-01'", id="no date"
        ),
        pytest.param(swapped(HEAD, 'man = "M"', ""), "lacks 'codes.sex.man'", id="a word without code"),
        pytest.param(swapped(HEAD, "[codes.sex]", "[codes.gender]"), "lacks 'codes.sex'", id="no code list"),
        pytest.param(
            swapped(ADMISSION, '"Admission"', '"Greeting"'),
            "message: one of InsuranceQuestion",
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
        pytest.param(outside('<xs:include schemaLocation="{}"/>'), "which the profile lacks", id="include"),
        pytest.param(
            outside('<xs:import namespace="urn:x" schemaLocation="{}"/>'),
            "which the profile lacks",
            id="import",
        ),
        pytest.param(
            outside('<xs:redefine schemaLocation="{}"/>'), "which the profile lacks", id="redefinition"
        ),
        pytest.param(
            {SCHEMA: b'<!DOCTYPE a SYSTEM "file:///etc/hostname">' + unannounced(SCHEMA)},
            "document type",
            id="a document type",
        ),
    ],
)
def test_a_mistake_in_a_profile_is_told_to_the_user(change: Mapping[str, bytes | None], problem: str) -> None:
    files = {**STANDARD.files, **change}

    with pytest.raises(UsageError) as caught:
        compile_profile({name: raw for name, raw in files.items() if raw is not None})

    assert problem in str(caught.value)
    assert caught.value.hint


DECISION, ABSENCE, ASSESSMENT, NOTICE = (
    f"bindings/{name}.toml" for name in ("decision", "absence", "assessment", "recovery_notice")
)


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
        pytest.param(swapped(HEAD, 'insurance = "', 'cover = "'), "services.insurance", id="insurance"),
        pytest.param(swapped(HEAD, '"820"', '"810"'), "funds[2].number", id="one number for two funds"),
        pytest.param(swapped(HEAD, 'fund = "850"', 'fund = "830"'), "error_limits[2].fund", id="two limits"),
        pytest.param(swapped(HEAD, 'fund = "850"', 'fund = "999"'), "error_limits[2].fund", id="no fund"),
        pytest.param(
            swapped(HEAD, "percentage = 5", "percentage = 101"),
            "error_limits[2].percentage",
            id="more errors than records",
        ),
        pytest.param(
            swapped(HEAD, 'counted = "records"', 'counted = "heads"'),
            "error_limits[2].counted",
            id="counted as nobody counts",
        ),
        pytest.param(
            swapped(HEAD, 'saturday_counts = "no"', 'saturday_counts = "maybe"'),
            "notice.saturday_counts",
            id="a Saturday that counts perhaps",
        ),
        pytest.param(
            swapped(HEAD, "working_days = 5", "working_days = 400"),
            "notice.working_days",
            id="a term of years",
        ),
        pytest.param(
            swapped(HEAD, "days_in_a_year = 90", "days_in_a_year = 900"),
            "short_stay.days_in_a_year",
            id="a year of years",
        ),
        pytest.param(
            swapped(HEAD, "days_in_a_row = 60", 'days_in_a_row = "60"'),
            "short_stay.days_in_a_row",
            id="a row in words",
        ),
        pytest.param(
            swapped(HEAD, 'sending_number = "same"', 'sending_number = "any"'),
            "returned_file.sending_number",
            id="a number of no kind",
        ),
        pytest.param(
            swapped(HEAD, "decision = 2", "decision = -2"),
            "tempo.decision",
            id="an answer before the question",
        ),
        pytest.param(swapped(HEAD, "decision = 2", "decision = true"), "tempo.decision", id="no number"),
        pytest.param(swapped(HEAD, "poll = 30", "poll = -1"), "tempo.poll", id="a negative pause"),
        pytest.param(
            swapped(HEAD, '["urn:nip:tack:result:minor:try-again"]', '[""]'),
            "resend_minors",
            id="a blank text",
        ),
        pytest.param(
            swapped(HEAD, '["urn:nip:tack:result:minor:try-again"]', '"urn:x:y"'),
            "resend_minors",
            id="no list",
        ),
        pytest.param(swapped(HEAD, "[tempo]", "[tempo]\nhaste = 1"), "tempo.haste", id="unknown tempo"),
        pytest.param(
            swapped(HEAD, "lifetime = 300", "lifetime = 0"), "freshness.lifetime: a whole", id="no lifetime"
        ),
        pytest.param(
            swapped(HEAD, "answer = 300", "answer = 3601"), "freshness.answer: a whole", id="a long answer"
        ),
        pytest.param(swapped(HEAD, "skew = 60", "skew = -1"), "freshness.skew: a whole", id="a skew below 0"),
        pytest.param(swapped(HEAD, "skew = 60", "age = 60"), "freshness.age", id="unknown freshness"),
        pytest.param(swapped(HEAD, "[mailbox]", "[post]"), "lacks 'mailbox'", id="no mailbox"),
        pytest.param(
            swapped(HEAD, 'unknown_keys = "ignore"', 'unknown_keys = "perhaps"'),
            "mailbox.unknown_keys: one of ignore, fault",
            id="another way with unknown keys",
        ),
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
            swapped(ABSENCE, 'rule = "not-before"', 'rule = "before"'), "relations[2].rule", id="no such rule"
        ),
        pytest.param(
            swapped(ABSENCE, 'other = "start"', 'other = "begin"'), "relations[2].other", id="no other field"
        ),
        pytest.param(
            swapped(ABSENCE, 'other = "start"', 'other = "insz"'), "relations[2].other", id="no other moment"
        ),
        pytest.param(swapped(ABSENCE, 'other = "start"', ""), "relations[2].other", id="nothing to compare"),
        pytest.param(
            swapped(NOTICE, 'other = "sent"', 'other = "first_month"'),
            "relations[2].other",
            id="day and month",
        ),
        pytest.param(
            swapped(ASSESSMENT, 'rule = "check-number"', 'rule = "not-before"'),
            "relations[1].field",
            id="a number before nothing",
        ),
        pytest.param(
            swapped(ASSESSMENT, 'word = "true"', 'word = "yes"'), "relations[2].word", id="no such word"
        ),
        pytest.param(
            swapped(ABSENCE, 'other = "start"', 'other = "start"\nword = "x"'),
            "relations[2].word",
            id="a word too many",
        ),
        pytest.param(
            swapped(ABSENCE, 'nl = "een afwezigheid eindigt', 'dutch = "een afwezigheid eindigt'),
            "relations[2].dutch",
            id="a relation without Dutch",
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
