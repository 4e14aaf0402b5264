"""Control functions by id; a row of the catalogue with the same id makes one effective."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from generale.protocol.errors import OurError
from generale.rules.findings import Deviation

M = TypeVar("M")
F = TypeVar("F")


class Controls(Generic[M, F]):
    """The control functions for one kind of message; calling it with an id registers a function.

    A function is pure, takes the message and the facts, and yields its deviations. It never assumes
    that another control passed.
    """

    def __init__(self) -> None:
        self._functions: dict[str, Callable[[M, F], Iterator[Deviation]]] = {}

    def __call__(
        self, control: str
    ) -> Callable[[Callable[[M, F], Iterator[Deviation]]], Callable[[M, F], Iterator[Deviation]]]:
        """Register the function of a control; ``OurError`` where the control already has one."""

        def register(
            function: Callable[[M, F], Iterator[Deviation]],
        ) -> Callable[[M, F], Iterator[Deviation]]:
            if control in self._functions:
                raise OurError(f"{control} has two functions")
            self._functions[control] = function
            return function

        return register

    @property
    def ids(self) -> frozenset[str]:
        """The controls that have a function."""
        return frozenset(self._functions)

    def of(self, control: str) -> Callable[[M, F], Iterator[Deviation]] | None:
        """The function of a control; None where it is not about this kind of message."""
        return self._functions.get(control)
