"""Which texts on a worklist hold a name, as users would find it there."""

import pytest

from generale.conformance.expectation import holds_name

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.mark.parametrize(
    ("text", "name", "is_held"),
    [
        pytest.param("Opname van Jansen, 38.02.14-999.72", "38021499972", True, id="a written number"),
        pytest.param("Opname van Jansens", "Jansen", False, id="another name"),
        pytest.param(f"bericht {UUID}: geweigerd", UUID, True, id="a UUID"),
        pytest.param(f"bericht {UUID.upper()}", UUID, True, id="a UUID in capitals"),
        pytest.param(f"bericht {UUID[:-1]}2", UUID, False, id="another UUID"),
        pytest.param("bericht &<!> geweigerd", "&<!>", True, id="a reference of signs alone"),
        pytest.param("bericht &<!>. geweigerd", "&<!>", False, id="more signs"),
        pytest.param("bericht", "", False, id="no name"),
    ],
)
def test_a_text_holds_a_name_as_a_whole(text: str, name: str, is_held: bool) -> None:
    assert holds_name(text, name) is is_held
