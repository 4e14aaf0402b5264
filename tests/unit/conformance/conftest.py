"""A transcript made by hand, with real envelopes and real files, for tests of history, checks and judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.unit.conformance.cast_by_hand import (
    APRIL,
    PAYMENT,
    START,
    Content,
    april_bill,
    at,
    facility,
    person,
    summer_rate,
)
from tests.unit.conformance.outside_by_hand import posting, sender

from generale.conformance.checks import CHECKS, Occasion
from generale.conformance.history import History
from generale.conformance.sent import DUPLICATE
from generale.driver import observations as seen
from generale.driver import stimuli as told
from generale.driver.setup import SetUp
from generale.driver.stimuli import Person
from generale.protocol import flatfile as flat
from generale.protocol import genericasync as wire
from generale.protocol import messages as said
from generale.protocol.clock import brussels
from generale.protocol.flatfile.refusal import write_refusal
from generale.protocol.form import to_json
from generale.protocol.ids import FundNumber, Reference, Sex
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import INVOICE_NAME, standard_profile
from generale.results.events import Event, EventType, digest
from generale.results.verdicts import Finding


class Script:
    """Writes the transcript of one scenario, event by event; the product described is right unless told."""

    control = said.ControlResult(control="HX-ADM-05", text="De geboortedatum verschilt van het INSZ.")
    sequence = said.ControlResult(control="HX-SEQ-01", text="Een vorig bericht is geweigerd.")
    home = facility(1001, date(2010, 1, 1), summer_rate("66.125"))
    next_home = facility(1002, date(2019, 4, 16), summer_rate("59.315"))
    anna = person(date(1931, 5, 2), Sex.WOMAN, "Verhulst", "Anna")
    bert = person(date(1928, 7, 9), Sex.MAN, "Peeters", "Bert")

    def __init__(self, *verifies: str, scenario: str = "test/by-hand") -> None:
        self.profile = standard_profile()
        self.scenario, self.events, self.evidence = scenario, list[Event](), dict[str, bytes]()
        self.now, self.more = at("05-02 09:00"), dict[str, str]()
        self.line, self.label = dict[str, str](), dict[str, str]()
        self.replies: dict[str, tuple[str, str, str, bytes]] = {}
        self.files: dict[str, flat.InvoiceFile] = {}
        self.questions: list[said.InsuranceQuestion] = []
        self.asks, self.rules = True, date(2019, 4, 1)
        set_up = SetUp(
            facilities=(self.home,),
            services={"admissions": "http://platform/a", "invoices": "http://platform/i"},
            business_time=self.now,
            rule_set=date(2019, 4, 1),
            profile="vsb 1",
        )
        self.note(
            EventType.SCENARIO_BEGUN,
            data={"rule_set": "2019-04-01", "verifies": list(verifies), "set_up": to_json(set_up)},
        )

    def note(
        self, kind: EventType, ids: dict[str, str] | None = None, data: Any = None, raw: bytes = b""
    ) -> int:
        if raw:
            self.evidence[digest(raw)] = raw
        event = Event(
            seq=len(self.events) + 1,
            scenario=self.scenario,
            type=kind,
            at=self.now.isoformat(),
            sender="x",
            ids=ids or {},
            data=data or {},
            evidence=digest(raw) if raw else "",
        )
        self.events.append(event)
        return event.seq

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def end(self, *, completed: bool = True, reason: str = "") -> None:
        self.note(EventType.SCENARIO_ENDED, data={"completed": completed, "reason": reason})

    def wait(self, awaited: str, *, met: bool) -> None:
        ids = {"wait": str(len(self.events))}
        self.note(EventType.WAIT_BEGUN, ids, {"for": "a decision", "awaited": awaited})
        self.note(EventType.WAIT_ENDED, ids, {"met": met})

    def tell(self, stimulus: told.Stimulus, *, taken: bool = True) -> None:
        self.note(EventType.TOLD, {"operation": "act"}, told.stimulus_to_json(stimulus))
        self.note(EventType.TOLD_ANSWERED, {"operation": "act"}, {"taken": taken, "note": ""})

    @contextmanager
    def sync(self) -> Iterator[None]:
        self.note(EventType.TOLD, {"operation": "sync"})
        yield
        self.note(EventType.TOLD_ANSWERED, {"operation": "sync"}, {"taken": True, "note": ""})
        self.now += timedelta(minutes=5)

    def exchange(
        self,
        ids: dict[str, str],
        asked: wire.Request | bytes,
        answer: wire.Answer | bytes | None,
        status: int = 200,
        to: str = "",
    ) -> None:
        ids = {"exchange": str(len(self.events)), **ids}
        if not isinstance(asked, bytes):
            asked = wire.write_envelope(
                wire.request_envelope(asked, message_id=f"m{len(self.events)}", to=to)
            )
        self.note(EventType.REQUEST, ids, {"url": "http://platform/a", **self.line}, asked)
        if answer is None:
            self.note(EventType.RESPONSE, ids, {"cut": True})
            return
        if not isinstance(answer, bytes):
            answer = wire.write_envelope(wire.answer_envelope(answer))
        self.note(EventType.RESPONSE, ids, {"status": status, **self.more}, answer)

    def origin(self, nihii: str) -> wire.Origin:
        return sender(nihii, self.label)

    def post(
        self,
        reference: str,
        content: Content,
        answer: str = "success",
        *,
        nihii: str = "",
        compression: wire.Compression = wire.Compression.RAW,
        name: str = "",
        tack: wire.TAck | None = None,
        service: str = "",
        to: str = "",
    ) -> None:
        if isinstance(content, said.Admission) and self.asks:
            self.ask_status(content, nihii=nihii)
        service, known, raw = self._content(content, service)
        if isinstance(content, flat.InvoiceFile):
            self.files[reference] = content
        origin = self.origin(nihii := nihii or self.home.nihii)
        post = posting(raw, name or known, service, origin, reference, compression, self.label)
        named = {"facility": nihii, "service": service, "reference": reference}
        ids = {"operation": "post", **named}
        make = wire.failure_tack if answer == "failure" else wire.success_tack
        made = tack or make(raw, reference, "urn:x")
        if answer == "duplicate":
            made = replace(made, result_minor=DUPLICATE)
        match answer:
            case "cut" | "lost":
                self.exchange(ids, post, None)
            case "busy":
                self.exchange(ids, post, b"", 503)
            case _:
                self.exchange(ids, post, wire.PostResponse(tack=made), to=to)
        stored = any(e.type is EventType.ACKNOWLEDGED and e.ids == named for e in self.events)
        if answer in ("success", "cut") and not stored:
            self.note(EventType.ACKNOWLEDGED, named, raw=raw)

    def ask_status(self, about: said.Admission, *, days: int = 0, nihii: str = "") -> None:
        """Ask which fund covers a person on the first day of a stay, or on another; once each."""
        day = brussels(about.start).date() + timedelta(days=days)
        question = said.InsuranceQuestion(facility=about.facility, insz=about.insz, day=day)
        if question not in self.questions:
            self.questions.append(question)
            self.post(f"Q{len(self.questions)}", question, nihii=nihii)

    def _content(self, content: Content, service: str) -> tuple[str, str, bytes]:
        if isinstance(content, bytes):
            return service or "admissions", INVOICE_NAME if service else "WZC-OPNAME", content
        if isinstance(content, flat.InvoiceFile):
            return "invoices", INVOICE_NAME, flat.write_invoice(content)
        binding = self.profile.bindings[type(content)]
        return service or binding.service, binding.message_name, self.profile.write(content)

    def reply(self, kind: str, about: str, raw: bytes, *, service: str = "invoices") -> str:
        name, nihii = f"P{len(self.replies) + 1}", self.home.nihii
        self.replies[name] = (nihii, service, about, raw)
        ids = {"reply": name, "about": about, "facility": nihii, "service": service, "kind": kind}
        self.note(EventType.REPLIED, ids, raw=raw)
        return name

    def decide(
        self,
        about: str,
        outcome: said.Outcome = said.Outcome.ACCEPTED,
        *,
        fund: str = "810",
        start: datetime | None = None,
        decided: datetime | None = None,
        controls: Sequence[said.ControlResult] = (),
    ) -> str:
        accepted = outcome is said.Outcome.ACCEPTED
        decision = said.Decision(
            facility=self.home.hco,
            about=Reference(about),
            outcome=outcome,
            decided=decided or self.now,
            rule_set=self.rules,
            fund=FundNumber(fund) if accepted else None,
            start=start if accepted else None,
            controls=tuple(controls),
        )
        ids = {"reference": about, "facility": self.home.nihii}
        self.note(EventType.DECIDED, ids, {**to_json(decision), "imposed": False})
        raw = self.profile.write(decision)
        return self.reply("decision", about, raw, service="admissions")

    def settle(self, about: str, *refused_lines: int) -> str:
        file = flat.decode(flat.write_invoice(self.files[about]))
        places = [int(one["record_index"]) for one in file.of_type("30")]
        errors = {
            places[line]: (flat.RecordError(letter="R", code="301501", comment="HX-INV-14 Dag betwist."),)  # type: ignore[arg-type]  # a letter is its own value
            for line in refused_lines
        }
        settlement = flat.settle(file, errors, fund_reference="1", payment_reference=PAYMENT)
        name = self.reply("920900", about, flat.write_settlement(settlement, file))
        if settlement.accepted > ZERO:
            self.pay(about, str(settlement.accepted))
        return name

    def pay(self, about: str, amount: str, communication: str = PAYMENT) -> None:
        """The fund pays for a file."""
        ids = {"fund": "810", "facility": self.home.nihii, "about": about}
        self.note(EventType.PAID, ids, {"amount": amount, "communication": communication})

    def refuse_file(self, about: str) -> str:
        file = flat.decode(flat.write_invoice(self.files[about]))
        return self.reply("920999", about, write_refusal(flat.refuse(file, (), fund_reference="1"), file))

    def get(
        self, *names: str, most: int = 100, count: int | None = None, nihii: str = "", called: Any = ()
    ) -> None:
        _, service, _, _ = self.replies[names[0]] if names else ("", "admissions", "", b"")
        nihii = nihii or (self.replies[names[0]][0] if names else self.home.nihii)
        messages = tuple(
            wire.Delivery(
                input_reference=about, blob=wire.Blob(content=raw, message_name="x", reference=name)
            )
            for name, (_, _, about, raw) in ((name, self.replies[name]) for name in names)
        )
        answer = wire.GetResponse(
            messages=messages, msg_count=len(messages) if count is None else count, tack_count=0
        )
        question = wire.Get(origin=self.origin(nihii), message_query=wire.Query(max=most, names=called))
        self.exchange({"operation": "get", "facility": nihii, "service": service}, question, answer)

    def confirm(self, *names: str) -> None:
        nihii, service, _, _ = self.replies[names[0]]
        ids = {"operation": "confirm", "facility": nihii, "service": service}
        self.exchange(ids, wire.Confirm(origin=self.origin(nihii), references=names), wire.ConfirmResponse())

    def fetch(self, *names: str) -> None:
        with self.sync():
            self.get(*names)
            self.confirm(*names)

    def admission(self, who: Person | None = None, start: str = START, **other: Any) -> said.Admission:
        who = who or self.anna
        data = {field: getattr(who, field) for field in who.__dataclass_fields__}
        stay = {"facility": self.home.hco, "stay_type": said.StayType.ROB, "start": at(start)}
        return said.Admission(**{**data, **stay, **other})

    def admit(self, who: Person | None = None, start: str = START, *, taken: bool = True) -> None:
        admit = told.Admit(
            facility=self.home.hco, resident=who or self.anna, stay_type=said.StayType.ROB, start=at(start)
        )
        self.tell(admit, taken=taken)

    def end_stay(self, end: str, reason: said.EndReason = said.EndReason.DEPARTURE) -> None:
        self.tell(told.EndStay(facility=self.home.hco, insz=self.anna.insz, end=at(end), reason=reason))

    def take_over(self) -> None:
        first = date(2019, 4, 16)
        self.tell(told.TakeOver(facility=self.home.hco, successor=self.next_home, first_day=first))

    def ending(self, end: str, reason: said.EndReason = said.EndReason.DEPARTURE) -> said.EndOfStay:
        return said.EndOfStay(facility=self.home.hco, insz=self.anna.insz, end=at(end), reason=reason)

    def accepted(
        self,
        reference: str = "A1",
        who: Person | None = None,
        start: str = START,
        decided_start: str = "",
        **decision: Any,
    ) -> None:
        """A stay of type ROB that is told, sent, accepted and known to be."""
        self.admit(who, start)
        with self.sync():
            self.post(reference, self.admission(who, start))
        self.fetch(self.decide(reference, start=at(decided_start) if decided_start else None, **decision))

    def bill(
        self, first: int = 3, last: int = 30, who: Person | None = None, number: int = 1, **other: Any
    ) -> flat.Bill:
        return april_bill(who or self.anna, first, last, **{"number": number, **other})

    def file(self, *bills: flat.Bill, sending_number: int = 1, **other: Any) -> flat.InvoiceFile:
        facts = {
            "provider": self.home.nihii.in_flat_file,
            "sending_number": sending_number,
            "month": APRIL,
            "created": self.now.date(),
            "invoice_date": self.now.date(),
            "reference": f"{sending_number:014d}",
            "fund": 810,
            "company_number": self.home.enterprise,
            "iban": self.home.iban,
            "bic": self.home.bic,
            "bills": bills or (self.bill(),),
        }
        return flat.InvoiceFile(**{**facts, **other})

    def bill_month(self) -> None:
        self.tell(told.BillMonth(facility=self.home.hco, month=APRIL))

    def billed(self, reference: str = "F1", file: flat.InvoiceFile | None = None) -> None:
        """The month is told to be billed, and this file leaves."""
        self.bill_month()
        with self.sync():
            self.post(reference, file or self.file())

    def rebill(self, number: int = 2, **other: Any) -> flat.Bill:
        former = flat.PreviousBill(number=1, sending_number=1, fund=810, month=APRIL)
        return self.bill(number=number, **{"kind": flat.BillKind.REBILL, "previous": former, **other})

    def tell_rebill(self) -> None:
        self.tell(told.Rebill(facility=self.home.hco, month=APRIL))

    def item(self, **more: str) -> seen.WorklistItem:
        return seen.WorklistItem(subject=self.anna.insz, **more)

    def view(self, state: seen.DecisionState, **more: Any) -> seen.StayView:
        fund = FundNumber("810") if state is seen.DecisionState.ACCEPTED else None
        facts = {"insz": self.anna.insz, "stay_type": said.StayType.ROB, "start": at(START), "fund": fund}
        return seen.StayView(**{**facts, "decision": state, **more})

    def line_view(self, status: seen.LineStatus, **other: Any) -> seen.LineView:
        one = self.bill().lines[0]
        facts = {name: getattr(one, name) for name in ("first", "last", "days", "amount")}
        return seen.LineView(**{"insz": self.anna.insz, "status": status, **facts, **other})

    def see(
        self,
        *stays: seen.StayView,
        items: Sequence[Any] = (),
        lines: Sequence[Any] = (),
        files: Sequence[Any] = (),
    ) -> None:
        """What users see of the home: these files, or its first with these lines."""
        home = seen.FacilityView(
            facility=self.home.hco,
            stays=stays,
            worklist=tuple(items),
            invoices=(*files, *([self.file_view(*lines)] if lines else [])),
        )
        self.note(EventType.OBSERVED, data=to_json(seen.Observation(facilities=(home,))))

    def file_view(self, *lines: seen.LineView, **other: Any) -> seen.InvoiceView:
        """The first file, settled, with what the fund pays by these lines."""
        accepted = [one.amount for one in lines if one.status is seen.LineStatus.ACCEPTED]
        facts = {"fund": FundNumber("810"), "month": APRIL, "sending_number": 1, "lines": lines}
        answer = {"status": seen.InvoiceStatus.SETTLED, "paid": Euro.total(accepted) if accepted else None}
        return seen.InvoiceView(**{**facts, **answer, **other})

    def history(self) -> History:
        if self.events[-1].type is not EventType.SCENARIO_ENDED:
            self.end()
        return History.of(self.events, self.evidence.__getitem__, self.profile)

    def ask(self, number: str) -> tuple[list[Occasion], list[Finding]]:
        check = next(one for one in CHECKS if one.id == number)
        found = list(check(self.history()))
        findings = [one for one in found if isinstance(one, Finding)]
        return [one for one in found if isinstance(one, Occasion)], findings

    def codes(self) -> set[str]:
        history = self.history()
        return {one.code for check in CHECKS for one in check(history) if isinstance(one, Finding)}


@pytest.fixture
def script() -> Script:
    return Script()
