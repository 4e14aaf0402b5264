"""The tables of a transition as CSV, and its course as a drawing (SVG)."""

import csv
from collections.abc import Mapping, Sequence
from html import escape
from io import StringIO
from typing import Any

from generale.agency.wording import Wording

_SVG, _FONT = "http://www.w3.org/2000/svg", 'font-family="sans-serif" font-size="12"'
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 760, 300, 60, 40, 44
_CURVES = (
    ("without_admission_message", "#0b5394", ""),
    ("without_processed_invoice", "#b45309", "7 3"),
    ("blocked", "#7a1f5c", "2 3"),
)


def csv_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV with their names on the first line; semicolons between, as in the tables that are read."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def plot_of(table: Sequence[Mapping[str, Any]], say: Wording) -> bytes:
    """How many facilities lack what, month by month, over all types; each curve has its own dashes.

    The curve of blocked months ends where it cannot be told yet.
    """
    months = list(dict.fromkeys(row["month"] for row in table))
    top = max(_sum(table, month, "facilities") or 0 for month in months)
    parts = [
        f'<svg xmlns="{_SVG}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" {_FONT}>',
        f"<title>{escape(say('transition.months'))}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_axes(months, top, say),
    ]
    for place, (name, colour, dashes) in enumerate(_CURVES):
        points = " ".join(
            f"{_x(n, len(months)):.1f},{_y(count, top):.1f}"
            for n, month in enumerate(months)
            if (count := _sum(table, month, name)) is not None
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/>'
        )
        x = _LEFT + place * 230
        parts.append(
            f'<line x1="{x}" y1="18" x2="{x + 28}" y2="18" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/>'
        )
        parts.append(f'<text x="{x + 34}" y="22">{escape(say(f"transition.curve-{name}"))}</text>')
    return "\n".join([*parts, "</svg>", ""]).encode()


def _axes(months: Sequence[str], top: int, say: Wording) -> list[str]:
    lines = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _y(top * share, top)
        lines.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - 20}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{say.whole(round(top * share))}</text>'
        )
    for n, month in enumerate(months):
        if n % max(1, len(months) // 8) == 0:
            x = _x(n, len(months))
            lines.append(f'<text x="{x:.1f}" y="{_HEIGHT - 18}" text-anchor="middle">{escape(month)}</text>')
    return lines


def _x(place: int, of: int) -> float:
    return _LEFT + (_WIDTH - 20 - _LEFT) * place / max(1, of - 1)


def _y(value: float, top: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / max(1, top)


def _sum(table: Sequence[Mapping[str, Any]], month: str, name: str) -> int | None:
    """A count of a month over all types; None where it cannot be told."""
    counts = [row[name] for row in table if row["month"] == month]
    return None if None in counts else sum(counts)
