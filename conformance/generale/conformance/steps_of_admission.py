"""One admission, step by step from what the product is told to what its users see, and what each fails by.

A pure function of the transcript, and of what reached the server without reaching the scenario.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from generale.conformance.examined import Examined, Ill
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.driver.observations import DecisionState
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import EnvelopeError, SoaCode
from generale.protocol.messages import Outcome
from generale.protocol.security.timestamp import read_instant

_CREATED = re.compile(rb"Created[^>]*>\s*([^<\s]{10,60})\s*<")
_HEADER, _SIGNATURE = re.compile(rb"<[\w.-]*:?Security[\s>]"), re.compile(rb"<[\w.-]*:?SignatureValue[\s>]")
_ROOT = re.compile(rb"<(?![?!])[^>]*?xmlns(?::[\w.-]+)?=[\"']([^\"']*)[\"']")

_HANDSHAKES: tuple[tuple[str, str], ...] = (
    ("HTTP_REQUEST", "plain-towards-tls"),
    ("DID_NOT_RETURN_A_CERTIFICATE", "no-client-certificate"),
    ("has expired", "client-certificate-expired"),
    ("not yet valid", "client-certificate-expired"),
    ("revoked", "client-certificate-revoked"),
    ("CERTIFICATE_VERIFY_FAILED", "client-certificate-unknown"),
    ("ALERT_UNKNOWN_CA", "server-not-trusted"),
    ("ALERT_BAD_CERTIFICATE", "server-not-trusted"),
    ("ALERT_CERTIFICATE_UNKNOWN", "server-not-trusted"),
)
"""What the failure of a handshake says, in words of OpenSSL, and its name here; the first that fits."""

_UNPROVED: tuple[tuple[str, str], ...] = (
    ("and not now", "signing-certificate-expired"),
    ("was revoked", "signing-certificate-revoked"),
    ("not issued by the authority", "signing-certificate-unknown"),
)
"""What a refusal says of a certificate, in words of the guard, and what it is called here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Astray:
    """What reached the server and no scenario: addresses that were called, and failures of TLS.

    ``is_far`` says that the product is on another machine, which cannot reach the server at all.
    """

    requests: tuple[str, ...] = ()
    handshakes: tuple[str, ...] = ()
    is_far: bool = False


NOTHING_ASTRAY = Astray()


def step_by_step(history: History, astray: Astray = NOTHING_ASTRAY) -> Iterator[Examined]:
    """What each step says of the transcript of one admission, up to the first that fails."""
    for name, look in STEPS.items():
        ill = look(history, astray)
        if ill is not None:
            yield Examined.of(ill)
            return
        yield Examined(step=name)


def _taken(history: History, _: Astray) -> Ill | None:
    for one in history.told:
        if one.operation in ("reset", "act") and not one.taken:
            if not one.answered:
                return Ill("operation-fails", _reason(history))
            return Ill("set-up-not-taken" if one.operation == "reset" else "admission-not-taken", one.note)
    # What the users see is looked at last.
    broken = any(not one.answered for one in history.told if one.operation != "observe")
    return Ill("operation-fails", _reason(history)) if broken else None


def _reason(history: History) -> str:
    """Why the scenario was not played to its end."""
    return str(history.ended.data.get("reason", "")) if history.ended else ""


def _called(history: History, astray: Astray) -> Ill | None:
    if history.exchanges:
        return None
    for said in astray.handshakes:
        named = next((name for words, name in _HANDSHAKES if words.lower() in said.lower()), "tls-broken-off")
        return Ill(named, said)
    if astray.requests:
        return Ill("other-address-called", ", ".join(dict.fromkeys(astray.requests)))
    services = ", ".join(history.set_up.services.values()) if history.set_up else ""
    return Ill("callback-on-loopback" if astray.is_far else "nothing-arrived", services)


def _understood(history: History, _: Astray) -> Ill | None:
    for one in history.exchanges:
        if isinstance(one.envelope, EnvelopeError):
            fault = one.envelope.fault
            named = {SoaCode.NOT_SOAP: "not-soap", SoaCode.MALFORMED: "not-xml"}
            return Ill(_named(named, fault.code, "request-unreadable"), fault.message)
    return None


def _named(names: Mapping[SoaCode, str], code: str, otherwise: str) -> str:
    return next((name for known, name in names.items() if known == code), otherwise)


