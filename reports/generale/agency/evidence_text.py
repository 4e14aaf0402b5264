"""What the formula explains, in sentences for a person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from generale.agency.evidence import Evidence, Explained, Fitting
from generale.agency.formula import RATES, Fit
from generale.agency.layout import wrapped
from generale.agency.reading import PROJECT_DEFINED, Reading
from generale.agency.recovery import Recovery
from generale.agency.wording import Wording
from generale.protocol.money import Euro

MOST_FACILITIES = 12
"""How many facilities are told apart; the JSON has them all (project-defined)."""

MOST_RATES = 4
"""How many rates are written out for one facility (project-defined)."""

_BESIDE_A_SIGN = 2


def evidence_lines(
    found: Evidence, recoveries: Sequence[Recovery], wording: Wording, width: int
) -> list[str]:
    """What is explained and by which reading, what is not, and what remains unknown."""
    published, *assumed = found.by_reading
    parts = [
        [wording("formula.heading")],
        _published(published, wording, width),
        *(_apart(_assumed(one, wording, width)) for one in assumed if one.number),
        _apart(_unexplained(found.unexplained(recoveries), wording, width)),
        wrapped(wording("formula.unknown"), width, 0, 0),
        _apart(_ratios(found, wording, width)),
    ]
    return [line for part in parts for line in part]


def _apart(lines: Iterable[str]) -> Iterator[str]:
    """The lines behind an empty one, where there are any."""
    for number, line in enumerate(lines):
        if number == 0:
            yield ""
        yield line


def _published(one: Explained, say: Wording, width: int) -> Iterator[str]:
    yield from wrapped(say("formula.formula", **_parameters(one, say)), width, 2)
    if not one.tried:
        yield from wrapped(say("formula.not-tried", period=_period(one.reading, say)), width, 2)
        return
    text = say(
        "formula.explained" if one.number else "formula.explained-none",
        number=say.whole(one.number),
        tried=say.whole(one.tried),
        least=say.amount(Euro(RATES[0])),
        most=say.amount(Euro(RATES[-1])),
    )
    yield from wrapped(text, width, 0, _BESIDE_A_SIGN)
    yield from _facilities(one, say, width)
    percent = say.decimal(f"{100 * one.by_chance / one.tried:.1f}")
    expected = say.decimal(f"{one.by_chance:.1f}")
    chance = say("formula.chance", tried=say.whole(one.tried), expected=expected, percent=percent)
    yield from wrapped(chance, width, _BESIDE_A_SIGN, 0)


def _assumed(one: Explained, say: Wording, width: int) -> Iterator[str]:
    text = say.counted(
        "formula.assumed",
        one.number,
        tried=say.whole(one.tried),
        period=_period(one.reading, say),
        source=say("formula.project") if one.reading.source == PROJECT_DEFINED else one.reading.source,
        expected=say.decimal(f"{one.by_chance:.1f}"),
        **_parameters(one, say),
    )
    yield from wrapped(text, width, 0, _BESIDE_A_SIGN)
    yield from _facilities(one, say, width)


def _period(reading: Reading, say: Wording) -> str:
    if reading.until is None:
        return say("formula.from", since=reading.since)
    return say("formula.period", since=reading.since, until=reading.until)


def _parameters(one: Explained, say: Wording) -> dict[str, str]:
    return {
        "occupancy": say.decimal(str(one.reading.occupancy)),
        "share": say.decimal(str(one.reading.share)),
    }


def _facilities(one: Explained, say: Wording, width: int) -> Iterator[str]:
    for fitting in one.by_facility[:MOST_FACILITIES]:
        text = say(
            "formula.facility",
            title=fitting.facility.title,
            number=len(fitting.fits),
            tried=fitting.tried,
            days=say.decimal(f"{float(one.reading.days):g}"),
            products=_products(fitting, say),
            rates=_rates(fitting, say),
        )
        yield from wrapped(text, width, _BESIDE_A_SIGN)
    more = len(one.by_facility) - MOST_FACILITIES
    if more > 0:
        yield from wrapped(say("oddity.more", number=more), width, _BESIDE_A_SIGN)


def _products(fitting: Fitting, say: Wording) -> str:
    told = say.listed([_product(fit, say) for fit in fitting.fits.values()], MOST_FACILITIES, "; ")
    return f"({told})" if len(fitting.fits) > 1 else told


def _product(fit: Fit, say: Wording) -> str:
    rounded = f" {say('formula.rounded')}" if fit.rounded else ""
    return f"{say.amount(fit.product)}{rounded}"


def _rates(fitting: Fitting, say: Wording) -> str:
    rates = [say.amount(rate) for rate in fitting.common_rates]
    if not rates:
        return say("formula.rates-none")
    told = say("formula.or").join(rates[:MOST_RATES])
    more = f" (+{len(rates) - MOST_RATES})" if len(rates) > MOST_RATES else ""
    return say("formula.rates-one" if len(fitting.fits) == 1 else "formula.rates-common", rates=told + more)


def _unexplained(rest: Sequence[Recovery], say: Wording, width: int) -> Iterator[str]:
    if not rest:
        return
    by_group = sorted(Counter(one.group for one in rest).items())
    groups = ", ".join(say("formula.in-group", number=say.whole(n), group=group) for group, n in by_group)
    text = say("formula.unexplained", number=say.whole(len(rest)), groups=groups)
    if any(group == 2 for group, _ in by_group):
        text = f"{text} {say('formula.group-2')}"
    yield from wrapped(text, width, 0, 0)


def _ratios(found: Evidence, say: Wording, width: int) -> Iterator[str]:
    if found.ratios:
        yield from wrapped(say("formula.ratios"), width, 0, 0)
    for facility, ratio in found.ratios[:MOST_FACILITIES]:
        shown = " : ".join(map(str, ratio[:MOST_FACILITIES])) + (
            " : …" if len(ratio) > MOST_FACILITIES else ""
        )
        yield from wrapped(say("formula.ratio", title=facility.title, ratio=shown), width, 2)
    more = len(found.ratios) - MOST_FACILITIES
    if more > 0:
        yield from wrapped(say("oddity.more", number=more), width, 2)
