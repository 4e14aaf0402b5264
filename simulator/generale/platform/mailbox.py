"""Mailboxes: what waits for a facility at a service, oldest first, until it is confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from generale.protocol.genericasync import PLATFORM_IO
from generale.protocol.ids import Nihii, Reference

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One item in a mailbox. ``kind`` is decision, 931000, 920999, 920098, 920099, 920900 or unreadable.

    ``io`` is the number of the fund that answers, or of the platform; ``nip_reference`` is what the sender
    of the message wrote there.
    """

    reply: str
    about: Reference
    facility: Nihii
    service: str
    kind: str
    message_name: str
    content: bytes
    at: datetime
    io: str = PLATFORM_IO
    nip_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What names items of a mailbox: their references, or hashes (version 1.0 of the exchange)."""

    references: frozenset[str] = frozenset()
    hashes: frozenset[bytes] = frozenset()


NO_KEYS = Keys()
"""Nothing is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for, at most ``most``; empty names and numbers of funds mean all."""

    most: int
    names: frozenset[str] = frozenset()
    include_ios: frozenset[str] = frozenset()
    exclude_ios: frozenset[str] = frozenset()

    def of(self, items: Iterable[tuple[T, str, str]]) -> tuple[T, ...]:
        """The items that are asked for; each comes with its message name and the number of its fund."""
        fitting = (
            item
            for item, name, io in items
            if (not self.names or name in self.names)
            and (not self.include_ios or io in self.include_ios)
            and io not in self.exclude_ios
        )
        return tuple(islice(fitting, max(self.most, 0)))


@dataclass(slots=True)
class Mailboxes:
    """All mailboxes of a rehearsal; nothing leaves one but by being confirmed."""

    _items: dict[tuple[Nihii, str], dict[str, Reply]] = field(default_factory=dict)

    def put(self, reply: Reply) -> None:
        """Put a reply behind what already waits."""
        self._items.setdefault((reply.facility, reply.service), {})[reply.reply] = reply

    def waiting(self, facility: Nihii, service: str, selection: Selection) -> tuple[Reply, ...]:
        """What waits and is asked for, oldest first."""
        box = self._items.get((facility, service), {})
        return selection.of((reply, reply.message_name, reply.io) for reply in box.values())

    def unknown(self, facility: Nihii, service: str, keys: Keys) -> Keys:
        """The keys that name nothing in the mailbox."""
        box = self._items.get((facility, service), {})
        hashes = {sha256(reply.content).digest() for reply in box.values()} if keys.hashes else ()
        return Keys(references=keys.references - box.keys(), hashes=keys.hashes.difference(hashes))

    def confirm(self, facility: Nihii, service: str, keys: Keys) -> tuple[Reply, ...]:
        """Remove what is named by reference or by SHA-256 of its content; unknown keys are passed over."""
        box = self._items.get((facility, service), {})
        named = [
            reply
            for reply in box.values()
            if reply.reply in keys.references
            or (keys.hashes and sha256(reply.content).digest() in keys.hashes)
        ]
        for reply in named:
            del box[reply.reply]
        return tuple(named)