def _proved(history: History, _: Astray) -> Ill | None:
    return next((_unproved(one, history) for one in history.exchanges if one.is_unproved and one.fault), None)


def _unproved(one: Exchange, history: History) -> Ill:
    """Why a request does not prove who sends it: it says nothing, at another time, or as somebody else."""
    said = one.fault.message if one.fault else ""
    if not _HEADER.search(one.raw):
        return Ill("no-security-header", said)
    ahead = _ahead(one)
    if ahead is not None and abs(ahead) > timedelta(seconds=history.profile.freshness.skew):
        return Ill("clock-differs", f"{ahead.total_seconds():+.0f} s")
    if not _SIGNATURE.search(one.raw):
        return Ill("not-signed", said)
    if one.fault and one.fault.code == SoaCode.NO_ACCESS:
        return Ill("certificate-of-another", said)
    return Ill(next((name for words, name in _UNPROVED if words in said), "signature-not-accepted"), said)


def _ahead(one: Exchange) -> timedelta | None:
    """How far the timestamp of a request lies ahead of that of its answer; None where one is missing."""
    answer = one.evidence(one.response.evidence) if one.response and one.response.evidence else b""
    asked, answered = _CREATED.search(one.raw), _CREATED.search(answer)
    if asked is None or answered is None:
        return None
    try:
        return read_instant(asked[1].decode("ascii", "replace")) - read_instant(answered[1].decode())
    except PeerError:
        return None


def _known(history: History, _: Astray) -> Ill | None:
    refused = next((one for one in history.exchanges if one.fault), None)
    if refused is None or refused.fault is None:
        return None
    fault, known = refused.fault, {facility.nihii for facility in history.facilities.values()}
    said = f"{fault.code} {fault.message}"
    if fault.code == SoaCode.NOT_AUTHENTICATED:
        return Ill("licence-wrong", said)
    if fault.code == SoaCode.NO_ACCESS and refused.facility not in known:
        return Ill("facility-unknown", said)
    return Ill("request-refused", said)


def _sent(history: History, _: Astray) -> Ill | None:
    admissions = [one for one in history.sent if one.service == "admissions"]
    if any(one.received for one in admissions):
        return None
    if not admissions:
        return Ill("nothing-sent")
    tack = admissions[0].tack
    if tack is None:
        return Ill("no-acknowledgement")
    said = f"{tack.result_minor} {tack.result_message}"
    begins = _ROOT.search(admissions[0].post.blob.content)
    written = begins[1].decode("utf-8", "replace") if begins else ""
    own = {root[1:].partition("}")[0] for root in history.profile.roots}
    if written and written not in own:
        return Ill("wrong-profile", f"{written}; {', '.join(sorted(own))}")
    return Ill("message-refused", said)


def _decided(history: History, _: Astray) -> Ill | None:
    refused = [one for _, one in history.decisions if one.outcome is Outcome.REFUSED]
    if not refused:
        return None
    return Ill(
        "admission-refused", ", ".join(f"{one.control} {one.text}".strip() for one in refused[0].controls)
    )


def _fetched(history: History, _: Astray) -> Ill | None:
    decisions = [one for one in history.replies if one.kind == "decision"]
    if any(one.confirmed for one in decisions):
        return None
    if any(one.fetched for one in decisions):
        return Ill("never-confirmed")
    polled = any(one.operation == "get" and one.service == "admissions" for one in history.exchanges)
    return Ill("not-polled-again" if polled else "never-polled")


def _shown(history: History, _: Astray) -> Ill | None:
    if not history.observations:
        return Ill("not-observed", _reason(history))
    facilities = history.observations[-1].observation.facilities
    shown = {stay.decision for facility in facilities for stay in facility.stays}
    if DecisionState.ACCEPTED not in shown:
        return Ill("shown-otherwise", ", ".join(shown))
    others = [one.facility for one in facilities if one.facility not in history.facilities]
    return Ill("other-facility-shown", ", ".join(others)) if others else None


STEPS: Mapping[str, Callable[[History, Astray], Ill | None]] = {
    "taken": _taken,
    "called": _called,
    "understood": _understood,
    "proved": _proved,
    "known": _known,
    "sent": _sent,
    "decided": _decided,
    "fetched": _fetched,
    "shown": _shown,
}
"""The steps from what the product is told to what its users see, each with what makes it fail."""
