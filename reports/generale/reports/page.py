"""``report.html``: one file that opens by double click, needs no network, and is read without JavaScript.

Everything that a stranger wrote is made inert and then escaped by the template engine; the page's own
policy allows nothing but its own style and script, which are named by their digests.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from generale.reports.card import anchors, cards
from generale.reports.catalogue import Language, Words
from generale.reports.course import course_anchor, courses
from generale.reports.inert import brief, flat, inert, shortened
from generale.reports.replay import PLAN
from generale.reports.sequence import LANES
from generale.reports.story import story
from generale.reports.summary import MOST_IMPORTANT, product, requirement_set, summary
from generale.results.bundle import Bundle
from generale.results.remark import Remark
from generale.results.verdicts import Verdict

MOST_OTHERS = 25
"""How many further findings of one problem are listed on its card (project-defined)."""

_LONGEST_FILE = 8000
_NO_NAME = re.compile(r"[^0-9A-Za-z-]")


def render_html(bundle: Bundle, language: Language, remarks: Sequence[Remark] = ()) -> bytes:
    """The report of a bundle as one HTML file; ``BundleError`` where a part that it needs is missing."""
    words = Words(language)
    told = summary(bundle, words, remarks)
    events = story(bundle.events)
    style = _asset("style.css").replace("RUN-ID", _NO_NAME.sub("", bundle.run.run_id)[:64])
    script = _asset("script.js")
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            t=words,
            run=bundle.run,
            judgement=bundle.judgement,
            summary=told,
            product=product(bundle, words),
            requirement_set=requirement_set(bundle),
            most_important=MOST_IMPORTANT,
            most_others=MOST_OTHERS,
            occasions={check.check: check.occasions for check in bundle.judgement.checks},
            cards=tuple(cards(bundle, events, told)),
            courses=tuple(courses(bundle, anchors(events, told), words)),
            lanes=LANES,
            preflight=bundle.preflight,
            waivers=_file(bundle, "waivers.toml"),
            plan=_file(bundle, PLAN),
            verdicts=sorted(Verdict, key=lambda verdict: -verdict.weight),
            style=Markup(style),  # noqa: S704 - a file of this package and a filtered name
            script=Markup(script),  # noqa: S704 - a file of this package
            policy=_policy(style, script),
        )
    )
    return text.encode()


@cache
def _environment() -> Environment:
    """The template engine: escapes everything, shows unseen characters, and fails on an unknown name."""
    environment = Environment(
        loader=FunctionLoader(lambda name: _asset(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["brief"] = brief
    environment.filters["flat"] = flat
    environment.filters["shortened"] = shortened
    environment.filters["course"] = course_anchor
    return environment


def _inert(value: object) -> object:
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _file(bundle: Bundle, name: str) -> str:
    """A file of the bundle as text, shortened; empty where it is missing."""
    return shortened(bundle.files.get(name, b"").decode("utf-8", "replace").strip(), _LONGEST_FILE)


def _policy(style: str, script: str) -> str:
    """What the page may do: use its own style and script, and nothing else."""
    return f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
