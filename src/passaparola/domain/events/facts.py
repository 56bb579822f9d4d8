"""What else is known of an event: up to 20 named facts, whole numbers, texts or truth values.

Those of purchases and stages are kept with the referral, for decisions to read.
"""

import re
from collections.abc import Mapping
from typing import Any

from passaparola.domain.events.event import Facts
from passaparola.domain.money import MAX_MINOR

MOST_FACTS = 20
LONGEST_TEXT = 255
NAME = re.compile("[a-z][a-z0-9_]{0,31}")
NUMBERS = frozenset(
    {"plan_price_minor", "deal_minor", "ltv_minor", "quantity"}
)  # minor units of the event's currency; pieces
TEXTS = frozenset({"tier", "plan", "location", "segment", "sku"})


class UnableToReadFacts(ValueError):
    """Some facts are wrong. `errors` are (field, remedy)."""

    def __init__(self, errors: list[tuple[str, str]]):
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = errors


def read_facts(value: Any) -> Facts:
    """The facts of an object, sorted by name; what is null or "" is not told. Raises UnableToReadFacts with all that is wrong."""
    if value is None or value == "":
        return ()
    if not isinstance(value, Mapping):
        raise UnableToReadFacts([("facts", 'must be an object such as {"plan": "pro", "plan_price_minor": 6500}')])
    told = {str(name): fact for name, fact in value.items() if fact is not None and fact != ""}
    errors = [("facts", f"has {len(told)} facts, and may have {MOST_FACTS}")] if len(told) > MOST_FACTS else []
    for name, fact in list(told.items())[:MOST_FACTS]:
        wrong = _wrong(name, fact)
        if wrong:
            errors.append((f"facts.{name[:32]}", wrong))
    if errors:
        raise UnableToReadFacts(errors)
    return tuple(sorted((name, fact) for name, fact in told.items()))


def _wrong(name: str, fact: Any) -> str | None:
    if not NAME.fullmatch(name):
        return "has no such name: write 1 to 32 small letters, digits and underscores, a letter first"
    if name in NUMBERS and (isinstance(fact, bool) or not isinstance(fact, int) or not 0 <= fact <= MAX_MINOR):
        return f"must be a whole number from 0 to {MAX_MINOR}"
    if name in TEXTS and not isinstance(fact, str):
        return "must be a text"
    if isinstance(fact, int):
        return None if abs(fact) <= MAX_MINOR else f"must be a whole number, at most {MAX_MINOR} above or below 0"
    if isinstance(fact, str) and fact.strip() == fact and len(fact) <= LONGEST_TEXT and fact.isprintable():
        return None
    return f"must be a whole number, true or false, or a text of 1 to {LONGEST_TEXT} printable characters"


def fact_of_cell(name: str, text: str) -> str | int | bool:
    """A fact as a cell of a table says it: digits are a number, true and false truth values, the rest and the well-known texts are texts.

    What begins with 0 is a text: it is a number of an article, not an amount.
    """
    if name in TEXTS:
        return text
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 20:
        return int(text)
    return {"true": True, "false": False}.get(text, text)
