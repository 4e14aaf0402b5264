"""Where an origin names its facility: as care provider, as organisation of it, or as sender alone."""

from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import ADA, HEIR, HOME, Vendor, origin_of, post_of
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.test_guard import OWN, SecuredVendor, sealed

from generale.driver.setup import FacilitySetUp
from generale.protocol.genericasync import (
    Confirm,
    ConfirmResponse,
    Fault,
    Get,
    GetResponse,
    NumberPlace,
    Origin,
    PartyId,
    PostResponse,
    Scheme,
    Sender,
    SoaCode,
    enterprise,
)
from generale.protocol.ids import Nihii
from generale.protocol.security import Level
from generale.results.events import EventType
from generale.simulator.claim import facility_of, found_by_enterprise


def by_enterprise(of: FacilitySetUp = HOME, number: str = HOME.enterprise) -> Origin:
    """The origin of a facility that names its enterprise alone."""
    return replace(
        origin_of(of), nihii="", quality="", place=NumberPlace.ORGANISATION, organisation=enterprise(number)
    )


OTHER_PLACES = (NumberPlace.ORGANISATION, NumberPlace.SENDER)


def named_in(place: NumberPlace, of: FacilitySetUp = HOME, quality: str = "retirement") -> Origin:
    """The origin of a facility with its number in this place."""
    itself = PartyId(scheme=Scheme.NIHII, value=of.nihii.padded, quality=quality)
    plain = replace(origin_of(of), nihii=of.nihii.padded, quality=quality)
    match place:
        case NumberPlace.PROVIDER:
            return plain
        case NumberPlace.ORGANISATION:
            return replace(plain, place=place, organisation=itself)
        case NumberPlace.SENDER:
            return replace(plain, place=place, sender=Sender(organisation=itself))


@pytest.mark.parametrize("place", NumberPlace)
def test_a_facility_is_known_in_each_place_and_the_log_says_where_it_was_named(place: NumberPlace) -> None:
    vendor, origin = Vendor(), named_in(place)

    assert isinstance(vendor.ask("admissions", post_of(admission(ADA), origin=origin)), PostResponse)
    vendor.later(2)
    answer = vendor.ask("admissions", Get(origin=origin))
    assert isinstance(answer, GetResponse)
    references = tuple(one.blob.reference or "" for one in answer.messages)
    confirmed = vendor.ask("admissions", Confirm(origin=origin, references=references))

    assert len(references) == 1
    assert isinstance(confirmed, ConfirmResponse)
    assert vendor.get() == ()
    requests = vendor.events(EventType.REQUEST)[:3]
    assert {event.ids["facility"] for event in requests} == {HOME.nihii}
    told = {event.data.get("said", {}).get("number_in") for event in requests}
    assert told == {None if place is NumberPlace.PROVIDER else place.value}


@pytest.mark.parametrize("behind", ["001", "999", "0000"])
def test_only_zeros_stand_behind_the_number_of_a_facility(behind: str) -> None:
    odd = replace(origin_of(), nihii=HOME.nihii + behind)

    answer = Vendor().ask("admissions", post_of(admission(ADA), origin=odd))

    assert isinstance(answer, Fault)
    assert answer.code == SoaCode.NO_ACCESS
    assert "000" in answer.message


@pytest.mark.parametrize("place", OTHER_PLACES)
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param({"of": HEIR}, id="another facility under this licence"),
        pytest.param({"quality": "hospital"}, id="its number as that of a hospital"),
    ],
)
def test_who_it_is_not_is_refused_in_each_place(place: NumberPlace, origin: dict[str, object]) -> None:
    wrong = named_in(place, **origin)  # type: ignore[arg-type]  # the arguments of a case
    claimed = replace(wrong, licence_username=HOME.username, licence_password=HOME.password)

    answer = Vendor().ask("admissions", post_of(admission(ADA), origin=claimed))

    assert isinstance(answer, Fault)
    assert answer.code in (SoaCode.NO_ACCESS, SoaCode.NOT_AUTHENTICATED)


@pytest.mark.parametrize("place", OTHER_PLACES)
def test_a_certificate_is_held_against_the_number_in_its_place(place: NumberPlace) -> None:
    own = post_of(admission(ADA), origin=named_in(place))
    other = post_of(admission(ADA), origin=named_in(place, HEIR))

    assert isinstance(SecuredVendor().answer(sealed(post=own)), PostResponse)
    for vendor, raw, shown in (
        (SecuredVendor(), sealed(post=other), b""),
        (SecuredVendor(Level.TIMESTAMP), sealed(None, other), OWN.der),
    ):
        refused = vendor.answer(raw, shown)
        assert isinstance(refused, Fault)
        assert refused.code == SoaCode.NO_ACCESS


def test_an_enterprise_with_several_facilities_is_the_one_whose_licence_is_used() -> None:
    licences = {one.nihii: replace(one, enterprise=HOME.enterprise) for one in (HOME, HEIR)}

    assert found_by_enterprise(by_enterprise(HEIR), licences).nihii == HEIR.nihii
    assert facility_of(found_by_enterprise(by_enterprise(HEIR), licences), licences) == HEIR.nihii


@pytest.mark.parametrize(
    "licences",
    [
        pytest.param({}, id="nobody"),
        pytest.param(
            {one.nihii: replace(one, enterprise=HOME.enterprise, username="same") for one in (HOME, HEIR)},
            id="two with one user name",
        ),
    ],
)
def test_an_enterprise_that_is_no_single_facility_is_refused(licences: dict[Nihii, FacilitySetUp]) -> None:
    answer = facility_of(found_by_enterprise(by_enterprise(), licences), licences)

    assert isinstance(answer, Fault)
    assert answer.code == SoaCode.NO_ACCESS
    assert "NIHII" in answer.message


def test_the_facility_that_an_enterprise_is_must_be_that_of_the_certificate() -> None:
    own = post_of(admission(ADA), origin=by_enterprise())
    other = post_of(admission(ADA), origin=by_enterprise(number="0999999922"))

    assert isinstance(SecuredVendor().answer(sealed(post=own)), PostResponse)
    refused = SecuredVendor().answer(sealed(post=other))
    assert isinstance(refused, Fault)
    assert refused.code == SoaCode.NO_ACCESS
