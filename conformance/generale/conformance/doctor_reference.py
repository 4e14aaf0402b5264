"""The page of the doctor, made from its sentences: every finding with its mend, and what it is tried with."""

from collections import defaultdict
from collections.abc import Iterator

from generale.conformance.adapter import rules
from generale.conformance.examined import sentences
from generale.conformance.trial.table import set_ups

_HEAD = """\
# The doctor and its findings

Generated from what the doctor says; `generale docs` writes it. All of it is project-defined.

    generale doctor --vendor http://127.0.0.1:8090
    generale doctor --plan generale.toml --lang nl --json

The plan is looked at on this machine, the product is asked what it is, and one admission is played and
followed from what the product is told to what its users see. The first step that fails has a finding with
a name of its own, and explains the steps behind it, so these are not looked at. Exit code 0: all is well;
20: no product answers at the address; 21: anything else. A finding is no verdict: no requirement is
judged here.
"""

_STEPS = """\
## Findings

By the step on which each is met, in the order in which the steps are taken. What was met is quoted behind
the sentence in the words of whoever said it: Python, OpenSSL, the product, a fault of the platform.
"""

_TRIED = """\
## How the doctor is tried

`generale doctor --self-test` builds each of these set-ups on loopback, with real servers and real
certificates, lets the doctor look at it, and prints the confusion table; a test does the same. The seeded
ones must give the finding beside them, the healthy ones none. Exit code 30: the doctor is wrong about
one.
"""

_DRIVER = """\
## The adapter kit

`generale doctor --driver --vendor http://127.0.0.1:8090` asks every operation of the [driver
contract](driver.openapi.yaml), with requests as they should be and with odd ones: a field left out, an
unknown key, no JSON, a resident who is not there. The services that `reset` names lie where nobody
listens, so nothing is sent anywhere: use it before there is a platform at all. Each violation is named by
operation, request, what the contract says and what came. What may wait for a decision of the platform,
such as a bill, need not be taken here; an admission, its end, a history and a sync must be.

| rule | the contract says | het contract zegt |
|---|---|---|
"""


def render_doctor() -> str:
    """The page, in Markdown."""
    parts = (_HEAD, "\n", _STEPS, "\n", *_findings(), _DRIVER, *_rules(), "\n", _TRIED, "\n", *_tried())
    return "".join(parts)


def _findings() -> Iterator[str]:
    by_step: dict[str, list[str]] = defaultdict(list)
    for name, said in sentences()["finding"].items():
        texts = (f"{said[lang]}. *{said[f'mend_{lang}']}*".replace("{what}", "…") for lang in ("en", "nl"))
        by_step[said["step"]].append(f"| `{name}` | {' | '.join(_cell(one) for one in texts)} |\n")
    for step, well in sentences()["well"].items():
        english, dutch = (well[lang].replace(": {what}", "") for lang in ("en", "nl"))
        yield f"### {step}\n\nWell: {english} · {dutch}.\n\n"
        yield "| finding | what is wrong, *and the mend* | wat er mis is, *en wat te doen* |\n|---|---|---|\n"
        yield from by_step[step]
        yield "\n"


def _rules() -> Iterator[str]:
    for name, said in rules().items():
        yield f"| `{name}` | {_cell(said['en'])} | {_cell(said['nl'])} |\n"


def _tried() -> Iterator[str]:
    yield "| set-up | what it is | wat het is | finding |\n|---|---|---|---|\n"
    for name, said in set_ups().items():
        due = f"`{said['finding']}`" if "finding" in said else "none"
        yield f"| `{name}` | {said['en']} | {said['nl']} | {due} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
