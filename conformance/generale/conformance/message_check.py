"""One message by itself, judged on five rungs: bytes, records, fields, codes, relations.

A rung is looked at only when the ones below it hold. What needs the platform's memory (stays, funds,
earlier messages) cannot be known from one message and is left to a rehearsal.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from generale.protocol import flatfile
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import InvoiceFile, PreviousBill, Problem, ZoneFault
from generale.protocol.genericasync import EnvelopeError, Post, read_envelope
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import Admission, Correction, EndOfStay, Message, StayType
from generale.protocol.profile import MessageError, Profile
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord, SentRecord, StayRecord
from generale.rules.findings import Finding

MAX_BYTES = 64 * 1024 * 1024
"""The largest message that is looked at, in bytes (project-defined)."""

ALONE = frozenset({"HX-ADM-04", "HX-ADM-05", "HX-ADM-06", "HX-ADM-08"})
"""Controls that a message can be judged by without any memory."""
ALONE_WITH_DATE = frozenset({"HX-ADM-07", "HX-END-05", "HX-INV-03"})
"""Controls that also need the day of receipt."""
ALONE_INVOICE = frozenset({"HX-INV-08", "HX-INV-09", "HX-INV-16"})
"""Controls of invoice lines that the file itself answers."""


class Rung(StrEnum):
    """The rungs, from the lowest."""

    BYTES = "bytes"
    RECORDS = "records"
    FIELDS = "fields"
    CODES = "codes"
    RELATIONS = "relations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is wrong: where, by which rule, expected and received."""

    place: str
    rule: str
    expected: str = ""
    received: str = ""
    control: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungResult:
    """A rung: looked at or not, and what is wrong on it."""

    rung: Rung
    looked_at: bool
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCheck:
    """The five rungs of one message, and what kind of message it is."""

    kind: str
    rungs: tuple[RungResult, ...]

    @property
    def holds(self) -> bool:
        """Whether every rung was looked at and holds."""
        return all(rung.looked_at and not rung.remarks for rung in self.rungs)


class _Broken(Exception):
    """A rung does not hold; the ones above it are not looked at."""

    def __init__(self, rung: Rung, *remarks: Remark) -> None:
        super().__init__(rung.value)
        self.rung = rung
        self.remarks = remarks


def check_message(raw: bytes, profile: Profile, rules: RuleSet, day: date | None) -> MessageCheck:
    """Judge the bytes of one message, invoice file, reply, or a whole SOAP envelope around one."""
    kind = "unknown"
    try:
        kind, content = _unwrapped(raw)
        look = _flat_file if kind == "flat file" else _xml_message
        kind, remarks = look(content, profile, rules, day)
    except _Broken as broken:
        return MessageCheck(kind=kind, rungs=tuple(_until(broken.rung, broken.remarks)))
    return MessageCheck(kind=kind, rungs=tuple(_until(Rung.RELATIONS, remarks)))


def _until(last: Rung, remarks: Sequence[Remark]) -> Iterator[RungResult]:
    below = True
    for rung in Rung:
        yield RungResult(rung=rung, looked_at=below, remarks=tuple(remarks) if rung is last else ())
        below = below and not (rung is last and remarks)


def _unwrapped(raw: bytes) -> tuple[str, bytes]:
    if not raw:
        raise _Broken(Rung.BYTES, Remark(place="byte 0", rule="the file is empty"))
    if len(raw) > MAX_BYTES:
        raise _Broken(Rung.BYTES, Remark(place="file", rule=f"the file is larger than {MAX_BYTES} bytes"))
    if raw.startswith(b"\xef\xbb\xbf"):
        remark = Remark(place="byte 0", rule="no byte-order mark", expected="none", received="EF BB BF")
        raise _Broken(Rung.BYTES, remark)
    if not raw.lstrip().startswith(b"<"):
        return "flat file", raw
    if b"http://schemas.xmlsoap.org/soap/envelope/" not in raw[:4096]:
        return "message", raw
    try:
        body = read_envelope(raw).body
    except EnvelopeError as error:
        raise _Broken(Rung.RECORDS, Remark(place=error.where, rule=error.fault.message)) from error
    if not isinstance(body, Post):
        raise _Broken(Rung.RECORDS, Remark(place="Body", rule="the envelope posts no message"))
    inner, content = _unwrapped(body.blob.content)
    return inner, content


def _xml_message(
    raw: bytes, profile: Profile, rules: RuleSet, day: date | None
) -> tuple[str, tuple[Remark, ...]]:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        remark = Remark(place=f"byte {error.start}", rule="the text is UTF-8")
        raise _Broken(Rung.BYTES, remark) from error
    try:
        message = profile.read(raw)
    except MessageError as error:
        rung = Rung.RECORDS if error.where.startswith("line") else Rung.FIELDS
        raise _Broken(rung, Remark(place=error.where, rule=str(error))) from error
    except PeerError as error:
        raise _Broken(Rung.CODES, Remark(place=error.where, rule=str(error))) from error
    return type(message).__name__, tuple(_relations(message, profile, rules, day))


