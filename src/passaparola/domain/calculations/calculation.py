"""A calculation: a function with what it takes and gives. Called with values it checks them first, so it is total."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from passaparola.domain.calculations.figures import Figure, FigureKind
from passaparola.domain.calculations.parameters import CURRENCY, Kind, Parameter, check, read, value_text
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate
from passaparola.domain.programs.findings import one_of, quoted

LABELS = ("Formula", "Units", "Errors", "Source", "Caveat")
Results = dict[str, Any]
_LABEL = re.compile(rf"^({'|'.join(LABELS)}): ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked vector: what is given, as a person writes it, and some of what comes out, as people read it."""

    given: Mapping[str, str]
    result: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A calculation that was made: each parameter as it was understood, and each figure."""

    calculation: "Calculation"
    given: dict[str, str]
    results: Results
    currency: str

    def figures(self) -> dict[str, str]:
        """Each figure for people."""
        return {f.name: f.text(self.results[f.name], self.currency) for f in self.calculation.figures}

    def document(self) -> dict[str, Any]:
        """The answer for programs."""
        result = {f.name: f.document(self.results[f.name], self.currency) for f in self.calculation.figures}
        return {"calculation": self.calculation.name, "given": self.given, "result": result}


@dataclass(frozen=True, slots=True, eq=False)
class Calculation:
    """An entry of the catalogue. The function's docstring holds the sentence and the labelled paragraphs."""

    name: str
    takes: tuple[Parameter, ...]
    figures: tuple[Figure, ...]
    examples: tuple[Example, ...]
    function: Callable[..., Results]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All that a caller gives: with money the currency as well."""
        kinds = {p.kind for p in self.takes} | {f.kind for f in self.figures}
        return (*self.takes, CURRENCY) if {Kind.MONEY, FigureKind.MONEY} & kinds else self.takes

    @property
    def sentence(self) -> str:
        """What it says, in one sentence."""
        return self._paragraphs[0]

    def about(self, label: str) -> str:
        """The paragraph of a label: Formula, Units, Errors, Source or Caveat."""
        _, *parts = self._paragraphs
        return dict(zip(parts[::2], parts[1::2], strict=True)).get(label, "")

    @property
    def _paragraphs(self) -> list[str]:
        lines = [line.strip() for line in (self.function.__doc__ or "").splitlines()]
        return [" ".join(part.split()) for part in _LABEL.split("\n".join(lines))]

    def __call__(self, **values: Any) -> Results:
        """The figures by name, exact. Counts and minor units are ints, the rest Fractions. Raises UnableToCalculate."""
        whole = self._with_defaults(values)
        checked = {p.name: None if whole[p.name] is None else check(p, whole[p.name]) for p in self.takes}
        _raise(v for v in checked.values() if isinstance(v, Trouble))
        results = self.function(**checked)
        _raise(trouble for f in self.figures if (trouble := f.trouble(results[f.name])))
        return results

    def answer(self, given: Mapping[str, str]) -> Answer:
        """Read texts, then calculate. Raises UnableToCalculate with everything that is wrong with them."""
        self._only_known(given)
        currency = self._read(CURRENCY, given.get(CURRENCY.name), "") if CURRENCY in self.parameters else ""
        values = {p.name: self._read(p, given.get(p.name), currency) for p in self.takes}
        _raise(v for v in (*values.values(), currency) if isinstance(v, Trouble))
        shown = {p.name: value_text(p, values[p.name], currency) for p in self.takes if values[p.name] is not None}
        return Answer(self, shown, self(**values), currency)

    def _read(self, parameter: Parameter, text: str | None, currency: Any) -> Any:
        text = parameter.default if text is None else text
        if text is None:
            return None if parameter.optional else _missing(parameter)
        if parameter.kind == Kind.MONEY and isinstance(currency, Trouble):
            return None  # the trouble with the currency is told instead
        return read(parameter, text, currency)

    def _with_defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        self._only_known(values)
        defaults = {p.name: read(p, p.default, "EUR") for p in self.takes if p.default is not None}
        whole = {**{p.name: None for p in self.takes}, **defaults, **values}
        _raise(_missing(p) for p in self.takes if p.required and whole[p.name] is None)
        return {name: defaults.get(name) if value is None else value for name, value in whole.items()}

    def _only_known(self, given: Mapping[str, Any]) -> None:
        names = tuple(p.name for p in self.parameters)
        expected = f"a parameter of {self.name}"
        _raise(
            Trouble(TroubleName.UNKNOWN_PARAMETER, str(name)[:64], quoted(str(name)), expected, f"use {one_of(names)}")
            for name in given
            if name not in names
        )


def calculation(
    name: str, *, takes: tuple[Parameter, ...], gives: tuple[Figure, ...], examples: tuple[Example, ...]
) -> Callable[[Callable[..., Results]], Calculation]:
    """Makes a function a calculation. Its docstring: a sentence, then paragraphs with the labels of LABELS."""
    return lambda function: Calculation(name, takes, gives, examples, function)


def _missing(parameter: Parameter) -> Trouble:
    return Trouble(TroubleName.MISSING, parameter.name, "nothing", parameter.written, f"give {parameter.name}")


def _raise(troubles: Any) -> None:
    found = tuple(troubles)
    if found:
        raise UnableToCalculate(*found)
