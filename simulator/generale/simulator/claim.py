"""Whether an origin may say what it says: a known number, its licence, its enterprise, and its sender."""

from collections.abc import Mapping
from dataclasses import replace

from generale.driver.setup import FacilitySetUp
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import (
    CARE_HOME,
    Fault,
    Origin,
    PartyId,
    Scheme,
    Sender,
    SoaCode,
    soa_fault,
)
from generale.protocol.ids import Nihii


def found_by_enterprise(origin: Origin, licences: Mapping[Nihii, FacilitySetUp]) -> Origin:
    """An origin with an enterprise number alone, with the number of the facility that it is.

    Of several of one enterprise it is the one whose user name stands in the licence. The origin stays as it
    is where that is not one (project-defined).
    """
    sender = origin.sender.organisation if origin.sender else None
    party = origin.organisation or sender
    if origin.nihii or party is None:
        return origin
    own = [facility for facility, licence in licences.items() if licence.enterprise == party.value]
    if len(own) > 1:
        own = [facility for facility in own if licences[facility].username == origin.licence_username]
    return replace(origin, nihii=own[0]) if len(own) == 1 else origin


def facility_of(
    origin: Origin, licences: Mapping[Nihii, FacilitySetUp], *, is_certified: bool = False
) -> Nihii | Fault:
    """The facility that sends, or the fault that refuses it.

    The number of a facility belongs to an organisation; which one is its CBE (KBO) number in the
    registry. That a contradiction there is refused is project-defined, as are the codes. A sender must be
    what a certificate says; ``is_certified`` where there is one, and then it is that of the facility
    (commonInfo 2.4, Sender: equal to the attributes of the token).
    """
    if not origin.nihii:
        message = "this enterprise number and licence are not those of one facility: give its NIHII number"
        return soa_fault(SoaCode.NO_ACCESS, message)
    try:
        facility = Nihii.parse(origin.nihii)
    except PeerError as error:
        return soa_fault(SoaCode.NO_ACCESS, str(error))
    licence = licences.get(facility)
    if licence is None:
        return soa_fault(SoaCode.NO_ACCESS, f"facility {facility} does not take part in this rehearsal")
    if (origin.licence_username, origin.licence_password) != (licence.username, licence.password):
        return soa_fault(SoaCode.NOT_AUTHENTICATED, "user name or password of the licence is wrong")
    if origin.quality not in ("", CARE_HOME):
        message = f"number {facility} is that of a '{CARE_HOME}', not of a '{origin.quality[:60]}'"
        return soa_fault(SoaCode.NO_ACCESS, message)
    if origin.person is not None:
        return soa_fault(SoaCode.NO_ACCESS, f"number {facility} belongs to a facility, not to a person")
    if origin.organisation is not None and not _is_it(origin.organisation, licence):
        return soa_fault(SoaCode.NO_ACCESS, f"number {facility} belongs to another organisation")
    return _refused_sender(origin.sender, licence, is_certified=is_certified) or facility


def _refused_sender(sender: Sender | None, licence: FacilitySetUp, *, is_certified: bool) -> Fault | None:
    """Why a sender is refused: no number at all, or not the one who is certified; None where it is right.

    The certificate of a facility says nothing of a person, so a person's number is looked at for its form
    alone, and that nobody but the facility itself sends for it is project-defined.
    """
    if sender is None:
        return None
    for party in (sender.person, sender.organisation):
        if party is not None and not party.is_well_formed:
            message = f"the {party.scheme} of the sender is none: its form or its check digits are wrong"
            return soa_fault(SoaCode.INVALID_CONTENT, message)
    if is_certified and sender.organisation is not None and not _is_it(sender.organisation, licence):
        message = f"the sender is not facility {licence.nihii}, to whom the certificate belongs"
        return soa_fault(SoaCode.NO_ACCESS, message)
    return None


def _is_it(organisation: PartyId, licence: FacilitySetUp) -> bool:
    if organisation.scheme is Scheme.CBE:
        return organisation.value == licence.enterprise
    return (
        organisation.scheme is Scheme.NIHII
        and organisation.quality in ("", CARE_HOME)
        and organisation.value in (licence.nihii, licence.nihii.padded)
    )
