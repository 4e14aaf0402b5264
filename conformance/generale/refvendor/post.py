"""The client side of the exchange: post, get and confirm (MyCareNet GenericAsync v1.3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from generale.driver.setup import FacilitySetUp
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Answer,
    Blob,
    Confirm,
    ConfirmResponse,
    EnvelopeError,
    Fault,
    Get,
    GetResponse,
    Origin,
    Post,
    PostResponse,
    Query,
    Request,
    TAck,
    as_package,
    enterprise,
    inline,
    read_envelope,
    request_envelope,
    tack_is_genuine,
    write_envelope,
)
from generale.protocol.ids import Nihii
from generale.protocol.transport import Transport
from generale.refvendor.identity import Identity
from generale.refvendor.label import NO_LABEL, Label
from generale.refvendor.line import Line
from generale.refvendor.switches import Switches

if TYPE_CHECKING:
    from generale.refvendor.seal import Sealing

PACKAGE = "Generale reference vendor"
"""Name of the software in the origin of every message."""

NO_TACKS = Query(included=False)
"""Later acknowledgements are not asked for."""

_BUSY = frozenset({429, 503})

_DETAIL = re.compile(rb"(?<=<generic:Detail )([^>]*>)([^<]*)")
_FOR_ADDRESSES = bytes.maketrans(b"+/", b"-_")

ALREADY_RECEIVED = "urn:nip:tack:result:minor:duplicate"
"""The minor result that is no warning: these bytes were received before (project-defined)."""


class TurnedAway(EnvironmentFailure):
    """The service refused the request, so that nothing was done."""


class ServiceUnavailable(TurnedAway):
    """The service answered that it cannot be used now: HTTP 503, or a fault that says so."""


class TryAgainLater(ServiceUnavailable):
    """A fault said that the same request may succeed later."""


class PolledTooSoon(TryAgainLater):
    """A mailbox was asked again before its time."""


class Untrusted(EnvironmentFailure):
    """An answer came whose security proves nothing; what it says must not be believed."""

    def __init__(self, answer: Answer, why: EnvironmentFailure) -> None:
        super().__init__(str(why), address=why.address)
        self.answer = answer


class NothingSaid(EnvironmentFailure):
    """An answer came that holds nothing; it does not say that anything was done."""


class NotOurs(EnvironmentFailure):
    """An acknowledgement came that does not fit what was sent; it says nothing about it."""

    def __init__(self, tack: TAck, address: str) -> None:
        super().__init__("the answer does not acknowledge this message", address=address)
        self.tack = tack


class PostOffice:
    """Carries the three requests of the exchange to the services, in packages (MTOM) or plain."""

    def __init__(
        self,
        transport: Transport,
        services: Mapping[str, str],
        identity: Identity,
        switches: Switches | None = None,
        sealing: "Sealing | None" = None,
        *,
        in_packages: bool = False,
    ) -> None:
        self._services = services
        self._identity = identity
        self._switches = switches or Switches()
        self._line = Line(transport, self._switches)
        self._in_packages = in_packages
        self._first_id = ""
        self._sealing = sealing

    def post(
        self,
        sender: FacilitySetUp,
        service: str,
        *,
        to: str,
        reference: str,
        blob: Blob,
        label: Label = NO_LABEL,
    ) -> TAck | Fault:
        """Post a message; an acknowledgement that is not about this content counts as no answer.

        Raises ServiceUnavailable where the sender has to wait, EnvironmentFailure where no answer came.
        """
        message = Post(
            origin=self._origin(sender),
            input_reference=reference,
            is_test=self._switches.on("marked-as-a-test"),
            blob=blob,
            nip_reference=label.nip_reference,
        )
        answer = self._ask(service, message, to=to, label=label)
        match answer:
            case Fault():
                return answer
            case PostResponse(tack=tack) if tack.input_reference == reference and tack_is_genuine(
                tack, blob.content
            ):
                return tack
            case PostResponse(tack=tack):
                raise NotOurs(tack, service)
            case _:
                raise EnvironmentFailure("the answer does not acknowledge this message", address=service)

    def get(self, owner: FacilitySetUp, service: str, count: int, *, tacks: Query = NO_TACKS) -> GetResponse:
        """What waits in the mailbox of a number, at most ``count`` messages; fails as ``post`` does."""
        question = Get(origin=origin_of(owner), message_query=Query(max=count), tack_query=tacks)
        answer = self._ask(service, question)
        if isinstance(answer, Fault):
            raise TurnedAway(f"the mailbox did not open: {answer.code}: {answer.message}", address=service)
        if not isinstance(answer, GetResponse):
            raise EnvironmentFailure("the mailbox did not open", address=service)
        return answer

    def confirm(
        self, owner: FacilitySetUp, service: str, blobs: Sequence[Blob], tacks: Sequence[TAck] = ()
    ) -> None:
        """Tell that these are stored: by reference, by hash where there is none; fails as ``post`` does."""
        message = Confirm(
            origin=origin_of(owner),
            references=tuple(blob.reference for blob in blobs if blob.reference),
            hashes=tuple(blob.digest for blob in blobs if not blob.reference),
            tack_references=tuple(tack.reference for tack in tacks if tack.reference),
            tack_contents=tuple(tack.value for tack in tacks if not tack.reference),
        )
        answer = self._ask(service, message)
        if isinstance(answer, Fault):
            raise TurnedAway(f"the confirmation was not taken: {answer.message}", address=service)
        if not isinstance(answer, ConfirmResponse):
            raise EnvironmentFailure("the confirmation was not taken", address=service)

    def _ask(self, service: str, body: Request, *, to: str = "", label: Label = NO_LABEL) -> Answer:
        envelope = request_envelope(body, message_id=self._message_id(), to=to)
        addressing = replace(envelope.addressing, source=label.source)
        raw = label.stuck_on(write_envelope(replace(envelope, addressing=addressing)))
        if not self._in_packages and self._switches.on("encoded-for-addresses"):
            raw = _DETAIL.sub(lambda found: found[1] + found[2].translate(_FOR_ADDRESSES), raw)
        headers = {"content-type": CONTENT_TYPE, "soapaction": f'"{envelope.addressing.action}"'}
        url = self._services[service]
        shown = b""
        if self._sealing is not None:
            sender = Nihii.parse(body.origin.nihii)
            message_id = envelope.addressing.message_id or ""
            raw = self._sealing.sealed(raw, sender, message_id, is_post=isinstance(body, Post))
            shown = self._sealing.certificate(sender)
        if self._in_packages:
            raw, headers["content-type"] = as_package(raw)
        answer = self._line.ask(url, raw, headers, shown)
        content_type = answer.headers.get("content-type", "")
        if answer.status in _BUSY:
            raise ServiceUnavailable(f"the service answered {answer.status}", address=url)
        if not answer.body:
            raise NothingSaid("the answer is empty", address=url)
        try:
            back = read_envelope(answer.body, content_type=content_type)
            message = back.body
        except EnvelopeError as error:
            raise EnvironmentFailure(f"the answer cannot be read: {error}", address=url) from error
        if isinstance(message, Post | Get | Confirm):
            raise EnvironmentFailure("the answer is a request", address=url)
        if self._sealing is not None:
            about = (envelope.addressing.message_id, back.addressing.relates_to)
            try:
                self._sealing.require(inline(answer.body, content_type), about, url)
            except EnvironmentFailure as why:
                raise Untrusted(message, why) from why
        if isinstance(message, Fault) and message.invites_retry:
            later = PolledTooSoon if message.is_throttle else TryAgainLater
            raise later(f"the service answered: {message.message}", address=url)
        return message

    def _origin(self, sender: FacilitySetUp) -> Origin:
        """Who posts: a facility, and of which kind."""
        origin = origin_of(sender)
        return replace(origin, quality="hospital") if self._switches.on("quality-of-a-hospital") else origin

    def _message_id(self) -> str:
        fresh = self._identity.message_id()
        self._first_id = self._first_id or fresh
        return self._first_id if self._switches.on("one-message-id") else fresh


def origin_of(facility: FacilitySetUp) -> Origin:
    """Who sends: the number of the facility and the licence that the rehearsal gave it."""
    return Origin(
        nihii=facility.nihii.padded,
        package_name=PACKAGE,
        licence_username=facility.username,
        licence_password=facility.password,
        organisation=enterprise(facility.enterprise),
    )
