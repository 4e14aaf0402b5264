"""Where a decision that stands alone contradicts itself. Whether it is right, nobody can tell from it."""

from collections.abc import Iterator

from lxml import etree

from generale.conformance.lone_relations import LoneBreach
from generale.protocol.binding import Binding
from generale.protocol.messages import Decision, Outcome
from generale.rules.engine import RuleSet, rule_sets

_OF_AN_ACCEPTANCE = ("fund", "start", "category")
"""What is given with an acceptance alone."""


def contradictions(decision: Decision, root: etree._Element, binding: Binding) -> Iterator[LoneBreach]:
    """A refusal that grants something, an acceptance by a control that refuses, a rule set that is none."""
    for field in _OF_AN_ACCEPTANCE:
        value = getattr(decision, field)
        if decision.outcome is Outcome.REFUSED and value is not None:
            yield LoneBreach(
                place=binding.place_of(field, root),
                rule_en="a refusal names no care fund, start or category",
                rule_nl="een weigering noemt geen zorgkas, begin of categorie",
                expected="",
                received=str(value),
            )
    known = {one.effective: one for one in rule_sets()}
    if decision.rule_set not in known:
        yield LoneBreach(
            place=binding.place_of("rule_set", root),
            rule_en="a decision names a set of controls that exists",
            rule_nl="een beslissing noemt een regelset die bestaat",
            expected=" / ".join(map(str, sorted(known))),
            received=str(decision.rule_set),
        )
    elif decision.outcome is Outcome.ACCEPTED:
        for control in _refusing(decision, known[decision.rule_set]):
            yield LoneBreach(
                place=binding.place_of("controls", root),
                rule_en="an acceptance names no control that refuses",
                rule_nl="een aanvaarding noemt geen controle die weigert",
                expected="",
                received=control,
            )


def _refusing(decision: Decision, rules: RuleSet) -> Iterator[str]:
    """The controls of a decision that lead to a refusal in its set, or in one before it."""
    for one in decision.controls:
        sets: RuleSet | None = rules
        while sets is not None and one.control not in sets.rows:
            sets = sets.former
        if sets is not None and sets.rows[one.control].outcome is Outcome.REFUSED:
            yield one.control
