"""A product that is a class is found by its name, and a name that leads nowhere is explained."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generale.doors.door import open_door
from generale.doors.python import python_door
from generale.protocol.errors import UsageError

SOURCE = """
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import Observation

NUMBER = 1

class Complete:
    def describe(self):
        return Description(
            product="sample", version="1", clock=ProductClock.WALL, capabilities=(), facility_types=()
        )
    def reset(self, set_up): return Done()
    def act(self, stimulus): return Done()
    def sync(self): return Done()
    def observe(self): return Observation(facilities=())
    def set_clock(self, instant): return Done(taken=False)

class Incomplete:
    sync = 1
    def describe(self): ...
    def act(self, stimulus): ...
    def observe(self): ...

class Demanding(Complete):
    def __init__(self, licence): ...

def made():
    return Complete()
"""


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of a vendor's, installed with two entry points."""
    package = tmp_path / "sample_vendor"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "product.py").write_text(SOURCE, encoding="utf-8")
    (package / "needy.py").write_text("import sample_licence_that_nobody_has\n", encoding="utf-8")
    record = tmp_path / "sample_vendor-1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: sample-vendor\nVersion: 1\n", "utf-8")
    (record / "entry_points.txt").write_text(
        "[generale.products]\nsample = sample_vendor.product:Complete\nbroken = sample_vendor.gone:No\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "sample_vendor"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "vendor", ["py:sample_vendor.product:Complete", "py:sample_vendor.product:made", "py:sample"]
)
def test_a_product_is_found_by_its_class_a_function_or_an_entry_point(vendor: str) -> None:
    assert open_door(vendor).describe().product == "sample"


MISTAKES = {
    "nothing": ("", "no installed package", "broken, sample"),
    "a name that nobody offers": ("other", "no installed package", "package.module:Class"),
    "an entry point that leads nowhere": ("broken", "'sample_vendor.gone' cannot be imported", "PYTHONPATH"),
    "no class": ("sample_vendor.product:", "not the name of a class", "package.module:Class"),
    "no module": (":Complete", "not the name of a class", "package.module:Class"),
    "a path": ("vendor/product.py:Complete", "not the name of a class", "package.module:Class"),
    "two colons": ("sample_vendor:product:Complete", "not the name of a class", "package.module:Class"),
    "a relative module": (".product:Complete", "not the name of a class", "package.module:Class"),
    "an unknown package": ("no_such_vendor:Complete", "'no_such_vendor' cannot be imported", "PYTHONPATH"),
    "an unknown module": ("sample_vendor.gone:Complete", "cannot be imported", "PYTHONPATH"),
    "a module that needs another": ("sample_vendor.needy:Complete", "sample_licence", "install"),
    "an unknown class": ("sample_vendor.product:Complte", "no class 'Complte'", "Complete, Demanding"),
    "a class of an empty module": ("sample_vendor:Complete", "no class 'Complete'", "no classes"),
    "no class but a number": ("sample_vendor.product:NUMBER", "no class 'NUMBER'", "Complete"),
    "a class with arguments": ("sample_vendor.product:Demanding", "without arguments.*licence", "none"),
    "missing operations": ("sample_vendor.product:Incomplete", "lacks reset, sync, set_clock$", "Done"),
}


@pytest.mark.parametrize(("name", "message", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_name_is_explained_with_a_hint(name: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        python_door(name)

    assert hint in caught.value.hint
