"""Who sends, on the wire: the origin with its references taken in.

An element of the origin may stand empty and point at another (``Ref``, ``ValueRef``); the platform puts
that one in its place. Which part of XPointer the real platform understands is not public. Understood
here (project-defined): ``#name`` and ``#xpointer(id('name'))``, behind which ``/Child`` steps may follow,
within the same origin.
"""

import re
from copy import deepcopy

from lxml import etree

from generale.protocol.genericasync.contract import place
from generale.protocol.genericasync.element import SPACE, Element, add, add_optional, child, common
from generale.protocol.genericasync.fault import EnvelopeError, SoaCode, refusal
from generale.protocol.genericasync.origin import NumberPlace, Origin, PartyId, Scheme, Sender

_POINTER = re.compile(
    r"""\#(?:(?P<bare>[^\s()/#'"]+)|xpointer\(id\((?P<mark>['"])(?P<name>[^\s'"]+)(?P=mark)\)(?P<steps>(?:/[\w:.-]+)*)\))"""
)
_NIHII, _PERSON, _ORGANISATION = common("Nihii"), common("PhysicalPerson"), common("Organization")
_QUALITY, _VALUE = common("Quality"), common("Value")

MOST_KNOWN = 4096
"""Origins that are remembered at most (project-defined): a region has some 1,500 facilities."""

LONGEST_KNOWN = 4096
"""How many bytes an origin has at most that is remembered (project-defined): nobody is known yet here."""

_KNOWN: dict[bytes, Origin] = {}


def read_origin(origin: Element) -> Origin:
    """Read who sends. Raises EnvelopeError when it names no facility, or contradicts itself.

    A facility sends the same origin with everything, and the same bytes are read once.
    """
    raw = etree.tostring(origin, with_tail=False)
    known = _KNOWN.get(raw)
    if known is None:
        known = _read(origin)
        if len(raw) > LONGEST_KNOWN:
            return known
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[raw] = known
    return known


def _read(origin: Element) -> Origin:
    if any(element.keys() for element in origin.iter()):
        _take_references_in(origin)
    package = child(origin, common("Package"))
    licence = child(package, common("License"))
    provider, sending = origin.find(common("CareProvider")), origin.find(common("Sender"))
    person, organisation = _read_party(provider, _PERSON), _read_party(provider, _ORGANISATION)
    if person is not None and organisation is not None:
        message = "a NIHII number belongs to a person or to an organisation, not to both"
        raise _contradiction(origin, message)
    sender = None if sending is None else _read_sender(sending)
    nihii, quality, where = _number(origin, provider, organisation, sender)
    return Origin(
        nihii=nihii,
        quality=quality,
        place=where,
        package_name=package.findtext(common("Name")),
        licence_username=licence.findtext(common("Username"), ""),
        licence_password=licence.findtext(common("Password"), ""),
        site_id=origin.findtext(common("SiteID")),
        person=person,
        organisation=organisation,
        sender=sender,
    )


def _number(
    origin: Element, provider: Element | None, organisation: PartyId | None, sender: Sender | None
) -> tuple[str, str, NumberPlace]:
    """The number of the facility, its quality, and where they stand; nothing for an enterprise number alone.

    A care provider that says nothing is as good as none, and then the sender sends for itself. Raises
    EnvelopeError where neither is a facility.
    """
    if provider is not None and (nihii := provider.findtext(f"{_NIHII}/{_VALUE}")):
        return nihii, provider.findtext(f"{_NIHII}/{_QUALITY}", ""), NumberPlace.PROVIDER
    named, where = organisation, NumberPlace.ORGANISATION
    if provider is None or not len(provider):
        named, where = None if sender is None else sender.organisation, NumberPlace.SENDER
    if named is None or named.scheme not in (Scheme.NIHII, Scheme.CBE):
        message = "there is neither a NIHII number nor a CBE number of a facility"
        raise refusal(SoaCode.INVALID_CONTENT, message, where=place(origin))
    return (named.value, named.quality, where) if named.scheme is Scheme.NIHII else ("", "", where)


