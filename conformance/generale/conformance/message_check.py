"""One message by itself, judged on five rungs: bytes, records, fields, codes, relations.

A rung is looked at only when the ones below it hold. What needs the platform's memory (stays, funds,
earlier messages) cannot be known from one message and is left to a rehearsal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from lxml import etree

from generale.conformance.lone_correction import restated_findings
from generale.conformance.lone_decision import contradictions
from generale.conformance.lone_facts import LoneFacts, LoneInvoiceFacts
from generale.conformance.lone_invoice import former_bills_ahead, lone_breaches, unknown_funds_of
from generale.conformance.lone_relations import LoneBreach, broken_relations, unknown_funds
from generale.conformance.lone_zone import zone_breaches
from generale.conformance.message_bytes import BYTE_ORDER_MARK, is_envelope, is_flat
from generale.conformance.message_rung import MessageCheck as MessageCheck
from generale.conformance.message_rung import Remark as Remark
from generale.conformance.message_rung import Rung as Rung
from generale.conformance.message_rung import RungResult
from generale.conformance.schema_explanation import explain
from generale.conformance.schema_rule import SchemaRule
from generale.protocol import flatfile
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import Deviation, File, Problem, ZoneFault
from generale.protocol.genericasync import (
    Blob,
    Compression,
    Encoding,
    EnvelopeError,
    Post,
    is_reject,
    read_envelope,
    read_reject,
    request_fault,
)
from generale.protocol.ids import Nihii, Reference
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    Correction,
    Decision,
    EndOfAbsence,
    EndOfStay,
    FundChangeNotice,
    InsuranceQuestion,
    Message,
    Withdrawal,
)
from generale.protocol.profile import INVOICE_NAME, MessageError, Profile
from generale.protocol.xml_source import LONGEST_TOLD, brief, encoding_of, parse_xml, undecodable
from generale.rules.engine import RuleSet
from generale.rules.findings import Finding

MAX_BYTES = 64 * 1024 * 1024
"""The largest message that is looked at, in bytes (project-defined)."""

ALONE = frozenset(
    {"HX-INS-02", "HX-FCH-02", "HX-ADM-04", "HX-ADM-05", "HX-ADM-06", "HX-ADM-08", "HX-IND-12", "HX-IND-14"}
)
"""Controls that a message can be judged by without any memory."""
ALONE_WITH_DATE = frozenset({"HX-INS-03", "HX-ADM-07", "HX-END-05", "HX-FCH-06"})
"""Controls that also need the day of receipt; those of an invoice file stand in ``lone_invoice``."""

_PLAIN = ("UTF-8", "US-ASCII")
"""The encodings in which a message is best written: every reader takes them."""


class _Broken(Exception):
    """A rung does not hold; the ones above it are not looked at."""

    def __init__(self, rung: Rung, *remarks: Remark, has_more: bool = False) -> None:
        super().__init__(rung.value)
        self.rung = rung
        self.remarks, self.has_more = remarks, has_more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bare:
    """The bytes of a message out of its envelope, and the MessageName on that; None where there was none."""

    content: bytes
    name: str | None = None

    @property
    def is_flat(self) -> bool:
        """Whether it is a flat file and not XML."""
        return is_flat(self.content)

    def misnamed(self, name: str) -> tuple[Remark, ...]:
        """What is wrong with the MessageName, where the content goes under this one."""
        if self.name in (None, name):
            return ()
        rule = "the MessageName fits the content"
        return (Remark(place="Detail/@MessageName", rule=rule, expected=name, received=self.name or ""),)


_Judged = tuple[str, tuple[Remark, ...]]
"""The kind of a message, and what is wrong on the highest rung."""


def check_message(raw: bytes, profile: Profile, rules: RuleSet, day: date | None) -> MessageCheck:
    """Judge the bytes of one message, rejection, invoice file, reply, or a whole SOAP envelope around one."""
    kind = "unknown"
    try:
        bare = _unwrapped(raw, profile)
        kind = "flat file" if bare.is_flat else "message"
        if not bare.is_flat and is_reject(bare.content):
            kind, remarks = _reject(bare.content)
        else:
            look = _flat_file if bare.is_flat else _xml_message
            kind, remarks = look(bare, profile, rules, day)
    except _Broken as broken:
        return MessageCheck(kind=kind, rungs=tuple(_until(broken.rung, broken.remarks, broken.has_more)))
    return MessageCheck(kind=kind, rungs=tuple(_until(Rung.RELATIONS, remarks)), notes=_notes(bare))


def _notes(bare: _Bare) -> tuple[Deviation, ...]:
    if bare.is_flat:
        file = flatfile.decode(bare.content)
        return (*flatfile.deviations(file), *former_bills_ahead(file))
    encoding = encoding_of(bare.content)
    if encoding in _PLAIN:
        return ()
    what, what_nl = (
        "UTF-8 without a byte-order mark is recommended",
        "UTF-8 zonder byte-order mark is aanbevolen",
    )
    return (Deviation(where=encoding, what=what, what_nl=what_nl),)


def _until(last: Rung, remarks: Sequence[Remark], has_more: bool = False) -> Iterator[RungResult]:
    below = True
    for rung in Rung:
        told, more = (tuple(map(_bounded, remarks)), has_more) if rung is last else ((), False)
        yield RungResult(rung=rung, looked_at=below, remarks=told, has_more=more)
        below = below and not (rung is last and remarks)


def _bounded(remark: Remark) -> Remark:
    """A remark of which no part repeats more of the message than helps."""
    return Remark(**{part.name: brief(getattr(remark, part.name), LONGEST_TOLD) for part in fields(remark)})


def _unwrapped(raw: bytes, profile: Profile) -> _Bare:
    _sound(raw)
    if not is_envelope(raw):
        return _Bare(content=raw)
    try:
        envelope = read_envelope(raw)
    except EnvelopeError as error:
        rule = error.fault.message.removesuffix(f" [{error.where}]")
        raise _Broken(Rung.RECORDS, Remark(place=error.where, rule=rule)) from error
    body = envelope.body
    if not isinstance(body, Post):
        raise _Broken(Rung.RECORDS, Remark(place="Body", rule="the envelope posts no message"))
    if fault := request_fault(body, envelope.addressing, soap_action="", funds=profile.funds):
        raise _Broken(Rung.RECORDS, Remark(place="Envelope", rule=fault.message))
    _packed_as_declared(body.blob)
    _sound(body.blob.content)
    if is_envelope(body.blob.content):
        rule = "an envelope holds a message, not another envelope"
        raise _Broken(Rung.RECORDS, Remark(place="Detail", rule=rule))
    return _Bare(content=body.blob.content, name=body.blob.message_name)


def _sound(raw: bytes) -> None:
    if not raw:
        raise _Broken(Rung.BYTES, Remark(place="byte 0", rule="the file is empty"))
    if len(raw) > MAX_BYTES:
        raise _Broken(Rung.BYTES, Remark(place="file", rule=f"the file is larger than {MAX_BYTES} bytes"))


def _packed_as_declared(blob: Blob) -> None:
    if blob.encoding is Encoding.DEFLATE and blob.compression is not Compression.RAW:
        remark = Remark(
            place="Detail/@ContentEncoding",
            rule="content that is announced as deflate is raw DEFLATE",
            expected="raw DEFLATE",
            received=f"packed as {blob.compression.value}",
        )
        raise _Broken(Rung.BYTES, remark)


def _in_its_encoding(content: bytes) -> None:
    """Whether what was refused holds at least no byte that is none of its encoding."""
    place = undecodable(content)
    if place is not None:
        remark = Remark(
            place=f"byte {place}", rule="the text is in its encoding", expected=encoding_of(content)
        )
        raise _Broken(Rung.BYTES, remark)


def _xml_message(bare: _Bare, profile: Profile, rules: RuleSet, day: date | None) -> _Judged:
    try:
        message = profile.read(bare.content)
    except MessageError as error:
        _in_its_encoding(bare.content)
        if error.where.startswith("line"):
            raise _Broken(Rung.RECORDS, _refused(error)) from error
        raise _explained(bare.content, profile, error) from error
    except PeerError as error:
        raise _Broken(Rung.CODES, _refused(error)) from error
    root = parse_xml(bare.content)
    foreign = tuple(_breach_remark(one) for one in unknown_funds(message, root, profile))
    if coded := (*bare.misnamed(profile.message_name(type(message))), *foreign):
        raise _Broken(Rung.CODES, *coded)
    return type(message).__name__, tuple(_relations(message, root, profile, rules, day))


def _reject(content: bytes) -> _Judged:
    """The kind of a rejection out of the mailbox, which has the form of MyCareNet; no control is about it."""
    try:
        reject = read_reject(content)
    except EnvelopeError as error:
        _in_its_encoding(content)
        rule = error.fault.message.removesuffix(f" [{error.where}]")
        raise _Broken(Rung.FIELDS, Remark(place=error.where, rule=rule)) from error
    try:
        Reference.parse(reject.input_reference)
    except PeerError as error:
        raise _Broken(Rung.FIELDS, Remark(place="InputReference", rule=str(error))) from error
    try:
        Nihii.parse(reject.origin.nihii)
    except PeerError as error:
        raise _Broken(Rung.CODES, Remark(place="Origin/CareProvider/Nihii/Value", rule=str(error))) from error
    return reject.side.value, ()


def _explained(content: bytes, profile: Profile, error: MessageError) -> _Broken:
    """Every place that the schema refuses; a code outside its list counts once all fields have their form."""
    explained = explain(content, profile)
    found, has_more = explained.places, explained.has_more
    forms = tuple(one for one in found if one.rule is not SchemaRule.LIST)
    remarks = (
        Remark(
            place=one.place,
            rule=one.sentence_en,
            rule_nl=one.sentence_nl,
            expected=one.expected,
            expected_nl=one.expected_nl,
            received=one.received,
        )
        for one in forms or found
    )
    if not found:
        return _Broken(Rung.FIELDS, _refused(error), has_more=has_more)
    return _Broken(Rung.FIELDS if forms else Rung.CODES, *remarks, has_more=has_more)


def _refused(error: PeerError) -> Remark:
    """What a reader refused; the place is told once."""
    return Remark(place=error.where, rule=str(error).removeprefix(f"{error.where}: "))


def _relations(
    message: Message, root: etree._Element, profile: Profile, rules: RuleSet, day: date | None
) -> Iterator[Remark]:
    binding = profile.bindings[type(message)]
    for one in broken_relations(message, root, binding, day):
        yield _breach_remark(one)
    if isinstance(message, Decision):
        yield from map(_breach_remark, contradictions(message, root, binding))
    facts = LoneFacts(profile=profile, received=_end_of(day))
    wanted = ALONE | (ALONE_WITH_DATE if day else frozenset())
    match message:
        case InsuranceQuestion():
            findings = rules.judge_question(message, facts)
        case FundChangeNotice():
            findings = rules.judge_fund_change(message, facts)
        case (
            Admission()
            | EndOfStay()
            | Absence()
            | EndOfAbsence()
            | Correction()
            | Withdrawal()
            | Assessment()
        ):
            findings = rules.judge(message, facts)
            if isinstance(message, Correction):
                findings += tuple(restated_findings(message, facts, rules))
        case _:
            return
    for finding in findings:
        if finding.control in wanted:
            yield _control_remark(finding, binding.place_of(finding.field, root), rules)


def _breach_remark(one: LoneBreach) -> Remark:
    return Remark(
        place=one.place, rule=one.rule_en, rule_nl=one.rule_nl, expected=one.expected, received=one.received
    )


def _flat_file(bare: _Bare, profile: Profile, rules: RuleSet, day: date | None) -> _Judged:
    if bare.content.startswith(BYTE_ORDER_MARK):
        remark = Remark(place="byte 0", rule="no byte-order mark", expected="none", received="EF BB BF")
        raise _Broken(Rung.BYTES, remark)
    try:
        file = flatfile.decode(bare.content)
    except PeerError as error:
        is_byte = isinstance(error, flatfile.AlphabetError) and not bare.content.isascii()
        raise _Broken(Rung.BYTES if is_byte else Rung.RECORDS, _refused(error)) from error
    misnamed = bare.misnamed(INVOICE_NAME)
    if file.type != "920000":
        return file.type, _reply(file, bare.content, misnamed)
    strange = (*unknown_funds_of(file, profile), *zone_breaches(file, Rung.CODES))
    inconsistent = _technical(file, misnamed, tuple(map(_breach_remark, strange)))
    unfitting = tuple(map(_breach_remark, zone_breaches(file, Rung.RELATIONS)))
    if inconsistent:
        return file.type, (*inconsistent, *unfitting)
    facts = LoneInvoiceFacts.of(file, profile, _end_of(day))
    found = lone_breaches(file, facts, rules, is_dated=day is not None)
    controls = (_control_remark(finding, where, rules) for where, finding in found)
    return file.type, (*unfitting, *controls)


_REPLIES: Mapping[str, Callable[[bytes], object]] = {
    "931000": flatfile.read_acknowledgement,
    "920999": flatfile.read_refusal,
    "920098": flatfile.read_judgement,
    "920099": flatfile.read_judgement,
    "920900": flatfile.read_settlement,
}


def _reply(file: File, raw: bytes, misnamed: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Where an answer contradicts itself; what must be read in it and cannot breaks the rung of fields."""
    contradictions = flatfile.answer_faults(file)
    if order := [_fault_remark(one) for one in contradictions if one.problem is Problem.ORDER]:
        raise _Broken(Rung.RECORDS, *order)
    try:
        if not contradictions:
            _REPLIES[file.type](raw)
    except PeerError as error:
        raise _Broken(Rung.FIELDS, _refused(error)) from error
    if misnamed:
        raise _Broken(Rung.CODES, *misnamed)
    return tuple(map(_fault_remark, contradictions))


