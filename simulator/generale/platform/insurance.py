"""The platform answers an insurance question from the member registers of the care funds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from generale.protocol.clock import brussels
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference
from generale.protocol.messages import Decision, InsuranceAnswer, InsuranceQuestion, InsuranceStatus, Outcome
from generale.protocol.profile import Profile
from generale.rules.engine import RuleSet
from generale.rules.facts import FacilityRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The care fund that covers a person on a day, and the first day of that membership."""

    fund: FundNumber
    since: date


class Registers(Protocol):
    """The member registers of the care funds together."""

    def cover_on(self, insz: Insz, day: date) -> Cover | None:
        """Who covers a person on a day; None where nobody does."""
        ...

    def is_known(self, insz: Insz) -> bool:
        """Whether any fund has ever had this person as a member."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An insurance question as it was received."""

    sender: Nihii
    reference: Reference
    question: InsuranceQuestion


@dataclass(frozen=True, slots=True)
class _Facts:
    sender: Nihii
    received: datetime
    facilities: Mapping[Hco, FacilityRecord]

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        return self.facilities.get(hco)


@dataclass(frozen=True, slots=True)
class InsuranceDesk:
    """Answers who is covered by which fund, or refuses a question that breaks a control."""

    profile: Profile
    rules: RuleSet
    registers: Registers

    def answer(
        self, asked: Asked, facilities: Mapping[Hco, FacilityRecord], at: datetime
    ) -> InsuranceAnswer | Decision:
        """What is answered at this moment, given the registry of facility numbers."""
        question, rules = asked.question, self.rules.on(brussels(at).date())
        findings = rules.judge_question(question, _Facts(asked.sender, at, facilities))
        if findings:
            path_of = self.profile.bindings[InsuranceQuestion].path_of
            return Decision(
                facility=question.facility,
                about=asked.reference,
                outcome=Outcome.REFUSED,
                decided=at,
                rule_set=rules.effective,
                controls=tuple(replace(one, field=path_of(one.field)) for one in rules.results(findings)),
            )
        cover = self.registers.cover_on(question.insz, question.day)
        return InsuranceAnswer(
            facility=question.facility,
            about=asked.reference,
            insz=question.insz,
            day=question.day,
            status=self._status(question.insz, cover),
            fund=cover.fund if cover else None,
            since=cover.since if cover else None,
        )

    def _status(self, insz: Insz, cover: Cover | None) -> InsuranceStatus:
        if cover is not None:
            return InsuranceStatus.INSURED
        known = self.registers.is_known(insz)
        return InsuranceStatus.NOT_INSURED if known else InsuranceStatus.UNKNOWN_PERSON
