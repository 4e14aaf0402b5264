"""Whether an origin may say what it says: a known number, its licence, and the enterprise behind it."""

from collections.abc import Mapping

from generale.driver.setup import FacilitySetUp
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import CARE_HOME, Fault, Origin, PartyId, Scheme, SoaCode, soa_fault
from generale.protocol.ids import Nihii


def facility_of(origin: Origin, licences: Mapping[Nihii, FacilitySetUp]) -> Nihii | Fault:
    """The facility that sends, or the fault that refuses it.

    The number of a facility belongs to an organisation; which one is its CBE (KBO) number in the
    registry. That a contradiction there is refused is project-defined, as are the codes.
    """
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
    return facility


def _is_it(organisation: PartyId, licence: FacilitySetUp) -> bool:
    if organisation.scheme is Scheme.CBE:
        return organisation.value == licence.enterprise
    return organisation.scheme is Scheme.NIHII and organisation.value in (
        licence.nihii,
        licence.nihii.padded,
    )
