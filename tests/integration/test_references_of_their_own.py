"""A good product that chooses references in its own way passes every scenario, and is shown as it wrote."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from tests.integration.cli_session import command

from generale.protocol.ids import Reference
from generale.refvendor.identity import Identity

SIGNS = "<blink>&amp;\"'`]]>--;{{x}}$(y)%00\\"
"""What steers XML, HTML, templates or a shell where it is not escaped."""


def a_uuid(identity: Identity) -> Reference:
    """A reference as most software would draw one."""
    return Reference.parse(str(UUID(bytes=identity._draw("reference")[:16], version=4)))


def signs(identity: Identity) -> Reference:
    """A reference of full length with signs that must be escaped."""
    return Reference.parse(f"{SIGNS}{identity._draw('reference').hex()}"[:64])


@pytest.mark.parametrize("maker", [a_uuid, signs])
def test_who_chooses_references_in_another_way_conforms(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    maker: Callable[[Identity], Reference],
) -> None:
    monkeypatch.setattr(Identity, "reference", maker)

    left = command(capsys, "certify", "--vendor", "reference", "--out", str(tmp_path / "run"), "--json")

    document = json.loads(left.out)
    others = {name: verdict for name, verdict in document["requirements"].items() if verdict != "pass"}
    # Nothing is signed in it, and there is no TLS.
    assert others == dict.fromkeys(("RQ-SEC-02", "RQ-SEC-03", "RQ-SEC-05"), "not-applicable")
    assert left.code == 0


class Page(HTMLParser):
    """What a browser would make of a page: its text and the names of its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.elements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and the texts of its attributes."""
        self.elements.add(tag)
        self.text += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text.append(data)


def test_a_reference_is_shown_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(Identity, "reference", signs)
    scenario = "refusal/admission-refused-and-corrected"

    left = command(
        capsys, "certify", "--defect", "correction-as-second-admission", "--scenario", scenario,
        "--out", str(tmp_path / "run"),
    )  # fmt: skip

    assert left.code == 10
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    shown = Page(page)
    assert SIGNS not in page
    assert SIGNS in "".join(shown.text)
    assert "blink" not in shown.elements
    junit = ET.fromstring((tmp_path / "run" / "junit.xml").read_text(encoding="utf-8"))
    assert SIGNS in " ".join(junit.itertext())
    assert SIGNS in left.out
