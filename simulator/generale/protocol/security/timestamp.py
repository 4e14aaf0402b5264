"""The timestamp on a message: made and expiring when, and whether it is fresh at an instant."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from generale.protocol.clock import utc
from generale.protocol.errors import OurError, PeerError

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,100}))?(?:Z|([+-]\d\d:\d\d))", re.ASCII)
_MIDNIGHT = "T24:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old a message may be, and how far the clocks of two sides may differ.

    Clients of the exchange give their messages 30, 60, 300 or 600 seconds; the platform's own limit
    holds whatever they say. ``answer`` is how long our own answers hold, as their ``Expires`` says.
    """

    age: timedelta = timedelta(seconds=300)
    skew: timedelta = timedelta(seconds=60)
    answer: timedelta = timedelta(seconds=300)

    def __post_init__(self) -> None:
        if min(self.age, self.answer) <= timedelta() or self.skew < timedelta():
            raise OurError("a message may be older than nothing, and a skew is not negative")

    @property
    def memory(self) -> timedelta:
        """For how long after a message was seen it could still be taken for a fresh one."""
        return self.age + 2 * self.skew

    def require(self, created: datetime, expires: datetime | None, now: datetime) -> None:
        """``PeerError`` where a message with this timestamp is not fresh now; ``expires`` may be left out."""
        now, created = utc(now), utc(created)
        expires = None if expires is None else utc(expires)
        if expires is not None and expires < created:
            raise PeerError("the timestamp expires before it is created")
        if expires == created:
            raise PeerError(
                f"the timestamp is created and expires at {instant_text(created)}: it never holds"
            )
        if created > now + self.skew:
            raise PeerError(f"the timestamp lies in the future: {instant_text(created)}")
        if expires is not None and now - self.skew >= expires:
            raise PeerError(f"the timestamp expired at {instant_text(expires)}")
        if now - self.age - self.skew >= created:
            seconds = round(self.age.total_seconds())
            raise PeerError(f"the timestamp of {instant_text(created)} is older than {seconds} seconds")


def read_instant(text: str) -> datetime:
    """An instant as WS-Security, SAML and XAdES write it, in UTC; ``PeerError`` for any other form.

    Any xsd:dateTime with a zone is one: most write a Z, some toolkits ``+00:00`` or the offset of a country.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise PeerError(f"'{text[:40]}' is no instant with a zone, such as 2019-06-03T08:00:00Z")
    whole, fraction, offset = match[1], (match[2] or "").ljust(6, "0")[:6], match[3] or "+00:00"
    is_midnight = whole.endswith(_MIDNIGHT) and int(fraction) == 0
    try:
        read = datetime.fromisoformat(
            f"{whole.replace(_MIDNIGHT, 'T00:00:00') if is_midnight else whole}{offset}"
        )
        return utc(read.replace(microsecond=int(fraction)) + timedelta(days=is_midnight))
    except (ValueError, OverflowError) as error:
        raise PeerError(f"'{text[:40]}' is no instant that a calendar has") from error


def instant_text(instant: datetime) -> str:
    """An instant in UTC, to the millisecond."""
    return utc(instant).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
