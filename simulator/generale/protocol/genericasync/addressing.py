"""The addresses on an envelope (WS-Addressing 1.0): from whom, to whom, about which message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """The address headers; what is None stands not in the envelope.

    ``to`` is a logical destination (``urn:nip:destination:io:600``), empty for a get or a confirm;
    a generic SOAP client may put the URL there. ``relates_to`` is the id of the message answered.
    ``source``, ``reply_to`` and ``fault_to`` are the addresses in From, ReplyTo and FaultTo.
    """

    action: str | None = None
    to: str | None = None
    message_id: str | None = None
    relates_to: str | None = None
    source: str | None = None
    reply_to: str | None = None
    fault_to: str | None = None


NO_ADDRESSING = Addressing()
"""An envelope without address headers."""
