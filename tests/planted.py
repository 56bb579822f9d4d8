"""Faults that we plant ourselves: a test that does not notice them proves nothing."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Mutant:
    """A sentence that says what is wrong with the product while it is planted, and how."""

    says: str
    plant: Callable[[pytest.MonkeyPatch], None]

    def __str__(self) -> str:
        return self.says.replace(" ", "-")


def in_doses(mutants: Sequence[Mutant], *, small: int) -> list[Any]:
    """As parameters of a test: the first few with every run, the others in the large dose only."""
    marks = [() if n < small else (pytest.mark.gauntlet,) for n in range(len(mutants))]
    return [pytest.param(m, id=str(m), marks=mark) for m, mark in zip(mutants, marks, strict=True)]


def first_line(problem: BaseException) -> str:
    """What gave the mutant away."""
    lines = [line for line in str(problem).splitlines() if line.strip()]
    return f"{type(problem).__name__}: {lines[0][:160] if lines else ''}"


def put(honest: Any, faulty: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Put the faulty function in the place of the honest one, in every module that has imported it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        places = [
            (module, name)
            for module in list(sys.modules.values())
            if getattr(module, "__name__", "").startswith("passaparola.")
            for name, value in list(vars(module).items())
            if value is honest
        ]
        assert places
        for module, name in places:
            patch.setattr(module, name, faulty)

    return plant
