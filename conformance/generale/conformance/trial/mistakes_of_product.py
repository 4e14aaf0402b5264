"""Seeded mistakes in what the product says of itself, is configured with, and sends."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from generale.conformance.trial.workshop import Ahead, Made, Options, SetUpBuilt, Workshop
from generale.driver.contract import Done
from generale.driver.observations import Observation
from generale.driver.setup import FacilitySetUp, FacilityType, SetUp
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.ids import Hco, Nihii
from generale.protocol.profile import compile_profile, standard_profile
from generale.protocol.security import Level
from generale.protocol.transport import HttpRequest, HttpResponse, Transport
from generale.simulator.system_clock import SystemClock

OTHER_NUMBER, OTHER_HCO = Nihii.parse("76012366"), Hco.parse("4101")
"""Synthetic numbers of a facility that takes no part."""


@contextmanager
def _made(workshop: Workshop, made: Made, **words: object) -> Iterator[Options]:
    with workshop.product(made) as address:
        yield {"vendor": address, **words}


def _saying(**otherwise: object) -> SetUpBuilt:
    """The product says something else of itself."""
    altered = {"described": lambda own: replace(own, **otherwise)}
    return lambda shop: _made(shop, Made(altered=altered))


def _taking(change: Callable[[SetUp], SetUp], **words: object) -> SetUpBuilt:
    """The product takes something else than it is given."""
    return lambda shop: _made(shop, Made(altered={"given": change}), **words)


def _with_facility(**otherwise: object) -> Callable[[SetUp], SetUp]:
    def changed(set_up: SetUp) -> SetUp:
        homes: tuple[FacilitySetUp, ...] = tuple(replace(one, **otherwise) for one in set_up.facilities)  # type: ignore[arg-type]  # fields by name
        return replace(set_up, facilities=homes)

    return changed


def _calling(change: Callable[[str], str]) -> Callable[[SetUp], SetUp]:
    return lambda given: replace(given, services={name: change(url) for name, url in given.services.items()})


def _sending(body: bytes) -> SetUpBuilt:
    """The product sends something else than its envelopes."""

    def line(own: Transport) -> Transport:
        def carried(request: HttpRequest) -> HttpResponse:
            return own(replace(request, body=body))

        return carried

    return lambda shop: _made(shop, Made(line=line))


def _of_another_profile() -> Made:
    """A product that writes by the next version of the profile, which the plan does not have."""
    own, other = b"urn:generale:profiel:vsb:1", b"urn:generale:profiel:vsb:2"
    files = {name: raw.replace(own, other) for name, raw in standard_profile().files.items()}
    return Made(profile=compile_profile(files))


def _showing_another_house(shown: Observation) -> Observation:
    return replace(shown, facilities=tuple(replace(one, facility=OTHER_HCO) for one in shown.facilities))


def _fails() -> Done:
    raise EnvironmentFailure("the database is full")


def _showing_nothing(own: Transport) -> Transport:
    """A line that shows no certificate."""
    return lambda request: own(replace(request, client_certificate=b""))


def _of_another_folder(workshop: Workshop, group: str) -> Path:
    """The folder of certificates, with those of a group in the place of the facilities' own."""
    folder = workshop.folder / f"with-{group}"
    if not folder.exists():
        shutil.copytree(workshop.pki(), folder)
        shutil.rmtree(folder / "facilities")
        shutil.copytree(workshop.pki() / group, folder / "facilities")
    return folder


def _under_tls(made: Callable[[Workshop], Made], tls: str = "required") -> SetUpBuilt:
    """A plan with TLS and fresh timestamps, and a product made so."""
    return lambda shop: _made(shop, made(shop), security="timestamp", tls=tls, pki=str(shop.pki()))


def _signed(made: Callable[[Workshop], Made]) -> SetUpBuilt:
    """A plan in which everything is signed, and a product made so."""
    return lambda shop: _made(shop, made(shop), security="full", pki=str(shop.pki()))


def _showing(group: str, folder: str) -> Callable[[Workshop], Made]:
    """A product that shows, under TLS, the certificates of a group."""
    return lambda shop: Made(
        keyring=shop.keyring("timestamp", own=group), trusts=_of_another_folder(shop, folder)
    )


