"""The Python door: a product that is a class, found by ``module:Class`` or by an entry point."""

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, cast

from generale.doors.wire import METHODS
from generale.driver.contract import Product
from generale.protocol.errors import UsageError

GROUP = "generale.products"
"""Group of entry points under which an installed package offers its product."""


def python_door(name: str) -> Product:
    """Make the product that a name stands for: ``module:Class``, or an entry point's name.

    ``UsageError`` where the name stands for nothing, the class cannot be made without arguments,
    or it lacks an operation of the contract.
    """
    make = _class_named(name) if ":" in name else _offered(name)
    try:
        inspect.signature(make).bind()
    except TypeError as error:
        raise UsageError(
            f"'{name}' cannot be made without arguments: {error}",
            hint="give a class or a function that takes none",
        ) from error
    product = make()
    missing = [operation for operation in METHODS if not callable(getattr(product, operation, None))]
    if missing:
        raise UsageError(
            f"'{name}' lacks {', '.join(missing)}",
            hint="what a product does not offer still stands there, and answers Done(taken=False)",
        )
    return cast(Product, product)


def _class_named(name: str) -> Callable[[], Any]:
    module_name, _, class_name = name.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), class_name)):
        raise UsageError(f"'{name}' is not the name of a class", hint="the form is package.module:Class")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise UsageError(
            f"module '{module_name}' cannot be imported: {error}",
            hint="install its package, or name its folder in PYTHONPATH",
        ) from error
    found = getattr(module, class_name, None)
    if not callable(found):
        offered = sorted(key for key, value in vars(module).items() if inspect.isclass(value))
        raise UsageError(
            f"module '{module_name}' has no class '{class_name}'",
            hint=f"its classes are: {', '.join(offered)}" if offered else "it has no classes",
        )
    return cast(Callable[[], Any], found)


def _offered(name: str) -> Callable[[], Any]:
    """What an installed package offers under this name in the group ``generale.products``."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        known = f"; installed products: {', '.join(sorted(points))}" if points else ""
        raise UsageError(
            f"no installed package offers a product '{name}'",
            hint=f"the form is package.module:Class, or an entry point of the group {GROUP}{known}",
        )
    return _class_named(points[name].value)
