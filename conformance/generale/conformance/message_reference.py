"""The reference page of all messages, made from the exchange profile and the layouts of the flat file.

It says where every field stands on the wire, with its codes, and which zones an invoice file fills.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, time
from decimal import Decimal
from typing import get_args

from generale.conformance.lone_zone import zone_rules
from generale.protocol.binding import Binding
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import (
    Bill,
    File,
    InvoiceFile,
    Line,
    Record,
    Zone,
    decode,
    layout,
    message_types,
    write_invoice,
)
from generale.protocol.flatfile.layout import RESERVE, Form, Layout
from generale.protocol.ids import FundNumber, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import (
    FROM_FACILITY,
    Advance,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    Message,
    RecoveryNotice,
    Repayment,
    StayType,
)
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICE_NAME, DayRule, Profile
from generale.protocol.table import Table, read_table
from generale.rules.facts import Original

_INTRODUCTION = """\
Every message of the exchange profile: where each field stands, its type and its codes, and the zones of the
invoice file. Made from the profile and the layouts; `generale docs` writes it. The XML, the codes and the
numbers of the funds are project-defined; the layouts follow the RIZIV flat-file instructions and MyCareNet
eFact. How a message travels: [send your first message](../how-to/send-your-first-message.md)."""

_TYPES: Mapping[str, str] = {
    "Hco": "facility number (HCO): 4 or 5 digits",
    "Insz": "national number: 11 digits",
    "FundNumber": "number of a care fund: 3 digits",
    "Reference": "reference of a message: 1 to 256 visible characters on one line, no blanks at its ends",
    "str": "text of 1 to 72 characters, no blanks at its ends",
    "bool": "`true` or `false`",
    "number": "whole number: 1 to 3 digits",
    "month": "month, `YYYY-MM`",
    "amount": "euro with two decimals, more than zero: `1930.50`",
    "date": "day, `YYYY-MM-DD`",
    "instant": "date and time with offset, `2019-04-01T10:00:00+02:00`",
}
"""What the types of a binding mean to somebody who writes XML."""

_WHOLE = 10_000
"""A share of all, in hundredths of a percent."""

_DAY_RULES: Mapping[DayRule, str] = {
    DayRule.COUNTS: "is billed",
    DayRule.NEVER: "is not billed",
    DayRule.ON_DEATH: "is billed when the resident died, and not when they left",
}

INVOICES = "invoices"
"""The service that takes invoice files."""

_BILL_RECORDS = ("header_200", "header_300", *(f"record_{one}" for one in (10, 20, 30, 80, 90, 95, 96)))
_REPLY_RECORDS: Mapping[str, Sequence[str]] = {
    "931000": ("header_200", "header_300_stub"),
    "920999": ("header_200", "header_300", "record_95", "record_96"),
    "920098": ("header_200", "header_300_errors", "detail"),
    "920099": ("header_200", "header_300_errors", "detail"),
    "920900": ("header_200", "header_300_errors", "detail", "record_91", "record_92"),
}
_LIKE_REQUEST = frozenset(_BILL_RECORDS)
_NOTES: Mapping[str, str] = {
    "detail": ", behind the 350 characters of each echoed record; positions count from there",
    "record_91": ", one per fund, of 800 characters",
    "record_92": ", of the file, of 800 characters",
}


def render_messages(profile: Profile) -> str:
    """The messages of a profile as a Markdown page."""
    parts = ["# Messages", _INTRODUCTION, f"Profile `{profile.name}`, version {profile.version}."]
    parts += [*_services(profile), *_bindings(profile), *_code_lists(profile), *_billing(profile)]
    parts += [*_invoice(profile), *_replies()]
    return "\n\n".join(parts) + "\n"


def _services(profile: Profile) -> Iterator[str]:
    yield "## Services"
    yield "Behind the address that the set-up gives; `GET` with `?wsdl` describes each."
    rows = [(f"`{name}`", f"`{path}`", _names_of(profile, name)) for name, path in profile.services.items()]
    yield _table(("Service", "Path", "MessageName"), rows)


def _names_of(profile: Profile, service: str) -> str:
    names = [INVOICE_NAME] if service == INVOICES else []
    names += [one.message_name for one in profile.bindings.values() if one.service == service]
    return ", ".join(f"`{name}`" for name in names)


def _bindings(profile: Profile) -> Iterator[str]:
    namespace = next(iter(profile.bindings.values())).namespace
    yield "## Messages in XML"
    yield (
        f"UTF-8, namespace `{namespace}`, ContentType `text/xml`. Elements stand in the order of the table. "
        f"The schema is served as `?xsd={profile.schema_name}` at every service."
    )
    tables = [read_table(profile.files, name) for name in sorted(profile.files) if "bindings/" in name]
    for kind, binding in profile.bindings.items():
        table = next(one for one in tables if one.text("message") == kind.__name__)
        yield from _binding(binding, table)


def _binding(binding: Binding, table: Table) -> Iterator[str]:
    kind = binding.kind
    yield f"### {kind.__name__}"
    summary = (kind.__doc__ or "").partition("\n")[0]
    sent = kind in FROM_FACILITY
    way = "facility to platform, by `post`" if sent else "platform to facility, in the mailbox"
    yield (
        f"{summary}\n\n"
        f"* MessageName `{binding.message_name}`, service `{binding.service}`\n"
        f"* Direction: {way}\n"
        f"* In this version: {_processing(kind)}\n"
        f"* Root element `{table.text('root')}`"
    )
    optional = {one.name for one in fields(kind) if one.default is not MISSING}
    rows = [row for name in table.table("fields").values for row in _field(name, table, name in optional)]
    yield _table(("Field", "Path", "Type", "Must be there"), rows)
    if binding.relations:
        yield "Besides the schema, `generale check` looks at:"
        told = [(one.sentence_en, one.sentence_nl, f"`{one.field}`") for one in binding.relations]
        yield _table(("Rule", "In Dutch", "Field"), told)


def _processing(kind: type[Message]) -> str:
    """What becomes of a message: the others have their form, and nobody sends or takes them yet."""
    if kind in (Decision, InsuranceAnswer):
        return "sent by the platform"
    if kind in (Advance, RecoveryNotice, Repayment):
        return "sent by a care fund of its own accord"
    if kind is FundChangeNotice:
        return "sent by the platform of its own accord"
    if kind is InsuranceQuestion:
        return "taken in and answered"
    if kind in get_args(Original):
        return "taken in and decided on"
    if kind in FROM_FACILITY:
        return "refused with a failure TAck, since the platform does not process it yet"
    return "not sent yet"


def _field(name: str, table: Table, optional: bool) -> Iterator[Sequence[str]]:
    row = table.table("fields").table(name)
    path, needed = row.text("path"), "no" if optional else "yes"
    if "item" in row.values:
        yield f"`{name}`", f"`{path}`", "repeated element", needed
        for part, tag in row.table("item").values.items():
            yield f"`{name}.{part}`", f"`{path}/{tag}`", "text", "no" if part == "field" else "in each"
        return
    word = row.text("type")
    code = f"code list [{row.text('list')}](#{row.text('list')})" if word == "code" else _TYPES[word]
    yield f"`{name}`", f"`{path}`", code, needed


def _code_lists(profile: Profile) -> Iterator[str]:
    yield "## Code lists"
    for name, words in read_table(profile.files, "profile.toml").table("codes").values.items():
        yield f"### {name}"
        rows = [(f"`{code}`", word) for word, code in words.items()]
        yield _table(("On the wire", "In the program"), rows)


def _billing(profile: Profile) -> Iterator[str]:
    yield "## Care funds"
    rows = [
        (f"`{one.number}`", one.name_nl, one.name_en, _sends_back(profile, one.number))
        for one in profile.funds.values()
    ]
    yield _table(("Number", "Dutch", "English", "Sends an invoice file back (920099)"), rows)
    yield "## Performance codes"
    yield "Of an invoice line, by stay type and date of care; zone 4 of record 30 has a zero in front."
    codes = [(one.stay_type.value, str(one.since), f"`{one.code}`") for one in profile.performance_codes]
    yield _table(("Stay type", "Care from", "Code"), codes)
    yield "## Days that are billed"
    counting = profile.counting
    yield (
        f"* The day of admission {_DAY_RULES[counting.admission_day]}.\n"
        "* Every whole day in between is billed.\n"
        f"* The last day of a stay {_DAY_RULES[counting.last_day]}.\n"
        f"* A day that is first and last at once {_DAY_RULES[counting.same_day]}."
    )
    yield "Stay types by type of facility:"
    hosts = [(kind, ", ".join(sorted(one.value for one in types))) for kind, types in profile.hosts.items()]
    yield _table(("Facility", "Stay types"), hosts)


def _sends_back(profile: Profile, fund: FundNumber) -> str:
    limit = profile.error_limits.get(fund)
    if limit is None or limit.percentage is None:
        return "never; it only settles"
    if limit.percentage >= _WHOLE:
        return "for a blocking error; other errors are told ahead (920098)"
    share = f"{limit.percentage / 100:g} % of the {limit.counted.value}"
    return f"for a blocking error, or errors above {share}; fewer are told ahead (920098)"


def _invoice(profile: Profile) -> Iterator[str]:
    yield "## Invoice file 920000"
    yield (
        f"MessageName `{INVOICE_NAME}`, service `invoices`, ContentType `text/plain`. One run of printable "
        "ASCII without line ends: headers 200 and 300, then records of 350 characters in the order 10, {20, "
        "30 …, 80} …, 90, 95, 96. One file is for one facility number, one care month and one fund."
    )
    yield (
        "The tables leave out the zones that carry nothing: fill N with zeros, A with blanks. N is right "
        "aligned, A left aligned; a signed zone is a sign and zeros where it has no amount. Amounts are in "
        "cents. The example is one bill of 31 days; a zone without a demand stands here because the "
        "reference vendor fills it. Zones `previous_…` are filled in a rebill or credit note alone. "
        "Zones in reserve, the error codes behind the zones of headers 200 and 300 and of records 95 and 96, "
        "the status (203), the remarks (413, 513) and what is asked on account C (412, 512) are the fund's "
        "or nobody's: a value in one of them is refused."
    )
    yield (
        "A fund takes new bills, rebills and credit notes (record 20 zone 11 is 0, 1 or 3); a "
        "regularisation (4), written as the layout asks, is refused for its kind by `HX-INV-06`, its lines "
        "are not judged, and its days do not count as billed. A rebill names a bill of the same fund in an "
        "earlier file that was refused (`HX-INV-05`), a credit note one of which something was accepted "
        "(`HX-INV-20`); `generale check` says so without knowing that bill, and notes a former bill of a "
        "month that had not begun when the file was made. All days and amounts of a credit note are below "
        "zero, and it stands before what is billed anew for the same person: a file in which that is not so "
        "is refused technically."
    )
    yield (
        "Zone 99 is the sum of the characters before it modulo 97 (a digit counts for itself, a blank 10, a "
        "letter 11 to 36, anything else 37); zone 98 and the control numbers are the sum of the performance "
        "codes modulo 97. A remainder of 0 is written 97."
    )
    yield (
        "A file of a wrong length is told at the first record that does not begin where it should: its "
        "type is unknown, or neither its index (zone 2) nor its check digits (zone 99) are right. Where the "
        "check digits of the record before it are wrong, that one has the character too many or too few."
    )
    yield "Besides the layout and the controls of funds, `generale check` looks at (project-defined):"
    yield _table(("Rule", "In Dutch"), [(one.en, one.nl) for one in zone_rules().values()])
    parts = _example(profile)
    for name in _BILL_RECORDS:
        yield f"### {_title(name)}"
        rows = [_zone(zone, parts[name]) for zone in layout(name).zones if _is_used(zone, parts[name])]
        yield _table(("Zone", "Position", "Length", "Kind", "Name", "Must hold", "Example"), rows)


def _title(name: str) -> str:
    kind, _, number = name.partition("_")
    return f"{kind.capitalize()} {number.replace('_', ', ')}".rstrip()


def _is_used(zone: Zone, part: Record) -> bool:
    if zone.name == RESERVE or zone.name.endswith("_error"):
        return False
    if zone.name.startswith("previous_"):
        return True
    demanding = zone.required or zone.fixed or zone.allowed or zone.form is not Form.PLAIN
    return bool(demanding) or part[zone.number] != zone.blank


def _zone(zone: Zone, part: Record) -> Sequence[str]:
    place = (zone.number, str(zone.position), str(zone.length), zone.kind.value)
    return (*place, f"`{zone.name}`", _demand(zone), f"`{part[zone.number]}`")


_FORMS: Mapping[Form, str] = {
    Form.PLAIN: "",
    Form.SIGNED: "sign and digits",
    Form.DATE: "YYYYMMDD",
    Form.MONTH: "YYYYMM",
    Form.NOMENCLATURE: "zero and performance code",
    Form.NIHII: "zero and RIZIV number",
}


def _demand(zone: Zone) -> str:
    wanted = [f"`{zone.fixed}`"] if zone.fixed else []
    wanted += [" or ".join(f"`{one}`" for one in zone.allowed)] if zone.allowed else []
    wanted += [_FORMS[zone.form]] if _FORMS[zone.form] else []
    wanted += ["not empty"] if zone.required else []
    return ", ".join(wanted)


def _example(profile: Profile) -> Mapping[str, Record]:
    """One record of each kind of a small invoice file; every number in it is synthetic."""
    day, fund = date(2019, 5, 1), next(iter(profile.funds))
    code = f"0{profile.performance_code(StayType.ROB, day)}"
    bill = Bill(
        number=1,
        insz=Insz.synthetic(date(1938, 2, 14), Sex.WOMAN),
        sex=Sex.WOMAN,
        affiliated_fund=int(fund),
        destination_fund=int(fund),
        admission_date=date(2019, 4, 1),
        admission_time=time(10, 0),
        lines=(
            Line(
                code=code,
                first=day,
                last=date(2019, 5, 31),
                days=31,
                amount=Euro.of_rate(Decimal("61.34"), 31),
            ),
        ),
    )
    return _parts(decode(write_invoice(_file_of(bill, fund))))


def _file_of(bill: Bill, fund: FundNumber) -> InvoiceFile:
    return InvoiceFile(
        provider=Nihii.of_serial(760001).in_flat_file,
        sending_number=1,
        month=CareMonth(2019, 5),
        created=date(2019, 6, 3),
        invoice_date=date(2019, 6, 3),
        reference="00000000000001",
        fund=int(fund),
        company_number=Kbo.of_serial(9990001),
        iban=Iban.of_serial(999000001),
        bic="TESTBEBB",
        bills=(bill,),
    )


def _parts(file: File) -> Mapping[str, Record]:
    parts = {"header_200": file.header200, "header_300": file.header300}
    return {**parts, **{f"record_{record.type}": record for record in file.records}}


def _replies() -> Iterator[str]:
    yield "## Answers to an invoice file"
    yield (
        "They lie in the mailbox of `invoices`; the first six characters say which it is. In headers 200 and "
        "300 and in records 91, 92, 95 and 96 an error code of two digits stands right behind each zone; 00 "
        "is none. The very last blank of an answer may be missing."
    )
    yield (
        "An answer echoes the very zones that it refuses. So whatever is echoed may be unreadable: the "
        "errors are read all the same, and `generale check` and `generale decode` note the month, number, "
        "day, index or share that could not be read. Where zone 2 is no index, the end of the record tells "
        "it; where that is none either, the errors of the record reach no line and are noted themselves. "
        "Only the first two characters of a record must be a type of the message, since they say how "
        "it is cut. The alphabet of an answer is that of the invoice file, printable ASCII; a letter of "
        "ISO 8859-1 (`é`) in a zone of text is read and noted (project-defined), in any other zone refused."
    )
    yield (
        "Broken is what the layout demands of the fund itself: in a 920900 records 91 and then one 92 at "
        "the end; on accounts A and B and over both, accepted and refused make asked, A and B make the "
        "whole, and 92 is the sum of the 91; zone 311 is `01` with a letter B, `02` without one and `00` "
        "outside a 920099; a `02` has a record with F or R and a share above zero. Noted is what funds do "
        "otherwise: records without errors left out, filled slots, a share over 100 %, or up to 5 % with a "
        "`02`, a letter B that blocks nothing, an amount on one account or a sign that is not there, and a "
        "count or control number of 91 and 92, which repeat the invoice file, that the records of the "
        "answer do not give."
    )
    told = dict.fromkeys(_LIKE_REQUEST, "the invoice file")
    for number, names in _REPLY_RECORDS.items():
        yield f"### {number}, {message_types()[number].title}"
        for where in dict.fromkeys(told[name] for name in names if name in told):
            same = ", ".join(_title(name) for name in names if told.get(name) == where)
            yield f"{same}: laid out as in {where}."
        for name in names:
            if name not in told:
                told[name] = number
                yield f"{_title(name)}{_NOTES.get(name, '')}:"
                yield _zones_of(layout(name))


def _zones_of(one: Layout) -> str:
    named = [zone for zone in one.zones if zone.name != RESERVE and not zone.name.endswith("_error")]
    rows = [(z.number, str(z.position), str(z.length), z.kind.value, f"`{z.name}`") for z in named]
    return _table(("Zone", "Position", "Length", "Kind", "Name"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
