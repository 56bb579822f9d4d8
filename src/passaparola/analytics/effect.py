"""What came of what a program gave by hand or by rule: against before, and against comparable people to whom it gave nothing.

Formula and caveat: docs/metrics.md.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from passaparola.domain.instant import DAY, Instant
from passaparola.store.read.catalogue import find_program
from passaparola.store.read.effects import done_by, done_by_others, first_given
from passaparola.store.read.snapshot import Session, snapshot

WHAT = ("orders", "friends")
BANDS = (8, 4, 2, 1, 0)  # from so many orders on
Band = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Did:
    """Orders and friends of some persons, before and after: sums, or means."""

    before: tuple[float, float]
    after: tuple[float, float]


@dataclass(slots=True)
class _Others:
    """Comparable people of one band at one moment: sums."""

    people: int = 0
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)

    def mean(self) -> Did:
        first, second = ((a / self.people, b / self.people) for a, b in (self.before, self.after))
        return Did(first, second)


def band_of(orders: int, friends: int) -> Band:
    """With whom somebody is compared: who had about as many orders before, and had or had not brought a friend."""
    return next(least for least in BANDS if orders >= least), friends > 0


def effect_of(workspace: str, name: str, *, days: int, now: Instant) -> dict[str, Any]:
    """Orders and converted friends for each person whom a program gave something, in `days` before and after. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        granted = first_given(session, workspace, entry.key, now)
        judged = {person: at for person, at in granted.items() if at <= now - days * DAY}
        own = _own(session, workspace, entry.key, judged, days, now)
        others = _others(session, workspace, entry.key, judged, days)
    pairs = [(did, others[at // DAY].get(band_of(*map(int, did.before)))) for did, at in own]
    compared = [(did, other.mean()) for did, other in pairs if other is not None]
    return {
        "program": entry.slug,
        "days": days,
        "given": len(granted),
        "judged": len(judged),
        "compared": len(compared),
        **{what: _said(n, [did for did, _ in pairs], compared) for n, what in enumerate(WHAT)},
    }


def _own(
    session: Session, workspace: str, program: str, judged: dict[str, Instant], days: int, now: Instant
) -> list[tuple[Did, Instant]]:
    rows = done_by(session, workspace, program, until=now - days * DAY, days=days * DAY)
    found = {person: Did((int(ob), int(fb)), (int(oa), int(fa))) for person, _, ob, fb, oa, fa in rows}
    nothing = Did((0, 0), (0, 0))
    return [(found.get(person, nothing), at) for person, at in judged.items()]


def _others(
    session: Session, workspace: str, program: str, judged: dict[str, Instant], days: int
) -> dict[int, dict[Band, _Others]]:
    """For each day on which somebody was given something: what others had done by its beginning, and did then."""
    found: dict[int, dict[Band, _Others]] = {}
    for day in sorted({at // DAY for at in judged.values()}):
        bands: dict[Band, _Others] = defaultdict(_Others)
        rows = done_by_others(session, workspace, program, at=day * DAY, days=days * DAY)
        for orders, friends, people, orders_after, friends_after in rows:
            other = bands[band_of(int(orders), int(friends))]
            other.people += int(people)
            other.before = (other.before[0] + int(orders) * int(people), other.before[1] + int(friends) * int(people))
            other.after = (other.after[0] + int(orders_after), other.after[1] + int(friends_after))
        found[day] = dict(bands)
    return found


def _said(n: int, own: list[Did], compared: list[tuple[Did, Did]]) -> dict[str, float | None]:
    """Means for each person; the effect is how much more the change was than that of comparable people."""
    mine = [did for did, _ in compared]
    theirs = [did for _, did in compared]
    effect = None
    if compared:
        effect = sum(_changes(n, mine)) / len(mine) - sum(_changes(n, theirs)) / len(theirs)
    return {
        "before": _mean([did.before[n] for did in own]),
        "after": _mean([did.after[n] for did in own]),
        "comparable_before": _mean([did.before[n] for did in theirs]),
        "comparable_after": _mean([did.after[n] for did in theirs]),
        "effect": effect,
    }


def _changes(n: int, people: list[Did]) -> Iterator[float]:
    return (did.after[n] - did.before[n] for did in people)


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
