"""What a firm says of a person beside how they are known: up to 20 named facts, which decide who may recommend.

They are personal data: kept in their own column, shown to staff only, in no event, decision or log. In words: docs/rules/access.md.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from passaparola.domain.events.facts import MOST_FACTS, NAME, UnableToReadFacts

PersonFacts = dict[str, str | int | bool]
LONGEST_TEXT = 200
LARGEST = 10**15
YES_NO, DAY, TEXT = "yes_no", "day", "text"
WELL_KNOWN: dict[str, str | tuple[int, int]] = {
    "employee": YES_NO,
    "employee_since": DAY,
    "left_on": DAY,
    "satisfaction": (0, 10),
    "nps": (0, 10),
    "tier": TEXT,
    "segment": TEXT,
    "country": TEXT,
    "location": TEXT,
    "birth_year": (1900, 2100),
    "interests": TEXT,
    "status": TEXT,
}
TEXTS = frozenset(name for name, kind in WELL_KNOWN.items() if kind in (TEXT, DAY))


def read_person_facts(value: Any) -> dict[str, str | int | bool | None]:
    """Facts as they are told; None takes one away. Raises UnableToReadFacts with all that is wrong."""
    if not isinstance(value, Mapping):
        raise UnableToReadFacts([("facts", 'must be an object such as {"employee": true, "tier": "gold"}')])
    told = {str(name): (None if fact == "" else fact) for name, fact in value.items()}
    errors = [] if len(told) <= MOST_FACTS else [("facts", f"has {len(told)} facts, and may have {MOST_FACTS}")]
    for name, fact in list(told.items())[:MOST_FACTS]:
        if wrong := _wrong(name, fact):
            errors.append((f"facts.{name[:32]}", wrong))
    if errors:
        raise UnableToReadFacts(errors)
    return dict(sorted(told.items()))


def changed(known: PersonFacts, told: Mapping[str, str | int | bool | None]) -> PersonFacts:
    """The facts after these were told. Raises UnableToReadFacts when they are too many together."""
    merged = {name: fact for name, fact in {**known, **told}.items() if fact is not None}
    if len(merged) > MOST_FACTS:
        raise UnableToReadFacts(
            [("facts", f"would be {len(merged)} together, and may be {MOST_FACTS}: take some away")]
        )
    return dict(sorted(merged.items()))


def person_fact_of_text(name: str, text: str) -> str | int | bool:
    """A fact as a cell of a table or a command says it: true and false are truth values, whole numbers numbers, the rest texts."""
    if name in TEXTS:
        return text
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0") and len(digits) < 17:
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _wrong(name: str, fact: Any) -> str | None:
    if not NAME.fullmatch(name):
        return "has no such name: write 1 to 32 small letters, digits and underscores, a letter first"
    if fact is None:
        return None
    kind = WELL_KNOWN.get(name)
    if kind is not None and kind != TEXT:
        return _not_well_known(kind, fact)
    if isinstance(fact, int) and kind is None:
        return None if abs(fact) <= LARGEST else f"must be a whole number, at most {LARGEST} above or below 0"
    if isinstance(fact, str) and fact.strip() == fact and 0 < len(fact) <= LONGEST_TEXT and fact.isprintable():
        return None
    other = "" if kind == TEXT else "a whole number, true or false, or "
    return f"must be {other}a text of 1 to {LONGEST_TEXT} printable characters"


def _not_well_known(kind: str | tuple[int, int], fact: Any) -> str | None:
    if isinstance(kind, tuple):
        low, high = kind
        fits = isinstance(fact, int) and not isinstance(fact, bool) and low <= fact <= high
        return None if fits else f"must be a whole number from {low} to {high}"
    if kind == YES_NO:
        return None if isinstance(fact, bool) else "must be true or false"
    return None if _is_day(fact) else "must be a day such as 2026-05-31"


def _is_day(fact: Any) -> bool:
    try:
        return isinstance(fact, str) and date.fromisoformat(fact).isoformat() == fact
    except ValueError:
        return False
