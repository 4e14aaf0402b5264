"""Who goes from one care fund to another in a scenario."""

from generale.protocol.ids import FundNumber
from generale.scenarios.cast import Cast
from generale.scenarios.language import ChangeFund
from generale.scenarios.moment import day_of
from generale.simulator.changing_fund import MemberMove


def member_move(step: ChangeFund, cast: Cast) -> MemberMove:
    """What the step lets the new fund of a resident tell."""
    return MemberMove(
        insz=cast.residents[step.resident].person.insz,
        fund=FundNumber.parse(step.fund),
        start=day_of(step.start, cast.anchor),
    )