PRODUCT: Mapping[str, SetUpBuilt] = {
    "contract-of-tomorrow": _saying(contract=2),
    "capability-misspelt": _saying(capabilities=("reset", "admitt")),
    "cannot-start-clean": _saying(capabilities=("admit", "end_stay")),
    "admissions-not-offered": _saying(capabilities=("reset", "bill_month")),
    "clock-of-the-wall": lambda shop: _made(shop, Made(clock=SystemClock())),
    "short-stay-alone": _saying(facility_types=(FacilityType.CVK,)),
    "wrong-facility-type": lambda shop: _made(
        shop,
        Made(altered={"described": lambda own: replace(own, facility_types=(FacilityType.WZC,))}),
        facility_types=["dvc"],
    ),
    "set-up-of-its-own": lambda shop: _made(
        shop, Made(altered={"done": {"reset": lambda: Done(taken=False, note="facilities are fixed here")}})
    ),
    "admission-screen-locked": lambda shop: _made(
        shop, Made(altered={"done": {"act": lambda: Done(taken=False, note="the period is closed")}})
    ),
    "fails-in-the-middle": lambda shop: _made(shop, Made(altered={"done": {"sync": _fails}})),
    "callback-unreachable": _taking(_calling(lambda _: "http://127.0.0.1:9/admissions/v1")),
    "callback-of-yesterday": _taking(
        _calling(lambda url: url.replace("admission-one-admission-accepted", "open"))
    ),
    "wrong-authority-at-the-product": _under_tls(
        lambda shop: Made(keyring=shop.keyring("timestamp"), trusts=shop.pki("other"))
    ),
    "no-client-certificate": _under_tls(
        lambda shop: Made(keyring=shop.keyring("timestamp"), trusts=shop.pki(), line=_showing_nothing)
    ),
    "client-certificate-expired": _under_tls(_showing("expired", "facilities-expired")),
    "client-certificate-revoked": _under_tls(_showing("revoked", "facilities-revoked")),
    "plain-towards-tls": lambda shop: _made(
        shop,
        Made(altered={"given": _calling(lambda url: url.replace("https:", "http:"))}),
        security="off",
        tls="optional",
        pki=str(shop.pki()),
    ),
    "clock-an-hour-ahead": _signed(
        lambda shop: Made(keyring=shop.keyring("full", clock=Ahead(timedelta(hours=1))))
    ),
    "clock-ten-minutes-behind": _signed(
        lambda shop: Made(keyring=shop.keyring("full", clock=Ahead(timedelta(minutes=-10))))
    ),
    "security-left-out": _signed(lambda _: Made()),
    "signature-left-out": _signed(
        lambda shop: Made(keyring=replace(shop.keyring("full"), level=Level.TIMESTAMP))
    ),
    "signs-with-an-expired-certificate": _signed(
        lambda shop: Made(keyring=shop.keyring("full", own="expired"))
    ),
    "signs-with-a-revoked-certificate": _signed(
        lambda shop: Made(keyring=shop.keyring("full", own="revoked"))
    ),
    "signs-with-a-certificate-of-another-authority": _signed(
        lambda shop: Made(keyring=shop.keyring("full", "other"))
    ),
    "wrong-facility-number": _taking(_with_facility(nihii=OTHER_NUMBER)),
    "wrong-password": _taking(_with_facility(password="secret")),  # noqa: S106  # a wrong one, on purpose
    "wrong-recognition-number": lambda shop: _made(
        shop,
        Made(
            altered={
                "given": _with_facility(hco=OTHER_HCO),
                "told": lambda stimulus: replace(stimulus, facility=OTHER_HCO),
            }
        ),
    ),
    "wrong-profile": lambda shop: _made(shop, _of_another_profile()),
    "json-in-the-place-of-soap": _sending(b'{"post": "admission"}'),
    "xml-without-envelope": _sending(b"<Opname/>"),
    "date-in-another-form": lambda shop: _made(shop, Made(defect="dutch-date-format")),
    "confirms-nothing": lambda shop: _made(shop, Made(defect="confirms-nothing")),
    "screen-of-another-database": lambda shop: _made(
        shop, Made(altered={"shown": lambda _: Observation(facilities=())})
    ),
    "screen-of-another-house": lambda shop: _made(shop, Made(altered={"shown": _showing_another_house})),
}
"""Every mistake that lies with the product and its adapter."""
