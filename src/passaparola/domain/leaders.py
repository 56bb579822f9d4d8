"""Who stands where on a leaderboard. What counts of a friend is what contests count; places are made by the same rule.

In words: docs/rules/contests.md.
"""

from collections.abc import Iterable, Mapping, Sequence

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.attribution.segments import in_segment
from passaparola.domain.events.event import told_by_browser
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Trigger
from passaparola.domain.programs.leaderboard import BoardBy, Leaderboard
from passaparola.domain.referrals.kept import FROM_BROWSER, REFUNDED
from passaparola.domain.referrals.state import FriendState, TouchKind
from passaparola.domain.rewards.contests import Brought, Placed, Span, brought, span_of, standings
from passaparola.domain.values import value

ALL_TIME = "all"
ENDLESS: Instant = 2**62


@value(frozen=True, slots=True)
class Standings:
    """The places of one period at one moment: the best `top` in their order, and how many advocates have which figure."""

    period: str
    begins: Instant
    ends: Instant
    taken_at: Instant
    top: tuple[tuple[str, int], ...]  # advocate and figure
    spread: tuple[tuple[int, int], ...]  # figure, and how many advocates have it; the largest first

    @property
    def of(self) -> int:
        """How many advocates brought somebody."""
        return sum(number for _, number in self.spread)

    def place_of(self, figure: int) -> int:
        """The place of whoever has this figure: behind everybody who has more."""
        return 1 + sum(number for more, number in self.spread if more > figure)


def period_at(at: Instant, board: Leaderboard, timezone: str) -> Span:
    """The period of a leaderboard in which an instant lies."""
    if board.calendar is None:
        return Span(ALL_TIME, 0, ENDLESS, ENDLESS)
    return span_of(at, board.ranking, timezone)


def counted(
    state: FriendState, versions: ProgramVersions, referral: str, roots: Mapping[str, str], *, by: BoardBy
) -> Brought | None:
    """What one friend counts for whoever brought them: once, or nothing."""
    if by is BoardBy.CONVERSIONS:
        return next(iter(brought(state, versions, referral, roots, by_value=False)), None)
    return _came(state, versions, roots)


def in_doubt(versions: ProgramVersions, *, by: BoardBy) -> tuple[str, ...]:
    """What stands in the kept text of every friend who may count otherwise than their row says: not at all, or later. Of all others
    `counted` is the advocate and the moment of the row, unless staff entered them (`unpaid`)."""
    if by is BoardBy.REFERRALS:
        return (FROM_BROWSER,)
    triggers = {version.trigger for version in versions.versions}
    if Trigger.CONTENT_VISIT in triggers:
        return ("",)  # of everybody: whose visits count goes by who was merged since
    return (REFUNDED, FROM_BROWSER) if Trigger.SIGNUP in triggers else (REFUNDED,)


def unpaid(versions: ProgramVersions) -> list[int]:
    """The versions in which nobody counts whom staff entered afterwards."""
    return [version.version for version in versions.versions if not version.pays_backfilled]


def _came(state: FriendState, versions: ProgramVersions, roots: Mapping[str, str]) -> Brought | None:
    """A friend who came, at the moment of the binding. Whom only a browser told of, or staff entered afterwards, counts as in contests."""
    concluded = state.concluded
    if concluded is None or (told_by_browser(concluded.event) and not state.vouched):
        return None
    program = in_segment(versions.number(concluded.version), state)
    if concluded.kind == TouchKind.ORGANIC and not program.pays_backfilled:
        return None
    return Brought(roots.get(concluded.advocate, concluded.advocate), concluded.at, concluded.event, 1)


def taken(found: Iterable[Brought], board: Leaderboard, span: Span, *, now: Instant, most: int) -> Standings:
    """The standings of a period; `most`: how many of the first are kept by who they are."""
    placed = standings(found, board.ranking, span)
    spread: dict[int, int] = {}
    for one in placed:
        spread[one.figure] = spread.get(one.figure, 0) + 1
    top = tuple((one.advocate, one.figure) for one in placed[:most])
    return Standings(span.name, span.begins, span.ends, now, top, tuple(spread.items()))


def placed(top: Sequence[tuple[str, int]]) -> list[Placed]:
    """Places for those who are left of the first, in their order: equal figures share one."""
    found: list[Placed] = []
    for number, (advocate, figure) in enumerate(top, 1):
        place = found[-1].place if found and found[-1].figure == figure else number
        found.append(Placed(place, advocate, figure, 0))
    return found
