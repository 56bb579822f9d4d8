"""Conditions in CEL, the Common Expression Language, over documented facts: checked when the file is checked, and bounded.

The facts are typed, so that a misspelt name or a comparison of text with a number is found before anybody is promised anything. An
expression is at most 1,000 characters without loops, and knows nothing but the facts. One that cannot be answered is not met.
In words, with every fact: docs/rules/conditions.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from passaparola.domain.programs.fields import did_you_mean

LONGEST = 1_000  # characters
NUMBER, TEXT, FACTS, YES_NO = "number", "text", "facts", "yes or no"
FACT_TYPES: dict[str, str] = {
    "order.amount_minor": NUMBER,
    "order.currency": TEXT,
    "order.item": TEXT,
    "order.number": NUMBER,
    "order.facts": FACTS,
    "stage": TEXT,
    "deal.amount_minor": NUMBER,
    "deal.currency": TEXT,
    "facts": FACTS,
    "bound.by": TEXT,
    "advocate.converted": NUMBER,
    "day": TEXT,
    "month": NUMBER,
    "weekday": NUMBER,
    "hour": NUMBER,
}
CONVERTED = "advocate.converted"
_QUOTED = re.compile(r"(?s)\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_LOOP = re.compile(r"\.\s*(all|exists|exists_one|map|filter)\s*\(")
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")


class UnableToRead(ValueError):
    """The text is no condition over the facts. The message says what is wrong and where; `remedy` how to mend it."""

    def __init__(self, problem: str, remedy: str):
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts that an expression may name, each with its type, and the page that explains them."""

    facts: tuple[tuple[str, str], ...]
    page: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.facts)


OCCASION = Vocabulary(tuple(FACT_TYPES.items()), "docs/rules/conditions.md")


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition: its text, the facts that it names, and what evaluates it."""

    text: str
    names: tuple[str, ...]
    expression: Any = field(repr=False, compare=False)

    def met(self, facts: Mapping[str, Any]) -> tuple[bool, dict[str, Any]]:
        """Whether it is true, and what it saw. False where it cannot be answered; then `problem` says why."""
        values = {name: facts[name] for name in self.names if name in facts}
        saw: dict[str, Any] = {"when": self.text, "facts": values}
        try:
            found = self.expression.eval(data=values)
            answer = found.value()
        except (RuntimeError, TypeError, ValueError, OverflowError) as refused:
            saw["problem"] = _first_line(str(refused))
            return False, saw
        if answer is True:
            return True, saw
        if answer is not False:
            saw["problem"] = _first_line(str(answer))
        return False, saw

    def members_of(self, name: str) -> frozenset[str]:
        """Which members of a map of facts its text names: `facts.tier`, `facts["tier"]` and `"tier" in facts` name tier."""
        of = r"(?<![\w.])" + r"\s*\.\s*".join(map(re.escape, name.split(".")))
        named = rf"{of}\s*(?:\.\s*(\w+)|\[\s*[\"'](\w+)[\"']\s*\])|[\"'](\w+)[\"']\s+in\s+{of}(?!\w)"
        return frozenset(member for found in re.findall(named, self.text) for member in found if member)


def read_condition(text: str) -> Condition:
    """The condition of a reward, over the facts of its occasion. Raises UnableToRead as `read_over` does."""
    return read_over(text, OCCASION)


@lru_cache(maxsize=512)
def read_over(text: str, vocabulary: Vocabulary) -> Condition:
    """The condition of a text. Raises UnableToRead: it is too long, loops, names no known fact, or is neither true nor false."""
    bare = re.sub(r"\s*\.\s*", ".", _QUOTED.sub('""', text))
    if len(text) > LONGEST:
        raise UnableToRead(f"it has {len(text)} characters, more than {LONGEST}", "say less, or write two rewards")
    if _LOOP.search(bare):
        raise UnableToRead("it loops over a list", "name each case: a == 1 || a == 2, or a in [1, 2]")
    environment, boolean = _environment(vocabulary)
    try:
        expression = environment.compile(text)
    except RuntimeError as refused:
        raise _unreadable(str(refused), vocabulary) from None
    if expression.return_type() != boolean:
        raise UnableToRead("it is neither true nor false", 'compare it, such as facts.tier == "gold"')
    return Condition(text, tuple(name for name in vocabulary.names if _names(name, bare)), expression)


def _names(name: str, bare: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", bare) is not None


@lru_cache(maxsize=4)
def _environment(vocabulary: Vocabulary) -> tuple[Any, Any]:
    """The facts with their types. Loaded where the first condition is read: a program without one needs no CEL."""
    from cel_expr_python import cel  # type: ignore[import-untyped]  # noqa: PLC0415

    kinds = {
        NUMBER: cel.Type.INT,
        TEXT: cel.Type.STRING,
        FACTS: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        YES_NO: cel.Type.BOOL,
    }
    return cel.NewEnv(variables={name: kinds[kind] for name, kind in vocabulary.facts}), cel.Type.BOOL


def _unreadable(told: str, vocabulary: Vocabulary) -> UnableToRead:
    """What the compiler says, in one line, with the column; for a misspelt fact the one that is meant."""
    place = _PLACE.search(told)
    problem = f"at character {place[2]}: {place[3]}" if place else _first_line(told)
    unknown = _UNKNOWN.search(told)
    if unknown is None:
        return UnableToRead(problem, f"amounts are whole minor units, texts stand in quotes; see {vocabulary.page}")
    guess = did_you_mean(unknown[1], vocabulary.names)
    remedy = f"did you mean {guess}?" if guess else f"the facts are {', '.join(vocabulary.names)}"
    return UnableToRead(f"at character {place[2] if place else 1}: there is no fact {unknown[1]}", remedy)


def _first_line(text: str) -> str:
    return text.partition("\n")[0][:200]
