"""Later acknowledgements: what waits at a service to tell a facility that a message was picked up.

The acknowledgement of a post says that the platform has the message. This one says that its destination
has picked it up, or could not (MyCareNet GenericAsync v1.3, TAckResponse).
"""

from dataclasses import dataclass, field

from generale.platform.mailbox import Keys, Selection
from generale.protocol.genericasync import TAck
from generale.protocol.ids import Nihii


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One acknowledgement in a mailbox; ``message_name`` and ``io`` are those of the message it is about."""

    facility: Nihii
    service: str
    message_name: str
    io: str
    tack: TAck


@dataclass(slots=True)
class Receipts:
    """All later acknowledgements of a rehearsal; none leaves but by being confirmed."""

    _items: dict[tuple[Nihii, str], dict[str, Receipt]] = field(default_factory=dict)

    def put(self, receipt: Receipt) -> None:
        """Put an acknowledgement behind what already waits."""
        self._items.setdefault((receipt.facility, receipt.service), {})[receipt.tack.reference] = receipt

    def waiting(self, facility: Nihii, service: str, selection: Selection) -> tuple[Receipt, ...]:
        """What waits and is asked for, oldest first."""
        box = self._items.get((facility, service), {})
        return selection.of((one, one.message_name, one.io) for one in box.values())

    def unknown(self, facility: Nihii, service: str, keys: Keys) -> Keys:
        """The keys that name nothing in the mailbox; a hash is the value of an acknowledgement."""
        box = self._items.get((facility, service), {})
        values = {one.tack.value for one in box.values()}
        return Keys(references=keys.references - box.keys(), hashes=keys.hashes - values)

    def confirm(self, facility: Nihii, service: str, keys: Keys) -> tuple[Receipt, ...]:
        """Remove what is named by reference or by value; unknown keys are passed over."""
        box = self._items.get((facility, service), {})
        named = [
            one
            for one in box.values()
            if one.tack.reference in keys.references or one.tack.value in keys.hashes
        ]
        for one in named:
            del box[one.tack.reference]
        return tuple(named)