def write_origin(parent: Element, tag: str, origin: Origin) -> None:
    """Write who sends."""
    element = add(parent, tag)
    package = add(element, common("Package"))
    add_optional(package, common("Name"), origin.package_name)
    licence = add(package, common("License"))
    add(licence, common("Username"), origin.licence_username)
    add(licence, common("Password"), origin.licence_password)
    add_optional(element, common("SiteID"), origin.site_id)
    if origin.place is not NumberPlace.SENDER:
        provider = add(element, common("CareProvider"))
        if origin.place is NumberPlace.PROVIDER:
            _write_nihii(provider, origin.nihii, origin.quality)
        _write_party(provider, _PERSON, origin.person)
        _write_party(provider, _ORGANISATION, origin.organisation)
    if origin.sender is not None:
        sender = add(element, common("Sender"))
        _write_party(sender, _PERSON, origin.sender.person)
        _write_party(sender, _ORGANISATION, origin.sender.organisation)


def _read_sender(sender: Element) -> Sender:
    read = Sender(person=_read_party(sender, _PERSON), organisation=_read_party(sender, _ORGANISATION))
    if read.person is None and read.organisation is None:
        raise _contradiction(sender, "a sender is a person, an organisation, or both")
    return read


def _read_party(parent: Element | None, tag: str) -> PartyId | None:
    """Read a party (IdType): one of its identifiers is required, and the others are prohibited."""
    party = None if parent is None else parent.find(tag)
    if party is None:
        return None
    found = [one for one in Scheme if party.find(common(one)) is not None]
    if len(found) != 1:
        raise _contradiction(
            party, f"exactly one of {', '.join(Scheme)} identifies a party, not {len(found)}"
        )
    scheme, path = found[0], common(found[0])
    value = party.findtext(f"{path}/{_VALUE}" if scheme is Scheme.NIHII else path)
    if not value:
        raise _contradiction(party, f"the {scheme} of a party is empty")
    return PartyId(
        scheme=scheme,
        value=value,
        quality=party.findtext(f"{path}/{_QUALITY}", "") if scheme is Scheme.NIHII else "",
        name=party.findtext(common("Name")),
    )


def _write_party(parent: Element, tag: str, party: PartyId | None) -> None:
    if party is None:
        return
    element = add(parent, tag)
    add_optional(element, common("Name"), party.name)
    if party.scheme is Scheme.NIHII:
        _write_nihii(element, party.value, party.quality)
    else:
        add(element, common(party.scheme), party.value)


def _write_nihii(parent: Element, value: str, quality: str) -> None:
    nihii = add(parent, _NIHII)
    add(nihii, _QUALITY, quality)
    add(nihii, _VALUE, value)


def _take_references_in(origin: Element) -> None:
    """Put in the place of every reference what it points at; first values, then whole elements."""
    for element in list(origin.iter()):
        pointer = element.get("ValueRef")
        if pointer is None:
            continue
        target = _target(origin, element, pointer)
        if len(target) or target.get("ValueRef") is not None:
            raise _contradiction(element, f"ValueRef '{pointer}' points at no text")
        element.text = target.text
    for element in list(origin.iter()):
        pointer = element.get("Ref")
        if pointer is None:
            continue
        target = _target(origin, element, pointer)
        if target.tag != element.tag or target.get("Ref") is not None:
            raise _contradiction(element, f"Ref '{pointer}' points at no other element of this kind")
        element.extend(deepcopy(list(target)))


def _target(origin: Element, element: Element, pointer: str) -> Element:
    """The one element that a reference points at; the element with the reference stands empty."""
    if len(element) or (element.text or "").strip(SPACE):
        raise _contradiction(element, "an element with a reference stands empty")
    match = _POINTER.fullmatch(pointer.strip(SPACE))
    if match is None:
        raise _contradiction(element, f"the reference '{pointer}' is not understood here")
    name = match["bare"] or match["name"]
    found = [one for one in origin.iter() if one.get("Id") == name]
    for step in (match["steps"] or "").split("/")[1:]:
        tag = common(step.rpartition(":")[2])
        found = [below for one in found for below in one.iterchildren(tag)]
    if len(found) != 1 or element in found[0].iter():
        raise _contradiction(element, f"the reference '{pointer}' points at {len(found)} other elements")
    return found[0]


def _contradiction(element: Element, message: str) -> EnvelopeError:
    return refusal(SoaCode.INVALID_CONTENT, message, where=place(element))
