"""The doctor: whether a set-up works, told by the smallest scenario before any requirement is judged.

The plan is looked at on this machine, the product is asked what it is, and one admission is played, whose
transcript is walked from the product to its users. The first step that fails explains those behind it, so
they are not looked at. What is wrong has a name and sentences of its own in ``doctor.toml``.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from generale.conformance import preflight
from generale.conformance.examined import Examined, Ill
from generale.conformance.history import History
from generale.conformance.plan import TLS, Plan
from generale.conformance.reach import reach
from generale.conformance.staging import Set, staged
from generale.conformance.steps_of_admission import STEPS, Astray, step_by_step
from generale.doors.http import product_address
from generale.driver.contract import Description
from generale.protocol.errors import EnvironmentFailure, PeerError, UsageError
from generale.scenarios.catalogue import entry
from generale.scenarios.player import Guarded
from generale.simulator.pki_folder import SINGLE

SCENARIO = "admission/one-admission-accepted"
"""What is played: it needs nothing but admissions."""

BEFORE = ("plan", "address", "described")
"""The steps before anything is played."""

__all__ = ["BEFORE", "SCENARIO", "STEPS", "examine"]


def examine(plan: Callable[[], Plan]) -> tuple[Examined, ...]:
    """Follow a plan that is read here, and say of each step whether it went well, up to the first that fails.

    Whatever the plan, the machine or the product does wrong on the way is a finding, and never raised.
    """
    found: list[Examined] = []
    try:
        found.extend(_examined(plan()))
    except UsageError as error:
        hint = f" ({error.hint})" if error.hint and not error.finding else ""
        found.append(Examined.of(Ill(error.finding or "plan-not-followed", f"{error}{hint}")))
    except PeerError as error:
        found.append(Examined.of(Ill("product-fails", str(error))))
    except EnvironmentFailure as error:
        found.append(Examined.of(Ill("breaks-off", str(error))))
    return tuple(found)


def _examined(plan: Plan) -> Iterator[Examined]:
    if plan.vendor.lower().startswith(("http:", "https:")):
        ill = reach(plan.vendor, float(plan.timeout_seconds))
        if ill is not None:
            yield Examined.of(ill)
            return
    with staged(plan) as stage:
        yield from _on_stage(plan, stage)


def _on_stage(plan: Plan, stage: Set) -> Iterator[Examined]:
    """The steps when simulator and product are there."""
    ill = _nameless_server(plan)
    yield Examined.of(ill) if ill else Examined(step="plan")
    if ill:
        return
    yield Examined(step="address")
    description = preflight.look(plan, Guarded(stage.product), stage.profile).description
    ill = _not_playable(plan, description)
    yield Examined.of(ill) if ill else Examined(step="described", said=_who(description))
    if ill:
        return
    part = stage.run.play(entry(SCENARIO).scenario)
    history = History.of(part.events, part.evidence.__getitem__, stage.profile)
    strayed = stage.run.simulator.astray
    astray = Astray(
        requests=tuple(strayed.requests),
        handshakes=tuple(strayed.handshakes),
        is_far=_is_far(plan),
    )
    yield from step_by_step(history, astray)


def _nameless_server(plan: Plan) -> Ill | None:
    """Whether a product that looks whom it calls would hang up: the certificate names another machine."""
    if plan.in_process or TLS not in plan.given_capabilities:
        return None
    raw = (Path(plan.pki) / f"{SINGLE['server']}.pem").read_bytes()
    names = (
        x509.load_pem_x509_certificate(raw)
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value
    )
    borne = {str(name.value) for name in names}
    return None if plan.host in borne else Ill("server-certificate-without-host", f"{plan.host}; {borne}")


def _not_playable(plan: Plan, description: Description) -> Ill | None:
    """Why one admission cannot be played with this product and plan."""
    scenario = entry(SCENARIO).scenario
    reason = preflight.left_out([scenario], plan, description).get(SCENARIO)
    if reason is None:
        return None
    if "admit" not in description.capabilities:
        return Ill("admission-not-offered", ", ".join(description.capabilities))
    return Ill("no-care-home", ", ".join(plan.facility_types or description.facility_types))


def _who(description: Description) -> str:
    types = ", ".join(kind.value for kind in description.facility_types)
    return f"{description.product} {description.version}; {', '.join(description.capabilities)}; {types}"


def _is_far(plan: Plan) -> bool:
    """Whether the product is on another machine, and the simulator can be called from this one alone."""
    if not plan.vendor.lower().startswith(("http:", "https:")):
        return False
    return _is_loopback(plan.host) and not _is_loopback(product_address(plan.vendor).host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
