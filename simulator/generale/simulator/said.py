"""What an envelope says beside its content, for the log: only what is out of the ordinary is named.

Who reads the log sees without opening the envelope that a sender asked for encryption, sent for somebody
else or marked a test. Texts of people and secrets stand in the evidence alone.
"""

from collections.abc import Iterator

from generale.protocol.genericasync import Get, NumberPlace, Origin, PartyId, Post, Request, Scheme
from generale.results.events import digest


def said(body: Request) -> dict[str, str]:
    """The remarkable parts of a request by name; empty for a plain one."""
    found = dict(_of_origin(body.origin))
    if isinstance(body, Post):
        found |= _of_post(body)
    elif isinstance(body, Get):
        if body.reply_to_etk is not None:
            found["reply_to_etk"] = digest(body.reply_to_etk)
        if body.reference is not None:
            found["query_reference"] = body.reference
    return found


def _of_origin(origin: Origin) -> Iterator[tuple[str, str]]:
    if origin.place is not NumberPlace.PROVIDER:
        yield "number_in", origin.place.value
    if origin.site_id is not None:
        yield "site_id", origin.site_id
    if origin.sender is not None:
        parties = (origin.sender.person, origin.sender.organisation)
        yield "sender", ", ".join(_named(party) for party in parties if party is not None)


def _named(party: PartyId) -> str:
    """A sender by its number; of one that is known by the number of a person only that it is so."""
    return party.scheme.value if party.scheme is Scheme.SSIN else f"{party.scheme} {party.value}"


def _of_post(post: Post) -> dict[str, str]:
    found: dict[str, str] = {}
    if post.is_test:
        found["test"] = "true"
    if post.nip_reference is not None:
        found["nip_reference"] = post.nip_reference
    if post.xades is not None:
        found["xades"] = digest(post.xades)
    if post.blob.encryption is not None:
        found["encryption"] = post.blob.encryption.value
    if post.blob.etk is not None:
        found["etk"] = digest(post.blob.etk)
    return found
