"""What care funds told of advances, and what of a claim was open at a place in the transcript."""

from dataclasses import dataclass

from generale.conformance.history import History
from generale.conformance.reply import MONEY, Reply
from generale.protocol.messages import RecoveryNotice, Repayment
from generale.protocol.money import Euro
from generale.results.events import EventType


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The latest letter about one debt that users can know of, and what they know to be repaid since."""

    letter: Reply
    notice: RecoveryNotice
    repaid: Euro

    @property
    def is_open(self) -> bool:
        """Whether something of it is not repaid."""
        return self.repaid < self.notice.amount


def money_told(history: History) -> list[Reply]:
    """What funds told of advances of their own accord, in order."""
    return [one for one in history.mailed if one.kind in MONEY]


def claims_known(history: History, facility: str, seq: int) -> list[Claim]:
    """The claims on a number, eight digits, that its vendor had fetched by then.

    One of which something was set off since is left out: no message tells of that.
    """
    found: dict[tuple[str, str], Claim] = {}
    known = [one for one in money_told(history) if one.facility == facility and one.is_known(seq)]
    for reply in known:
        said = reply.document
        if isinstance(said, RecoveryNotice):
            found[said.fund, said.notice] = Claim(letter=reply, notice=said, repaid=Euro(0))
        elif isinstance(said, Repayment) and (claim := found.get((said.fund, said.notice))):
            found[said.fund, said.notice] = Claim(
                letter=claim.letter, notice=claim.notice, repaid=claim.repaid + said.amount
            )
    return [one for one in found.values() if not _is_set_off(history, one, seq)]


def has_set_off(history: History, facility: str, reference: str) -> Euro:
    """What a fund deducted of an invoice file."""
    events = history.of_type(EventType.SET_OFF)
    mine = [one for one in events if (one.ids["facility"], one.ids["about"]) == (facility, reference)]
    return Euro.total([Euro.parse(one.data["amount"]) for one in mine])


def _is_set_off(history: History, claim: Claim, seq: int) -> bool:
    return any(
        claim.letter.seq < one.seq < seq
        and (one.ids["facility"], one.ids["fund"]) == (claim.letter.facility, claim.notice.fund)
        for one in history.of_type(EventType.SET_OFF)
    )