def _relations(message: Message, profile: Profile, rules: RuleSet, day: date | None) -> Iterator[Remark]:
    if not isinstance(message, Admission | EndOfStay | Correction):
        return
    facts = _Lone(profile, _end_of(day))
    wanted = ALONE | (ALONE_WITH_DATE if day else frozenset())
    for finding in rules.judge(message, facts):
        if finding.control in wanted:
            place = profile.bindings[type(message)].path_of(finding.field)
            yield _control_remark(finding, place, rules)


def _flat_file(
    raw: bytes, profile: Profile, rules: RuleSet, day: date | None
) -> tuple[str, tuple[Remark, ...]]:
    try:
        file = flatfile.decode(raw)
    except PeerError as error:
        rung = Rung.BYTES if not raw.isascii() else Rung.RECORDS
        raise _Broken(rung, Remark(place=error.where, rule=str(error))) from error
    readers: dict[str, Callable[[bytes], object]] = {
        "931000": flatfile.read_acknowledgement,
        "920999": flatfile.read_refusal,
        "920900": flatfile.read_settlement,
    }
    if file.type != "920000":
        try:
            readers[file.type](raw)
        except PeerError as error:
            raise _Broken(Rung.FIELDS, Remark(place=error.where, rule=str(error))) from error
        return file.type, ()
    faults = flatfile.technical_faults(file)
    for rung, problems in _RUNGS_OF_PROBLEMS:
        remarks = tuple(
            Remark(
                place=_place(fault),
                rule=fault.message,
                expected=fault.expected,
                received=fault.received,
            )
            for fault in faults
            if fault.problem in problems
        )
        if remarks and rung is not Rung.RELATIONS:
            raise _Broken(rung, *remarks)
        if remarks:
            return file.type, remarks
    return file.type, tuple(_invoice_relations(flatfile.invoice_of(file), profile, rules, day))


def _place(fault: ZoneFault) -> str:
    return f"record {fault.record_number} ({fault.record_type}) zone {fault.zone}, byte {fault.offset}"


_RUNGS_OF_PROBLEMS = (
    (Rung.RECORDS, {Problem.ORDER}),
    (Rung.FIELDS, {Problem.MISSING, Problem.NOT_NUMERIC, Problem.SIGN, Problem.NO_SUCH_DAY}),
    (Rung.CODES, {Problem.CHECK_DIGIT, Problem.NOT_ALLOWED}),
    (Rung.RELATIONS, {Problem.INCONSISTENT}),
)


def _invoice_relations(
    invoice: InvoiceFile, profile: Profile, rules: RuleSet, day: date | None
) -> Iterator[Remark]:
    facts = _LoneInvoice(profile, _end_of(day), FundNumber(f"{invoice.fund:03d}"))
    if day is not None:
        for finding in rules.judge_file(invoice, facts):
            if finding.control in ALONE_WITH_DATE:
                yield _control_remark(finding, "record 10", rules)
    for bill in invoice.bills:
        for line in bill.lines:
            for finding in rules.judge_line(invoice, bill, line, facts):
                if finding.control in ALONE_INVOICE:
                    yield _control_remark(finding, f"bill {bill.number}, line from {line.first}", rules)


def _control_remark(finding: Finding, place: str, rules: RuleSet) -> Remark:
    row = rules.row(finding.control)
    return Remark(
        place=place,
        rule=row.sentence_en,
        expected=finding.expected,
        received=finding.received,
        control=row.id,
    )


def _end_of(day: date | None) -> datetime:
    return datetime.combine(day or date.max, time(23, 59, 59), BRUSSELS)


@dataclass(frozen=True, slots=True)
class _Lone:
    """The facts of a message that stands alone: nothing is known but the day of receipt."""

    profile: Profile
    received: datetime

    @property
    def sender(self) -> Nihii:
        return Nihii("00000000")

    def facility(self, _hco: Hco) -> FacilityRecord | None:
        return None

    def fund_on(self, _insz: Insz, _day: date) -> FundNumber | None:
        return None

    def stays(self, _insz: Insz) -> Sequence[StayRecord]:
        return ()

    def sent(self, _reference: Reference) -> SentRecord | None:
        return None

    def earlier(self, _insz: Insz) -> Sequence[SentRecord]:
        return ()


@dataclass(frozen=True, slots=True)
class _LoneInvoice:
    """The facts of an invoice file that stands alone."""

    profile: Profile
    received: datetime
    fund: FundNumber

    def facility(self) -> FacilityRecord | None:
        return None

    def is_member(self, _insz: Insz, _day: date) -> bool:
        return False

    def stays(self, _insz: Insz) -> Sequence[StayRecord]:
        return ()

    def rate(self, _stay_type: StayType, _day: date) -> Decimal | None:
        return None

    def settled_days(self, _insz: Insz) -> frozenset[date]:
        return frozenset()

    def sending_number_is_used(self, _number: int, _year: int) -> bool:
        return False

    def refused(self, _previous: PreviousBill) -> bool:
        return False
