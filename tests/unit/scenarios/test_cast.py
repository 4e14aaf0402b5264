"""The cast: the same people from the same seed, with numbers that pass their checks and belong to nobody."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scenarios.stage_play import scenario

from generale.protocol.errors import UsageError
from generale.protocol.ids import Hco, Iban, Kbo, Nihii, Sex
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import Cast, cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.language import Scenario

PROFILE = standard_profile()
CROWD = scenario(residents={f"r{number}": {"fund": "810"} for number in range(40)})


def cast(acted: Scenario = CROWD, seed: int = 1) -> Cast:
    return cast_of(acted, PROFILE, seed, acted.anchor)


def test_the_same_seed_gives_the_same_people() -> None:
    assert cast() == cast()


def test_another_seed_gives_other_people_and_other_numbers() -> None:
    first, second = cast(seed=1), cast(seed=2)

    assert first.residents != second.residents
    assert first.facilities["home"].nihii != second.facilities["home"].nihii


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(), name=st.sampled_from(sorted(library())))
def test_numbers_pass_their_checks_and_are_nobodys(seed: int, name: str) -> None:
    acted = library()[name]
    whole = cast(acted, seed)

    people = [one.person for one in whole.residents.values()]
    assert len({person.insz for person in people}) == len(people) == len(acted.residents)
    for person in people:
        assert person.insz.check_number_is_right
        assert person.insz[6:9] == ("999" if person.sex is Sex.MAN else "000")
        assert (person.insz.birth_date, person.insz.sex) == (person.birth_date, person.sex)
        assert person.family_name
        assert person.given_name
    houses = whole.facilities.values()
    assert len({house.nihii for house in houses}) == len({house.hco for house in houses}) == len(houses)
    for house in houses:
        assert Nihii.parse(house.nihii) == house.nihii
        assert Kbo.parse(house.enterprise) == house.enterprise
        assert Iban.parse(house.iban) == house.iban
        assert Hco.parse(house.hco) == house.hco


def test_a_role_says_what_is_fixed_about_a_resident() -> None:
    whole = cast(scenario(residents={"anna": {"fund": "840", "sex": "woman", "born": "1931-02-03"}}))

    anna = whole.residents["anna"]
    assert (anna.fund, anna.person.sex, anna.person.birth_date) == ("840", Sex.WOMAN, date(1931, 2, 3))


def test_a_second_resident_with_the_same_birthday_gets_a_bis_number() -> None:
    twin = {"fund": "810", "sex": "man", "born": "1931-02-03"}
    whole = cast(scenario(residents={"cas": twin, "dirk": twin}))

    first, second = (one.person.insz for one in whole.residents.values())
    assert (first[:6], second[:6]) == ("310203", "314203")


def test_more_residents_with_one_birthday_than_there_are_numbers_is_a_mistake() -> None:
    twin = {"fund": "810", "sex": "man", "born": "1931-02-03"}

    with pytest.raises(UsageError, match="no free number for 'c'") as caught:
        cast(scenario(residents={"a": twin, "b": twin, "c": twin}))

    assert caught.value.hint


def test_an_unknown_fund_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="'anna' is insured by the unknown fund 999") as caught:
        cast(scenario(residents={"anna": {"fund": "999"}}))

    assert "810" in caught.value.hint


@pytest.mark.parametrize(
    ("type_", "stay_types"), [("wzc", {"rob", "rvt"}), ("cvk", {"cvk"}), ("dvc", {"dvc"})]
)
def test_a_facility_has_an_allowance_for_each_stay_type_that_it_hosts(
    type_: str, stay_types: set[str]
) -> None:
    house = cast(scenario(facilities={"home": {"type": type_}})).facilities["home"]

    assert {tariff.stay_type.value for tariff in house.tariffs} == stay_types
    assert stay_types == {one.value for one in PROFILE.hosts[type_]}


def test_a_facility_is_recognised_for_long_or_from_the_moment_that_is_given() -> None:
    acted = scenario(facilities={"home": {"type": "wzc"}, "heir": {"type": "wzc", "since": "D+5"}})
    whole = cast(acted)

    assert whole.facilities["home"].valid_from < date(2010, 1, 1)
    assert whole.facilities["heir"].valid_from == date(2019, 5, 25)


def test_a_facility_has_the_tariffs_that_the_scenario_names_else_those_of_its_type() -> None:
    rows = [
        {"stay_type": "rob", "per_day": "61.255"},
        {"stay_type": "rob", "per_day": "63.0451", "since": "M/16"},
    ]
    acted = scenario(facilities={"home": {"type": "wzc", "tariffs": rows}, "annex": {"type": "cvk"}})

    whole = cast(acted)

    named = [(one.stay_type.value, one.since, str(one.per_day)) for one in whole.facilities["home"].tariffs]
    since = date(acted.anchor.year, acted.anchor.month, 16)
    assert named == [("rob", date(2019, 1, 1), "61.255"), ("rob", since, "63.0451")]
    assert [one.stay_type.value for one in whole.facilities["annex"].tariffs] == ["cvk"]
