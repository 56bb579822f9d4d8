"""The language of who reads, as an argument: a sentence is kept as facts and names, and becomes words when somebody looks at it.

Every sentence stands in the source whole, with named places for its values, inside `gettext`, `ngettext` or (in tables) `gettext_noop`:
these are the names by which `makemessages` finds what is to be translated.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from passaparola.domain.units import units_text
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Tongue:
    """A language. `gettext` and `ngettext` translate; `money` writes minor units of a currency, `percent` basis points, `listing` joins
    words by commas and an "and"; `day` writes a date."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    money: Callable[[int, str], str]
    percent: Callable[[int], str]
    listing: Callable[[Sequence[str]], str]
    day: Callable[[date], str] = date.isoformat


def gettext_noop(text: str) -> str:
    """The text as it is: marked for translation, and translated where it is shown."""
    return text


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """The same for a sentence about one and about many."""
    return one, many


def _one_or_many(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


def _percentage(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def percent_text(basis_points: int) -> str:
    """`10 %`, `12.5 %`."""
    return f"{_percentage(basis_points)} %"


# English as an offer has it (`10%`), and as staff, the API and the command line have it: exact values, plain lists.
PLAIN = Tongue(gettext_noop, _one_or_many, units_text, lambda bp: f"{_percentage(bp)}%", " and ".join)
EXACT = Tongue(gettext_noop, _one_or_many, units_text, percent_text, ", ".join)


def in_steps(said: Iterable[str], tongue: Tongue) -> str:
    """Parts of one calculation, in its order: `a, b, c`."""
    return _joined(said, tongue.gettext("%(before)s, %(after)s"))


def in_clauses(said: Iterable[str], tongue: Tongue) -> str:
    """Statements that stand on their own, in one sentence: `a; b; c`."""
    return _joined(said, tongue.gettext("%(before)s; %(after)s"))


def _joined(said: Iterable[str], pattern: str) -> str:
    whole = ""
    for part in said:
        whole = pattern % {"before": whole, "after": part} if whole else part
    return whole
