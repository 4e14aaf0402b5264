"""``report.html``: complete without script and network, in both languages, and safe to open."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib import resources

import pytest
from lxml import html

from generale.reports import LANGUAGES, Language, render_html
from generale.reports.sequence import LEAST_ROWS, MOST_ROWS, MOST_ROWS_OF_ALL, shares
from generale.results.bundle import Bundle, BundleError, render_json
from generale.results.events import Event, EventType, Party, digest, write_transcript

FIVE_MEGABYTES = 5 * 1024 * 1024


def page_of(bundle: Bundle, language: Language = "en") -> html.HtmlElement:
    """The page as a browser would read it."""
    return html.document_fromstring(render_html(bundle, language).decode())


def found(page: html.HtmlElement, query: str) -> list[str]:
    """The values of the attributes that a query finds."""
    result = page.xpath(query)
    assert isinstance(result, list)
    return [str(one) for one in result]


def texts(page: html.HtmlElement, query: str) -> list[str]:
    """The text of each element that a query finds, on one line."""
    return [" ".join(str(one.text_content()).split()) for one in page.xpath(query)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_bundles_give_equal_pages(sample: Bundle, language: Language) -> None:
    assert render_html(sample, language) == render_html(Bundle(dict(sample.files)), language)


def test_the_first_screen_answers_in_one_sentence_with_three_blockers_and_counts(sample: Bundle) -> None:
    page = page_of(sample)

    assert texts(page, "//h1") == [
        "Voorbeeldpakket 4.2 does not conform to requirement set r1-2019, because:"
    ]
    assert len(page.xpath("//ol[@class='blockers']/li")) == 3
    assert texts(page, "//ul[@class='tiles']/li")[:2] == [
        "3 ✗ fail of 19 requirements",
        "3 ? not verified of 19 requirements",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_its_language(sample: Bundle, language: Language) -> None:
    page = page_of(sample, language)

    assert page.get("lang") == language
    assert texts(page, "//*[@id='requirements']") == [{"nl": "Vereisten", "en": "Requirements"}[language]]


def test_every_requirement_is_a_row_in_the_order_of_the_register(sample: Bundle) -> None:
    ids = page_of(sample).xpath("//tr[@data-verdict]/@id")

    assert ids == [requirement.id for requirement in sample.requirements]


def test_every_verdict_has_a_symbol_and_a_word(sample: Bundle) -> None:
    for told in texts(page_of(sample), "//*[contains(concat(' ', @class, ' '), ' verdict ')]"):
        symbol, word = told.split(" ", 1)

        assert len(symbol) == 1
        assert word


def test_every_link_leads_to_a_place_in_the_page_and_every_place_is_one(sample: Bundle) -> None:
    page = page_of(sample)
    ids = page.xpath("//@id")

    assert len(ids) == len(set(ids))
    assert {str(link) for link in page.xpath("//a/@href")} - {f"#{one}" for one in ids} == set()
    assert {"RQ-TRA-01", "e5", "problem-1"} <= set(ids)


def test_nothing_is_fetched_and_only_its_own_script_and_style_may_act(sample: Bundle) -> None:
    page = page_of(sample)
    (policy,) = page.xpath("//meta[@http-equiv]/@content")

    assert page.xpath("//@src | //link | //img | //@style | //*[@onclick or @onload]") == []
    assert "url(" not in render_html(sample, "nl").decode()
    assert policy.startswith("default-src 'none';")
    for kind in ("style", "script"):
        (text,) = page.xpath(f"//{kind}/text()")
        named = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{named}'" in policy


def test_without_script_the_verdicts_are_all_there(sample: Bundle) -> None:
    page = page_of(sample)
    hidden = page.xpath("//*[@hidden]")

    assert {one.tag for one in hidden} == {"div", "button"}
    assert all(one.get("class") == "filters" or one.tag == "button" for one in hidden)


def test_a_failure_card_shows_the_rule_both_sides_the_place_and_the_replay(sample: Bundle) -> None:
    (card,) = page_of(sample).xpath("//*[@id='problem-1']")

    assert texts(card, ".//blockquote/p")[0].startswith("MUST An admission carries the true date")
    assert texts(card, ".//div[contains(@class, 'side ')]//mark") == ["1", "2"]
    assert texts(card, ".//*[contains(@class, 'line here')]") == [
        "▶ here: <Begin>2019-04-02T10:00:00+02:00</Begin>"
    ]
    assert texts(card, ".//section/h4")[0].startswith("What the product sent event 5")
    assert texts(card, ".//section/h4")[1].startswith("What came back event 9")
    assert "generale certify --vendor py:voorbeeld:Pakket --scenario month/clean-month --seed 42" in texts(
        card, ".//p[@class='command']/code"
    )


def test_a_flat_file_is_shown_as_a_ruler_with_the_failing_zone_marked(sample: Bundle) -> None:
    (card,) = page_of(sample).xpath("//*[@id='problem-2']")

    assert texts(card, ".//ol[@class='ruler']/li[@class='here']/code") == ["+00000174019"]
    assert texts(card, ".//ol[@class='ruler']/li[@class='here']/*[@class='name']") == ["amount"]


def test_what_was_not_verified_has_a_card_with_its_reason(sample: Bundle) -> None:
    cards = texts(page_of(sample), "//section[.//*[@id='unverified']]/article/header")

    assert cards[0].startswith("? not verified RQ-SEC-01 RQ-TAK-01 RQ-TAK-02 Because: The scenario takeover/")
    assert cards[1].startswith("≈ inconclusive RQ-DEC-04")


def test_the_event_of_a_finding_and_the_request_that_carried_it_are_framed(sample: Bundle) -> None:
    framed = page_of(sample).xpath("//li[@class='step here']/@id")

    assert framed[:2] == ["e4", "e5"]


def test_leaps_of_the_clock_are_drawn(sample: Bundle) -> None:
    assert "30 days 2 hours later" in texts(page_of(sample), "//li[@class='leap']")


def test_tables_have_headers_with_a_scope_and_a_heading_stands_above_every_part(sample: Bundle) -> None:
    page = page_of(sample)

    assert page.xpath("//th[not(@scope)]") == []
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == len(page.xpath("//header/div/nav")) == 1
    assert page.xpath("//body/a[1]/@href") == ["#main"]
    assert all(part.xpath("@aria-labelledby") for part in page.xpath("//main/section"))


HOSTILE = "<script>alert(1)</script>\x00\x1b[31m\u202egnihtemos\u2069 {{ 7*7 }} \" onload='x"


def test_what_a_stranger_wrote_is_inert(sample: Bundle) -> None:
    run = json.loads(sample.part("run.json")) | {"product": HOSTILE, "run_id": '"}</style>' + HOSTILE}
    run["environment"] = {HOSTILE: HOSTILE}
    verdicts = json.loads(sample.part("verdicts.json"))
    for check in verdicts["checks"]:
        check["reason"] = HOSTILE
        for finding in check["findings"]:
            finding.update(expected=HOSTILE, message=HOSTILE, path=HOSTILE, scenario=HOSTILE, code=HOSTILE)
    for result in verdicts["requirements"]:
        result["reason"] = HOSTILE
    events = [
        Event(seq=one.seq, scenario=HOSTILE, type=one.type, at=HOSTILE, sender=HOSTILE, data={"do": HOSTILE})
        for one in sample.events
    ]
    hostile = sample.with_files(
        {
            "run.json": render_json(run),
            "verdicts.json": render_json(verdicts),
            "transcript.jsonl": write_transcript(events),
            "plan.toml": HOSTILE.encode(),
            "waivers.toml": HOSTILE.encode(),
            "preflight.json": render_json([{"check": HOSTILE, "ok": False, "message": HOSTILE}]),
        }
    )
    raw = render_html(hostile, "nl").decode()

    assert len(found(html.document_fromstring(raw), "//script")) == 1
    assert raw.count("<script") == raw.count("</style") == 1
    assert "49" not in texts(html.document_fromstring(raw), "//h1")[0]
    assert re.findall("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", raw) == []
    assert "‹U+202E›" in raw
    assert html.document_fromstring(raw).xpath("//@onload") == []


def test_evidence_that_is_missing_or_forged_is_said_to_be(sample: Bundle) -> None:
    forged = {name: b"<a/>" if name.startswith("evidence/") else raw for name, raw in sample.files.items()}

    assert "is not what its name says" in render_html(Bundle(forged), "en").decode()


@pytest.mark.parametrize("raw", [b"\x00\xff\x10", b"plain text", b'{"a": [1]}', b"<a>&lt;", b"", b"920000"])
def test_evidence_of_any_kind_can_be_shown(sample: Bundle, raw: bytes) -> None:
    verdicts = json.loads(sample.part("verdicts.json"))
    for check in verdicts["checks"]:
        for finding in check["findings"]:
            finding["evidence"] = digest(raw)
    files = {"verdicts.json": render_json(verdicts), f"evidence/{digest(raw)}": raw}

    assert render_html(sample.with_files(files), "nl")


@pytest.mark.parametrize("name", ["run.json", "verdicts.json", "requirements.json", "transcript.jsonl"])
def test_a_missing_part_is_an_error_of_the_bundle(sample: Bundle, name: str) -> None:
    with pytest.raises(BundleError):
        render_html(Bundle({one: raw for one, raw in sample.files.items() if one != name}), "nl")


def test_a_bundle_with_the_least_in_it_is_drawn(sample: Bundle) -> None:
    needed = {"run.json", "verdicts.json", "requirements.json", "transcript.jsonl"}
    page = page_of(Bundle({name: raw for name, raw in sample.files.items() if name in needed}))

    assert "The bundle holds no preflight." in texts(page, "//p[@class='intro']")


def test_a_large_transcript_is_cut_and_says_how_much_is_left_out(sample: Bundle) -> None:
    text = "a message that is told at some length " * 6
    events = [
        Event(
            seq=number,
            scenario=f"family/name-{number % 40}",
            type=EventType.TOLD,
            at=f"2019-04-01T10:{number // 60 % 60:02d}:{number % 60:02d}+02:00",
            sender=Party.PLAYER,
            receiver=Party.VENDOR,
            ids={"operation": "act"},
            data={"do": text},
        )
        for number in range(1, 40_001)
    ]
    raw = render_html(sample.with_files({"transcript.jsonl": write_transcript(events)}), "nl")
    page = html.document_fromstring(raw.decode())

    assert len(raw) < FIVE_MEGABYTES
    assert len(found(page, "//li[@class='gap']")) >= 40
    assert set(found(page, "//li[@class='step here']/@id")) >= {"e5", "e16", "e27", "e39"}


def test_scenarios_with_findings_get_their_rows_first() -> None:
    given = shares({f"s{number}": 1000 for number in range(40)}, frozenset({"s39"}))

    assert given["s39"] == MOST_ROWS
    assert min(given.values()) >= LEAST_ROWS
    assert sum(given.values()) <= MOST_ROWS_OF_ALL


def luminance(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


STYLE = resources.files("generale.reports").joinpath("style.css").read_text("utf-8")
PALETTES = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE.split("@media print")[0], re.DOTALL)
]
TONES = ("fail", "not-verified", "warn", "pass", "waived", "inconclusive", "harness-error", "not-applicable")
PAIRS = [
    *((tone, ground) for tone in (*TONES, "ink", "soft", "link") for ground in ("paper", "sheet")),
    *(("on-solid", tone) for tone in ("fail", "not-verified", "harness-error", "pass")),
    *((tone, "fail-ground") for tone in ("ink", "soft", "fail", "link")),
    ("bar-ink", "bar"),
    ("mark-ink", "mark"),
]


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(palette: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(palette[ink], palette[ground]) >= 4.5
