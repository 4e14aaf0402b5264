"""The three requests on the wire: what a care home sends and the platform reads."""

from collections.abc import Callable
from typing import TypeAlias

from generale.protocol.genericasync.blob import Limits
from generale.protocol.genericasync.element import (
    SPACE,
    Element,
    add,
    add_optional,
    base64_text,
    base64_texts,
    boolean,
    child,
    common,
    generic,
    items,
    octets,
    truth,
    whole_number,
)
from generale.protocol.genericasync.message import Confirm, Get, Post, Query
from generale.protocol.genericasync.origin import Origin
from generale.protocol.genericasync.origin_codec import read_origin, write_origin
from generale.protocol.genericasync.part_codec import (
    XADES,
    read_blob,
    read_xades,
    token,
    write_blob,
    write_xades,
)

Opens: TypeAlias = Callable[[Origin], bool]
"""Whether the content of a message with this origin is unpacked."""

_DEFAULT_MAX = 100
_COMMON_INPUT, _DETAIL = generic("CommonInput"), generic("Detail")
_REQUEST, _IS_TEST, _ORIGIN = common("Request"), common("IsTest"), common("Origin")
_INPUT_REFERENCE, _NIP_REFERENCE = common("InputReference"), common("NIPReference")


def for_anybody(_origin: Origin) -> bool:
    """Unpack whatever comes, as who reads what others have let in."""
    return True


def read_post(post: Element, limits: Limits, opens: Opens = for_anybody) -> Post:
    """Read a message to a care fund, whose content is unpacked for an origin that ``opens`` it."""
    parts = {part.tag: part for part in post}
    information = parts[_COMMON_INPUT]
    known = {part.tag: part for part in information}
    reference, nip_reference = known.get(_INPUT_REFERENCE), known.get(_NIP_REFERENCE)
    origin = read_origin(known[_ORIGIN])
    return Post(
        origin=origin,
        input_reference=None if reference is None else reference.text,
        nip_reference=None if nip_reference is None else nip_reference.text or "",
        is_test=any(part.tag == _IS_TEST and truth(part.text or "") for part in known[_REQUEST]),
        blob=read_blob(parts[_DETAIL], limits, opens=opens(origin)),
        xades=read_xades(parts.get(XADES)),
    )


def write_post(body: Element, post: Post) -> None:
    """Write a message to a care fund."""
    element = add(body, generic("post"))
    information = add(element, generic("CommonInput"))
    add(add(information, common("Request")), common("IsTest"), boolean(post.is_test))
    write_origin(information, common("Origin"), post.origin)
    add_optional(information, common("InputReference"), post.input_reference)
    add_optional(information, common("NIPReference"), post.nip_reference)
    write_blob(element, post.blob)
    if post.xades is not None:
        write_xades(element, post.xades)


def read_get(get: Element, _limits: Limits) -> Get:
    """Read the question what waits in a mailbox."""
    messages, tacks = child(get, generic("MsgQuery")), child(get, generic("TAckQuery"))
    parameters, etk = get.find(generic("QueryParameters")), get.find(generic("Reply-to-etk"))

    def listed(name: str) -> tuple[str, ...]:
        return () if parameters is None else items(parameters, generic(name))

    return Get(
        origin=read_origin(child(get, generic("Origin"))),
        reference=None if parameters is None else parameters.get("Reference"),
        message_query=Query(
            included=_included(messages),
            max=_maximum(messages),
            names=items(messages, generic("MessageNames")),
        ),
        tack_query=Query(
            included=_included(tacks),
            max=_maximum(tacks),
            names=listed("tackMessageNames"),
        ),
        include_ios=listed("includeIOs"),
        exclude_ios=listed("excludeIOs"),
        reply_to_etk=None if etk is None else token(etk, octets(etk, etk.text)),
    )


def write_get(body: Element, get: Get) -> None:
    """Write the question what waits in a mailbox."""
    element = add(body, generic("get"))
    write_origin(element, generic("Origin"), get.origin)
    if get.reply_to_etk is not None:
        add(element, generic("Reply-to-etk"), base64_text(get.reply_to_etk))
    if get.include_ios or get.exclude_ios or get.tack_query.names or get.reference is not None:
        parameters = add(element, generic("QueryParameters"), None, {"Reference": get.reference})
        add(parameters, generic("includeIOs"), " ".join(get.include_ios))
        add(parameters, generic("excludeIOs"), " ".join(get.exclude_ios))
        add_optional(parameters, generic("tackMessageNames"), " ".join(get.tack_query.names) or None)
    messages = _write_query(element, "MsgQuery", get.message_query)
    add(messages, generic("MessageNames"), " ".join(get.message_query.names))
    _write_query(element, "TAckQuery", get.tack_query)


def read_confirm(confirm: Element, _limits: Limits) -> Confirm:
    """Read what a care home has stored."""

    def listed(name: str) -> tuple[str, ...]:
        return items(confirm, generic(name))

    def in_base64(name: str) -> tuple[bytes, ...]:
        return tuple(octets(confirm, text, name) for text in listed(name))

    return Confirm(
        origin=read_origin(child(confirm, generic("Origin"))),
        hashes=in_base64("MsgHashValues"),
        references=listed("MsgRefValues"),
        tack_contents=in_base64("TAckContents"),
        tack_references=listed("TAckReferences"),
    )


def write_confirm(body: Element, confirm: Confirm) -> None:
    """Write what a care home has stored: one element per list, left out when the list is empty."""
    element = add(body, generic("confirm"))
    write_origin(element, generic("Origin"), confirm.origin)
    for name, texts in (
        ("MsgHashValues", base64_texts(confirm.hashes)),
        ("MsgRefValues", confirm.references),
        ("TAckContents", base64_texts(confirm.tack_contents)),
        ("TAckReferences", confirm.tack_references),
    ):
        add_optional(element, generic(name), " ".join(texts) or None)


def _included(query: Element) -> bool:
    return truth(query.get("Include", "true"))


def _maximum(query: Element) -> int:
    text = query.findtext(generic("Max"), "").strip(SPACE)
    return whole_number(text) if text else _DEFAULT_MAX


def _write_query(parent: Element, name: str, query: Query) -> Element:
    element = add(parent, generic(name), None, {"Include": boolean(query.included)})
    add(element, generic("Max"), str(query.max))
    return element