def _technical(file: File, misnamed: tuple[Remark, ...], strange: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """The technical faults of an invoice file that are relations; those below break their rung."""
    faults = flatfile.technical_faults(file) or flatfile.care_home_faults(file)
    for rung, problems in _RUNGS_OF_PROBLEMS:
        remarks = tuple(_fault_remark(fault) for fault in faults if fault.problem in problems)
        if rung is Rung.CODES:
            remarks = (*misnamed, *remarks, *strange)
        if remarks and rung is not Rung.RELATIONS:
            raise _Broken(rung, *remarks)
    return remarks


def _fault_remark(fault: ZoneFault) -> Remark:
    return Remark(
        place=f"record {fault.record_number} ({fault.record_type}) zone {fault.zone}, byte {fault.offset}",
        rule=fault.message,
        rule_nl=fault.message_nl,
        expected=fault.expected,
        received=fault.received,
    )


_RUNGS_OF_PROBLEMS = (
    (Rung.RECORDS, {Problem.ORDER}),
    (Rung.FIELDS, {Problem.MISSING, Problem.NOT_NUMERIC, Problem.SIGN, Problem.NO_SUCH_DAY}),
    (Rung.CODES, {Problem.CHECK_DIGIT, Problem.LEADING_ZERO, Problem.NOT_ALLOWED}),
    (Rung.RELATIONS, {Problem.INCONSISTENT}),
)


def _control_remark(finding: Finding, place: str, rules: RuleSet) -> Remark:
    row = rules.row_of(finding)
    return Remark(
        place=place,
        rule=row.sentence_en,
        rule_nl=row.sentence_nl,
        expected=finding.expected,
        received=finding.received,
        control=row.id,
    )


def _end_of(day: date | None) -> datetime:
    return datetime.combine(day or date.max, time(23, 59, 59), BRUSSELS)
