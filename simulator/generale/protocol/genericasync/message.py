"""What is said in the exchange: three requests and their answers (MyCareNet GenericAsync v1.3).

A care home posts a message and gets a technical acknowledgement, asks for what waits in its
mailbox, and confirms what it has stored; what is not confirmed is delivered again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from generale.protocol.errors import OurError
from generale.protocol.genericasync.blob import Blob
from generale.protocol.genericasync.origin import Origin
from generale.protocol.genericasync.tack import TAck

_DIGITS = 32
"""Hexadecimal digits in the name of a message without an input reference."""

_SPACE = frozenset(" \t\r\n")


def _require_items(items: Iterable[str]) -> None:
    """Refuse what cannot stand in a list that is separated by spaces (xs:list)."""
    for item in items:
        if not item or not _SPACE.isdisjoint(item):
            raise OurError(f"'{item}' cannot stand in a list separated by spaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message to a care fund; ``xades`` is the detached signature over the blob.

    ``nip_reference`` comes back with what answers the message.
    """

    origin: Origin
    input_reference: str | None = None
    nip_reference: str | None = None
    is_test: bool
    blob: Blob
    xades: bytes | None = None

    @property
    def reference(self) -> str:
        """What the message is called: by its sender, or else by its content, as its retry is too.

        An acknowledgement and every answer must name a message, and the input reference is optional on the
        wire (project-defined).
        """
        return self.input_reference or f"G{sha256(self.blob.content).hexdigest()[:_DIGITS]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostResponse:
    """The answer to a post: received, or technically refused."""

    tack: TAck


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for, at most ``max``: messages with these names, or acknowledgements of them.

    No names means all. Raises OurError for a name that cannot stand in a list.
    """

    included: bool = True
    max: int = 100
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_items(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """The question what waits in the mailbox of this origin.

    ``include_ios`` and ``exclude_ios`` are numbers of funds; ``reply_to_etk`` is the key for which
    answers should be encrypted. ``reference`` is the sender's own name for the question (attribute
    Reference of QueryParameters).
    """

    origin: Origin
    reference: str | None = None
    message_query: Query = Query()
    tack_query: Query = Query()
    include_ios: tuple[str, ...] = ()
    exclude_ios: tuple[str, ...] = ()
    reply_to_etk: bytes | None = None

    def __post_init__(self) -> None:
        _require_items(self.include_ios)
        _require_items(self.exclude_ios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message out of the mailbox; ``input_reference`` is the message that it answers.

    ``xades`` is the detached signature over the blob, empty where the platform does not sign.
    """

    input_reference: str | None = None
    nip_reference: str | None = None
    output_reference: str | None = None
    blob: Blob
    xades: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetResponse:
    """What waits in the mailbox: messages and acknowledgements with the counts that the platform states."""

    messages: tuple[Delivery, ...] = ()
    tacks: tuple[TAck, ...] = ()
    msg_count: int
    tack_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """What the care home has stored safely and need not get again.

    ``hashes`` are those of blobs, ``tack_contents`` the values of acknowledgements; ``references``
    and ``tack_references`` are the keys of version 1.3.
    """

    origin: Origin
    hashes: tuple[bytes, ...] = ()
    references: tuple[str, ...] = ()
    tack_contents: tuple[bytes, ...] = ()
    tack_references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_items(self.references)
        _require_items(self.tack_references)
        if not all(self.hashes + self.tack_contents):
            raise OurError("an empty hash cannot stand in a list")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmResponse:
    """The empty answer to a confirmation."""
