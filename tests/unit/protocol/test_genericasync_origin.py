"""Who sends is read in every shape that the schema allows, and refused where it contradicts itself."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest

from generale.protocol.errors import OurError
from generale.protocol.genericasync import (
    EnvelopeError,
    Get,
    NumberPlace,
    Origin,
    PartyId,
    Scheme,
    Sender,
    SoaCode,
    enterprise,
    read_envelope,
    request_envelope,
    write_envelope,
)

PLAIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="secret")
RAW = write_envelope(request_envelope(Get(origin=PLAIN), message_id="urn:message:1")).decode()
PROVIDER = (
    "<common:CareProvider><common:Nihii><common:Quality>retirement</common:Quality>"
    "<common:Value>76000123450</common:Value></common:Nihii></common:CareProvider>"
)
assert PROVIDER in RAW
CARE_HOME = PROVIDER.removesuffix("</common:CareProvider>")
NUMBER = "<common:Value>76000123450</common:Value>"


def origin_with(provider: str) -> Origin:
    """The origin that is read when this stands in the place of the care provider."""
    body = read_envelope(RAW.replace(PROVIDER, provider).encode()).body
    assert isinstance(body, Get)
    return body.origin


def party(tag: str, inside: str, attributes: str = "") -> str:
    """A person or an organisation on the wire."""
    return f"<common:{tag}{attributes}>{inside}</common:{tag}>"


def sender(*parties: str) -> str:
    """A sender behind a care provider."""
    return f"{PROVIDER}<common:Sender>{''.join(parties)}</common:Sender>"


CBE = "<common:Cbe>0999999922</common:Cbe>"
SSIN = "<common:Ssin>31050200044</common:Ssin>"
NIHII = (
    "<common:Nihii><common:Quality>retirement</common:Quality>"
    "<common:Value>99000188</common:Value></common:Nihii>"
)
OWN_NIHII = f"<common:Nihii><common:Quality>retirement</common:Quality>{NUMBER}</common:Nihii>"
OWN = party("Organization", OWN_NIHII)
ADA = f"<common:Name>Ada</common:Name>{SSIN}"
PERSON = PartyId(scheme=Scheme.SSIN, value="31050200044")
OF_HOUSE = PartyId(scheme=Scheme.NIHII, value="99000188", quality="retirement")
ITSELF = PartyId(scheme=Scheme.NIHII, value="76000123450", quality="retirement")
BY_ITSELF = f"<common:Sender>{OWN}</common:Sender>"

IS_H, LIKE_H = ' Id="h"', " Ref=\"#xpointer(id('h'))\""

LIKE_IT = f"<common:Sender>{party('Organization', '', LIKE_H)}</common:Sender>"

BY_ENTERPRISE = replace(
    PLAIN, nihii="", quality="", place=NumberPlace.ORGANISATION, organisation=enterprise("0999999922")
)
SHAPES: Mapping[str, tuple[str, Origin]] = {
    "a care provider by its CBE number alone": (
        f"<common:CareProvider>{party('Organization', CBE)}</common:CareProvider>",
        BY_ENTERPRISE,
    ),
    "a care provider by its CBE number, and a sender with a number": (
        f"<common:CareProvider>{party('Organization', CBE)}</common:CareProvider>{BY_ITSELF}",
        replace(BY_ENTERPRISE, sender=Sender(organisation=ITSELF)),
    ),
    "a sender alone, by its CBE number": (
        f"<common:Sender>{party('Organization', CBE)}</common:Sender>",
        replace(
            BY_ENTERPRISE,
            place=NumberPlace.SENDER,
            organisation=None,
            sender=Sender(organisation=enterprise("0999999922")),
        ),
    ),
    "no quality": (
        PROVIDER.replace("<common:Quality>retirement</common:Quality>", ""),
        replace(PLAIN, quality=""),
    ),
    "an organisation by its CBE number": (
        f"{CARE_HOME}{party('Organization', CBE)}</common:CareProvider>",
        replace(
            PLAIN,
            organisation=enterprise("0999999922"),
        ),
    ),
    "a person by name and number": (
        f"{CARE_HOME}{party('PhysicalPerson', ADA)}</common:CareProvider>",
        replace(
            PLAIN,
            person=PartyId(scheme=Scheme.SSIN, value="31050200044", name="Ada"),
        ),
    ),
    "a person who sends for an organisation": (
        sender(party("PhysicalPerson", SSIN), party("Organization", NIHII)),
        replace(
            PLAIN,
            sender=Sender(person=PERSON, organisation=OF_HOUSE),
        ),
    ),
    "an organisation that is the care provider, by reference": (
        sender(party("Organization", '<common:Nihii Ref="#us"/>')).replace(
            "<common:Nihii><common:Quality>", '<common:Nihii Id="us"><common:Quality>'
        ),
        replace(
            PLAIN,
            sender=Sender(
                organisation=PartyId(scheme=Scheme.NIHII, value="76000123450", quality="retirement")
            ),
        ),
    ),
    "a number taken over from another element": (
        sender(
            party(
                "Organization",
                "<common:Nihii><common:Quality>hospital</common:Quality>"
                "<common:Value ValueRef=\"#xpointer(id('us')/common:Value)\"/></common:Nihii>",
            )
        ).replace(
            "<common:Nihii><common:Quality>retirement", '<common:Nihii Id="us"><common:Quality>retirement'
        ),
        replace(
            PLAIN,
            sender=Sender(organisation=PartyId(scheme=Scheme.NIHII, value="76000123450", quality="hospital")),
        ),
    ),
    "a care provider that is an organisation by its number": (
        f"<common:CareProvider>{OWN}</common:CareProvider>",
        replace(PLAIN, place=NumberPlace.ORGANISATION, organisation=ITSELF),
    ),
    "the same beside a number that is left empty": (
        f"<common:CareProvider><common:Nihii/>{OWN}</common:CareProvider>",
        replace(PLAIN, place=NumberPlace.ORGANISATION, organisation=ITSELF),
    ),
    "an organisation that is the sender, by reference": (
        f"<common:CareProvider>{party('Organization', OWN_NIHII, IS_H)}</common:CareProvider>{LIKE_IT}",
        replace(
            PLAIN,
            place=NumberPlace.ORGANISATION,
            organisation=ITSELF,
            sender=Sender(organisation=ITSELF),
        ),
    ),
    "a sender alone": (
        BY_ITSELF,
        replace(PLAIN, place=NumberPlace.SENDER, sender=Sender(organisation=ITSELF)),
    ),
    "a sender beside a care provider that says nothing": (
        f"<common:CareProvider/>{BY_ITSELF}",
        replace(PLAIN, place=NumberPlace.SENDER, sender=Sender(organisation=ITSELF)),
    ),
    "a person who sends for a sender alone": (
        f"<common:Sender>{party('PhysicalPerson', SSIN)}{OWN}</common:Sender>",
        replace(PLAIN, place=NumberPlace.SENDER, sender=Sender(person=PERSON, organisation=ITSELF)),
    ),
    "a whole organisation by reference": (
        CARE_HOME
        + f"{party('Organization', CBE, IS_H)}</common:CareProvider>"
        + f"<common:Sender>{party('Organization', '', LIKE_H)}</common:Sender>",
        replace(
            PLAIN,
            organisation=enterprise("0999999922"),
            sender=Sender(organisation=enterprise("0999999922")),
        ),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_origin_is_read_in_each_of_its_shapes(name: str) -> None:
    provider, expected = SHAPES[name]

    assert origin_with(provider) == expected


def self_referring(tag: str, pointer: str) -> str:
    """A sender with an empty element that points at something."""
    return sender(party(tag, "", f' Ref="{pointer}"'))


CONTRADICTIONS: Mapping[str, tuple[str, SoaCode]] = {
    "no care provider": ("", SoaCode.INVALID_CONTENT),
    "a care provider without number": ("<common:CareProvider/>", SoaCode.INVALID_CONTENT),
    "a care provider that is a person": (
        f"<common:CareProvider>{party('PhysicalPerson', NIHII)}</common:CareProvider>",
        SoaCode.INVALID_CONTENT,
    ),
    "a person alone who sends": (
        f"<common:Sender>{party('PhysicalPerson', SSIN)}</common:Sender>",
        SoaCode.INVALID_CONTENT,
    ),
    "a number of a person and of an organisation": (
        f"{CARE_HOME}{party('PhysicalPerson', SSIN)}{party('Organization', CBE)}</common:CareProvider>",
        SoaCode.INVALID_CONTENT,
    ),
    "a sender who is nobody": (sender(), SoaCode.INVALID_CONTENT),
    "two identifiers of one party": (sender(party("Organization", NIHII + CBE)), SoaCode.INVALID_CONTENT),
    "no identifier of a party": (
        sender(party("Organization", "<common:Name>Huis</common:Name>")),
        SoaCode.INVALID_CONTENT,
    ),
    "an empty identifier": (sender(party("Organization", "<common:Cbe/>")), SoaCode.INVALID_CONTENT),
    "identifiers in the wrong order": (sender(party("Organization", CBE + SSIN)), SoaCode.NOT_XSD),
    "a reference to nothing": (self_referring("Organization", "#nobody"), SoaCode.INVALID_CONTENT),
    "a reference to another document": (
        self_referring("Organization", "http://127.0.0.1:1/a.xml#a"),
        SoaCode.INVALID_CONTENT,
    ),
    "a reference in another language": (
        self_referring("Organization", "#xpointer(//common:Cbe)"),
        SoaCode.INVALID_CONTENT,
    ),
    "a reference to itself": (
        sender(party("Organization", "", ' Id="a" Ref="#a"')),
        SoaCode.INVALID_CONTENT,
    ),
    "a reference to a reference": (
        sender(
            party("PhysicalPerson", "", ' Id="a" Ref="#b"'), party("Organization", "", ' Id="b" Ref="#a"')
        ),
        SoaCode.INVALID_CONTENT,
    ),
    "a reference to an element of another kind": (
        sender(party("PhysicalPerson", SSIN, ' Id="a"'), party("Organization", "", ' Ref="#a"')),
        SoaCode.INVALID_CONTENT,
    ),
    "a reference beside content": (
        sender(party("PhysicalPerson", SSIN, ' Id="a"'), party("Organization", CBE, ' Ref="#a"')),
        SoaCode.INVALID_CONTENT,
    ),
    "a value taken from what holds elements": (
        sender(
            party("PhysicalPerson", SSIN, ' Id="a"'), party("Organization", '<common:Cbe ValueRef="#a"/>')
        ),
        SoaCode.INVALID_CONTENT,
    ),
    "two elements of one name": (
        sender(party("PhysicalPerson", SSIN, ' Id="a"'), party("Organization", CBE, ' Id="a"')),
        SoaCode.NOT_XSD,
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_an_origin_that_contradicts_itself_is_refused(name: str) -> None:
    provider, code = CONTRADICTIONS[name]

    with pytest.raises(EnvelopeError) as refused:
        origin_with(provider)

    assert refused.value.fault.code == code
    assert "/generic:Origin" in refused.value.where


@pytest.mark.parametrize(
    "raw", [b"", b"0", b"\x30\x05abc", b"\x30\x80", b"\x30\x89" + bytes(20), b"MZ\x00\x00"]
)
def test_what_is_no_encryption_token_is_refused(raw: bytes) -> None:
    etk = f"<generic:Reply-to-etk>{b64encode(raw).decode()}</generic:Reply-to-etk>"

    with pytest.raises(EnvelopeError) as refused:
        read_envelope(RAW.replace("<generic:MsgQuery", f"{etk}<generic:MsgQuery").encode())

    assert refused.value.fault.code == SoaCode.INVALID_CONTENT


def test_what_cannot_be_a_party_or_an_origin_is_an_error_of_ours() -> None:
    with pytest.raises(OurError):
        PartyId(scheme=Scheme.CBE, value="0999999922", quality="retirement")
    with pytest.raises(OurError):
        PartyId(scheme=Scheme.CBE, value="")
    for place in (NumberPlace.ORGANISATION, NumberPlace.SENDER):
        with pytest.raises(OurError):
            replace(PLAIN, place=place)
    with pytest.raises(OurError):
        Origin(
            nihii="1",
            licence_username="",
            licence_password="",
            person=PERSON,
            organisation=enterprise("0999999922"),
        )
