"""Whatever is written in place of a word of a scenario, it is a scenario or a mistake that is told."""

from contextlib import suppress

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.scenarios import catalogue
from generale.scenarios.playability import check_playable

IMPOSSIBLE = (
    *('"\\ud800"', '"a\\udfffb"', '"\\U00110000"', '"\\0"', '"\\uFEFF"'),
    *("0000-01-01", "99999999999-01-01", "2019-02-30", "0001-01-01T00:00:00+14:00"),
    *("99999 weeks", "999999999999 days", "D+9999 23:59", "D-99999", "M+999/31 24:00", "M-9999"),
    *("1e999999999", "1e400", ".inf", "-.inf", ".nan", "-1"),
    *("9" * 5_000, "0x" + "f" * 5_000, "1" + ":59" * 3_000, "2019-06-03 10:00:00 +99:99"),
    *("!!binary aGFsbG8=", "!!binary x", "!!set {a}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!int x"),
    *("{}", "[]", "[[]]", "null", "true", "é"),
)
"""What YAML can write, and few words of a scenario can be."""

SCENARIOS = {
    name: raw.decode() for name, raw in catalogue.sources().items() if name.startswith(("month/", "refusal/"))
}
WORDS = st.sampled_from(IMPOSSIBLE) | st.text(st.characters(exclude_categories=()), max_size=12).map(
    lambda text: '"' + "".join(f"\\U{ord(one):08x}" for one in text) + '"'
)


def scalars(node: yaml.Node) -> list[yaml.ScalarNode]:
    """Every key and value below a node of YAML."""
    if isinstance(node, yaml.ScalarNode):
        return [node]
    inside = [one for pair in node.value for one in (pair if isinstance(pair, tuple) else (pair,))]
    return [found for one in inside for found in scalars(one)]


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(SCENARIOS)), place=st.integers(0, 1_000), word=WORDS)
def test_any_word_can_be_anything_and_is_read_or_refused(name: str, place: int, word: str) -> None:
    text = SCENARIOS[name]
    found = scalars(yaml.compose(text) or yaml.ScalarNode("", ""))
    chosen = found[place % len(found)]
    changed = text[: chosen.start_mark.index] + word + text[chosen.end_mark.index :]

    with suppress(UsageError):
        scenario = catalogue.parse(changed.encode(), "changed", any_name=True)
        check_playable(scenario, standard_profile())
