"""The requests by which an adapter is exercised: for each operation right ones and odd ones.

People and numbers are synthetic; they are those of the examples in ``docs/reference/driver.openapi.yaml``.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from generale.doors.wire import METHODS, ClockSetting, write_body
from generale.driver.contract import Description, Done
from generale.driver.observations import Observation
from generale.driver.setup import FacilitySetUp, FacilityType, SetUp, Tariff
from generale.driver.stimuli import (
    Absence,
    Admit,
    Assess,
    BillMonth,
    ChangeStay,
    Correct,
    EndAgreement,
    EndStay,
    Fact,
    ImportHistory,
    Person,
    Rebill,
    Stimulus,
    TakeOver,
    Withdraw,
    stimulus_name,
    stimulus_to_json,
)
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import AbsenceReason, AgreementEndReason, Dependence, EndReason, StayType

NOBODY = "http://127.0.0.1:9"
"""Where no platform listens."""


class Expected(StrEnum):
    """What the contract says of the answer to a request."""

    RIGHT = "right"
    """Status 200, and a value."""
    NOT_OFFERED = "not_offered"
    """Status 200, and not taken."""
    UNKNOWN = "unknown"
    """The same, since it is about a stay that there is not."""
    REFUSED = "refused"
    """A status 4xx, with a problem."""
    ANYTHING = "anything"
    """A value or a refusal, and no failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to an adapter. ``name`` says in a word or two what it is."""

    operation: str
    name: str
    method: str
    answer: type[Any]
    body: bytes = b""
    expected: Expected = Expected.RIGHT
    must_be_taken: bool = False


def _local(day: int, hour: int = 10, month: int = 4, year: int = 2019) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BRUSSELS)


HOME = Hco.parse("4101")
OWN = (HOME, Hco.parse("4102"))
"""The facilities that may be shown: that of the set-up, and the one that takes over."""

_FACILITY = FacilitySetUp(
    hco=HOME,
    nihii=Nihii.parse("76012366"),
    type=FacilityType.WZC,
    name="Woonzorgcentrum De Proef",
    enterprise=Kbo.parse("0009999908"),
    iban=Iban.parse("BE43000000000101"),
    bic="XXXXBEBB",
    username="rehearsal",
    password="rehearsal",  # noqa: S106  # the credential of a rehearsal
    valid_from=date(2019, 1, 1),
    tariffs=(Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=Decimal("60.00")),),
)
_SUCCESSOR = replace(
    _FACILITY,
    hco=Hco.parse("4102"),
    nihii=Nihii.parse("76045624"),
    name="Woonzorgcentrum De Nieuwe Proef",
    enterprise=Kbo.parse("0009999809"),
    iban=Iban.parse("BE32000000000202"),
    valid_from=date(2019, 7, 1),
)
SET_UP = SetUp(
    facilities=(_FACILITY,),
    services={name: f"{NOBODY}/{name}/v1" for name in ("admissions", "invoices", "insurance")},
    business_time=_local(1, 8),
    rule_set=date(2019, 4, 1),
    profile="vsb 1",
    identity="20190401",
)
_ANNA = Person(
    insz=Insz.parse("38021400004"),
    family_name="Proefpersoon",
    given_name="Anna",
    birth_date=date(1938, 2, 14),
    sex=Sex.WOMAN,
)
_JOZEF = Person(
    insz=Insz.parse("31070399996"),
    family_name="Voorbeeld",
    given_name="Jozef",
    birth_date=date(1931, 7, 3),
    sex=Sex.MAN,
)
_ADMISSION = Admit(facility=HOME, resident=_ANNA, stay_type=StayType.ROB, start=_local(1))
_END = EndStay(facility=HOME, insz=_ANNA.insz, end=_local(20, 16, 5), reason=EndReason.DEPARTURE)
_APRIL = CareMonth(2019, 4)

_TOLD: tuple[Stimulus, ...] = (
    _ADMISSION,
    Correct(facility=HOME, insz=_ANNA.insz, start=_local(2)),
    Assess(
        facility=HOME,
        insz=_ANNA.insz,
        assessed=date(2019, 4, 3),
        assessor="Beoordelaar Proef",
        washing=Dependence.FULL,
        dressing=Dependence.SEVERE,
        moving=Dependence.SLIGHT,
        toilet=Dependence.NONE,
        continence=Dependence.NONE,
        eating=Dependence.SLIGHT,
        time=Dependence.SEVERE,
        place=Dependence.FULL,
        dementia=True,
        diagnosed=date(2018, 11, 30),
    ),
    Absence(facility=HOME, insz=_ANNA.insz, reason=AbsenceReason.HOSPITAL, start=_local(9), end=_local(12)),
    ChangeStay(facility=HOME, insz=_ANNA.insz, stay_type=StayType.RVT, start=_local(14, 11)),
    BillMonth(facility=HOME, month=_APRIL),
    Rebill(facility=HOME, month=_APRIL),
    _END,
    EndAgreement(
        facility=HOME, insz=_ANNA.insz, last_day=date(2019, 5, 25), reason=AgreementEndReason.RESIDENT
    ),
    Withdraw(facility=HOME, insz=_ANNA.insz, fact=Fact.END),
    ImportHistory(
        facility=HOME,
        admissions=(
            Admit(facility=HOME, resident=_JOZEF, stay_type=StayType.RVT, start=_local(12, 11, 9, 2016)),
        ),
        ends=(EndStay(facility=HOME, insz=_JOZEF.insz, end=_local(2, 5, 3), reason=EndReason.DEATH),),
    ),
    TakeOver(facility=HOME, successor=_SUCCESSOR, first_day=date(2019, 7, 1)),
)
"""Everything that can be told, in an order in which it can have happened."""

_SURE = (Admit, EndStay, ImportHistory)
"""What nothing can stand in the way of: the rest may wait for a decision that never comes here."""


def _request(operation: str, name: str, answer: type[Any], body: bytes = b"", **other: Any) -> Request:
    return Request(
        operation=operation, name=name, method=METHODS[operation], answer=answer, body=body, **other
    )


DESCRIBE = _request("describe", "right", Description)
SYNC = _request("sync", "right", Done, must_be_taken=True)
OBSERVE = _request("observe", "right", Observation)
SET_CLOCK = _request(
    "set_clock", "right", Done, write_body(ClockSetting(instant=_local(1, 8, 8))), must_be_taken=True
)


def reset(set_up: SetUp) -> Request:
    """A clean start, as it should be."""
    return _request("reset", "right", Done, write_body(set_up), must_be_taken=True)


def stimuli(capabilities: Collection[str]) -> Iterator[Request]:
    """Everything that can be told; what is not offered must answer all the same."""
    for one in _TOLD:
        name = stimulus_name(one)
        offered = name in capabilities
        yield _request(
            "act",
            name,
            Done,
            write_body(stimulus_to_json(one)),
            expected=Expected.RIGHT if offered else Expected.NOT_OFFERED,
            must_be_taken=offered and isinstance(one, _SURE),
        )


def odd(capabilities: Collection[str]) -> Iterator[Request]:
    """Requests that do not fit the contract, or ask for what there is not."""
    admission, set_up = stimulus_to_json(_ADMISSION), json.loads(write_body(SET_UP))
    yield replace(DESCRIBE, name="POST", method="POST", expected=Expected.REFUSED)
    yield replace(OBSERVE, name="POST", method="POST", expected=Expected.REFUSED)
    yield _refused("reset", "field left out", {key: one for key, one in set_up.items() if key != "services"})
    yield _refused("reset", "unknown key", {**set_up, "colour": "red"})
    yield _refused("act", "no JSON", None)
    yield _refused("act", "field left out", {key: one for key, one in admission.items() if key != "start"})
    yield _refused("act", "unknown key", {**admission, "room": "12"})
    yield _refused("act", "no instant", {**admission, "start": "yesterday"})
    yield _request("act", "unknown word", Done, b'{"do": "applaud"}', expected=Expected.ANYTHING)
    unknown = replace(_END, insz=Insz.parse("40010100031"))
    if "end_stay" in capabilities:
        body = write_body(stimulus_to_json(unknown))
        yield _request("act", "unknown resident", Done, body, expected=Expected.UNKNOWN)
        elsewhere = write_body(stimulus_to_json(replace(_END, facility=Hco.parse("4999"))))
        yield _request("act", "unknown facility", Done, elsewhere, expected=Expected.UNKNOWN)
    yield _request("sync", "with a body", Done, b"{}", expected=Expected.ANYTHING)
    yield _refused("set_clock", "no instant", {"instant": "tomorrow"})


def _refused(operation: str, name: str, body: object) -> Request:
    raw = b'{"do": "admit"' if body is None else json.dumps(body).encode()
    return _request(operation, name, Done, raw, expected=Expected.REFUSED)
