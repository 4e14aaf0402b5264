"""``generale requirements`` and ``generale scenarios``: the catalogue, listed."""

from generale.cli.output import print_json, print_text
from generale.conformance.behaviour_coverage import behaviour_document, render_behaviour_coverage
from generale.conformance.register import register
from generale.results.form import to_json
from generale.scenarios.catalogue import library


def list_requirements(requirement_set: str, *, as_json: bool, lang: str) -> int:
    """The rows of a requirement set."""
    rows = register(requirement_set)
    if as_json:
        print_json([to_json(row) for row in rows])
        return 0
    chapter = ""
    for row in rows:
        if row.chapter != chapter:
            chapter = row.chapter
            print_text(f"\n{chapter}")
        print_text(f"  {row.id}  {row.verb.value:<6}  {row.text_nl if lang == 'nl' else row.text_en}")
    return 0


def list_scenarios(*, as_json: bool, lang: str) -> int:
    """The scenarios of the library."""
    found = library()
    if as_json:
        print_json(
            [
                {
                    "name": scenario.name,
                    "title": scenario.title.model_dump(),
                    "story": scenario.story.model_dump(),
                    "rule_set": scenario.rule_set.isoformat(),
                    "verifies": list(scenario.verifies),
                    "needs": list(scenario.needs),
                    "facility_types": [kind.value for kind in scenario.facility_types],
                    "moves_clock": scenario.moves_clock,
                }
                for scenario in found.values()
            ]
        )
        return 0
    for scenario in found.values():
        title = scenario.title.nl if lang == "nl" else scenario.title.en
        print_text(f"{scenario.name:<42} {title}")
    return 0


def map_behaviour(*, as_json: bool) -> int:
    """What the scenarios of the library visit, and by name what they do not."""
    if as_json:
        print_json(behaviour_document())
    else:
        print_text(render_behaviour_coverage())
    return 0
