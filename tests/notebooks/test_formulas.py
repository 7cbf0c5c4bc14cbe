"""Each formula of a notebook agrees with an independent derivation, and a slip of the pen in it would be noticed."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

from tests.notebooks import formulas
from tests.notebooks.definitions import definitions_source, load_definitions, path_of

MODULES = [
    importlib.import_module(f"{formulas.__name__}.{found.name}") for found in pkgutil.iter_modules(formulas.__path__)
]
SOURCES = {module.NOTEBOOK: definitions_source(path_of(module.NOTEBOOK)) for module in MODULES}


def checks_of(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if name.startswith("check_")]


CHECKS = [(module, check) for module in MODULES for check in checks_of(module)]
SLIPS = [(module, *slip) for module in MODULES for slip in module.SLIPS]


@pytest.mark.parametrize(("module", "check"), CHECKS, ids=[f"{m.NOTEBOOK}-{check}" for m, check in CHECKS])
def test_formula_holds(module: ModuleType, check: str) -> None:
    getattr(module, check)(load_definitions(SOURCES[module.NOTEBOOK]))


@pytest.mark.parametrize(
    ("module", "check", "right", "slip"), SLIPS, ids=[f"{m.NOTEBOOK}-{check}-{slip}" for m, check, _, slip in SLIPS]
)
def test_slip_of_the_pen_is_noticed(module: ModuleType, check: str, right: str, slip: str) -> None:
    source = SOURCES[module.NOTEBOOK]
    assert source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {module.NOTEBOOK}"
    slipped = load_definitions(source.replace(right, slip))
    with pytest.raises(Exception):  # noqa: B017 - a wrong shape, a wrong number or none at all: each is noticed
        getattr(module, check)(slipped)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NOTEBOOK)
def test_each_check_has_its_slip(module: ModuleType) -> None:
    assert {check for check, _, _ in module.SLIPS} == set(checks_of(module))
