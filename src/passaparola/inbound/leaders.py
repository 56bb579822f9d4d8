"""A leaderboard in words, for every page that shows one. Whoever did not agree to be named has no name in any of it."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

from passaparola.actions.leaders.show import Leader, ShownBoard
from passaparola.domain.instant import local_date
from passaparola.domain.leaders import ALL_TIME
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.leaderboard import BoardPeriod
from passaparola.domain.sharing.posts import PLACES, naming_most
from passaparola.domain.sharing.texts import with_link
from passaparola.inbound.tongue import locale_of, the_tongue
from passaparola.store.read.offers import Firm

DEFAULT = "main"


def address_of(program: Program, firm: Firm) -> str:
    """Where the public page is, with the configured origin."""
    given = {"slug": program.slug} if firm.slug in ("", DEFAULT) else {"workspace": firm.slug, "slug": program.slug}
    return settings.PUBLIC_URL + reverse("leaders" if len(given) == 1 else "leaders-workspace", kwargs=given)


def period_words(board: ShownBoard, program: Program) -> str:
    """`November 2026`, `Q4 2026`, `2026`, `All time`."""
    if board.period == ALL_TIME:
        return gettext("All time")
    day = local_date(board.begins, program.timezone)
    asked = program.leaderboard.period if program.leaderboard is not None else BoardPeriod.MONTH
    if asked is BoardPeriod.YEAR:
        return str(day.year)
    return _period("yQQQ" if asked is BoardPeriod.QUARTER else "yMMMM", day)


def _period(skeleton: str, day: date) -> str:
    said = str(format_skeleton(skeleton, day, locale=locale_of(get_language() or "en")))
    return said[:1].upper() + said[1:]


def earned_words(earned: Iterable[tuple[str, str, int]]) -> str:
    """What somebody earned, by unit: `25 €, 2 vouchers`."""
    sums: dict[str, int] = {}
    for _, unit, minor in earned:
        sums[unit] = sums.get(unit, 0) + minor
    tongue = the_tongue()
    return ", ".join(
        ngettext("%(n)d voucher", "%(n)d vouchers", n) % {"n": n} if unit == VOUCHER_UNIT else tongue.money(n, unit)
        for unit, n in sums.items()
    )


def said_board(board: ShownBoard, program: Program) -> dict[str, Any]:
    """One period as its page shows it."""
    rows = [_row(leader) for leader in board.leaders]
    return {
        "heading": period_words(board, program),
        "rows": rows,
        "earned": any(row["earned"] for row in rows),
        "counted": board.taken_at > 0,
        "of": board.of,
        "more": board.more,
    }


def _row(leader: Leader) -> dict[str, Any]:
    return {
        "place": leader.place,
        "name": leader.name,
        "figure": leader.figure,
        "people": ngettext("%(n)s person", "%(n)s people", leader.figure) % {"n": leader.figure},
        "earned": earned_words(leader.earned),
        "person": leader.person,
    }


def _apart(name: str) -> str:
    """A name in a text without markup: one that is read from the right, or stands among such words, is kept to itself by marks."""
    turned = get_language_bidi() or any(unicodedata.bidirectional(c) in ("R", "AL") for c in name)
    return f"\u2068{name}\u2069" if turned else name


def posts_of(board: ShownBoard, program: Program, address: str) -> list[dict[str, Any]]:
    """Posts about a board, naming those who agreed, as many as fit: one for X, one for everywhere else. None where nobody agreed."""
    named = [f"{_apart(leader.name)} ({leader.figure})" for leader in board.leaders if leader.name]
    period, tongue = period_words(board, program), the_tongue()

    def write(names: Sequence[str]) -> str:
        said = gettext("%(period)s, our top advocates: %(names)s. Thank you!")
        return with_link(said % {"period": period, "names": tongue.listing(names)}, address)

    posts = []
    for place, most, length in PLACES:
        words = naming_most(named, write, fits=lambda text, most=most, length=length: length(text) <= most)  # type: ignore[misc]
        if words:
            posts.append({"place": place, "words": words, "length": length(words), "most": most})
    return posts
