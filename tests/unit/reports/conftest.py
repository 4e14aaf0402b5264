"""The sample bundle for the tests of the reports, loaded by place because test folders are no packages."""

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from generale.results.bundle import Bundle


def _loaded(name: str) -> ModuleType:
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample() -> Bundle:
    """A bundle with three failures, a warning, and requirements that were not verified."""
    build = cast(Callable[..., Bundle], _loaded("sample_bundle").sample_bundle)
    return build(*_loaded("sample_script").play())
