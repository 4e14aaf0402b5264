"""Mailboxes: what waits for a facility at a service, oldest first, until it is confirmed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from generale.protocol.ids import Nihii, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One item in a mailbox. ``kind`` is decision, 931000, 920999, 920900 or unreadable."""

    reply: str
    about: Reference
    facility: Nihii
    service: str
    kind: str
    message_name: str
    content: bytes
    at: datetime


@dataclass(slots=True)
class Mailboxes:
    """All mailboxes of a rehearsal; nothing leaves one but by being confirmed."""

    _items: dict[tuple[Nihii, str], dict[str, Reply]] = field(default_factory=dict)

    def put(self, reply: Reply) -> None:
        """Put a reply behind what already waits."""
        self._items.setdefault((reply.facility, reply.service), {})[reply.reply] = reply

    def waiting(
        self, facility: Nihii, service: str, *, most: int, names: Collection[str] = ()
    ) -> tuple[Reply, ...]:
        """What waits, oldest first, at most so many; no names means all names."""
        box = self._items.get((facility, service), {})
        fitting = [reply for reply in box.values() if not names or reply.message_name in names]
        return tuple(fitting[: max(most, 0)])

    def confirm(
        self, facility: Nihii, service: str, *, references: Collection[str], hashes: Collection[bytes] = ()
    ) -> tuple[Reply, ...]:
        """Remove what is named by reference or by SHA-256 of its content; unknown names are passed over."""
        box = self._items.get((facility, service), {})
        named = [
            reply
            for reply in box.values()
            if reply.reply in references or (hashes and sha256(reply.content).digest() in hashes)
        ]
        for reply in named:
            del box[reply.reply]
        return tuple(named)
