"""A leaderboard as it is shown: places as they were taken, names as they are agreed to at this moment."""

from collections.abc import Sequence

from passaparola.actions.leaders.count import SHOWN, periods_shown
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.leaders import placed
from passaparola.domain.programs.leaderboard import Leaderboard, Others
from passaparola.domain.values import value
from passaparola.store.read.leaders import Known, TakenBoard, boards_of, figure_of, known_now
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class Leader:
    """One place. `name` is empty for who did not agree to be named; `person` is for staff, and never shown."""

    place: int
    name: str
    figure: int
    person: str
    earned: tuple[tuple[str, str, int], ...] = ()  # kind, unit, minor units


@value(frozen=True, slots=True)
class ShownBoard:
    """One period. `more` advocates share the last place that is shown and found no room; `taken_at` 0: it was not counted yet."""

    period: str
    begins: Instant
    ends: Instant
    taken_at: Instant = 0
    leaders: tuple[Leader, ...] = ()
    of: int = 0
    more: int = 0


@value(frozen=True, slots=True)
class OwnPlace:
    """Where somebody stands: `place` 0 where nobody came through them yet."""

    place: int
    figure: int
    of: int


def board_of(versions: ProgramVersions) -> Leaderboard | None:
    """The leaderboard of a program that runs."""
    return versions.live.leaderboard if versions.live.status in SHOWN else None


def boards_shown(session: Session, workspace: str, versions: ProgramVersions, *, now: Instant) -> list[ShownBoard]:
    """The period that runs and the one before it. In two statements, however many friends there are. Empty without a leaderboard."""
    board, key = board_of(versions), versions.live.key
    if board is None:
        return []
    spans = periods_shown(versions, board, now)
    boards = boards_of(session, workspace, key, [span.name for span in spans])
    found = {name: one for name, one in boards.items() if one.by == board.by}
    people = sorted({person for one in found.values() for person, _ in one.standings.top})
    known = known_now(session, workspace, key, people)
    return [
        _shown(found[span.name], board, known) if span.name in found else ShownBoard(span.name, span.begins, span.ends)
        for span in spans
    ]


def _shown(taken: TakenBoard, board: Leaderboard, known: dict[str, Known]) -> ShownBoard:
    standings = taken.standings
    left = [(who, figure) for who, figure in standings.top if who in known and not known[who].suspended]
    ranked = placed(left)
    first = ranked[: board.size]
    leaders = tuple(
        Leader(
            one.place,
            known[one.advocate].name,
            one.figure,
            one.advocate,
            tuple(taken.earned.get(one.advocate, ())) if board.rewards else (),
        )
        for one in first
        if known[one.advocate].name or board.others is Others.ALIAS
    )
    last = first[-1].figure if first else 0
    cut = dict(standings.spread).get(last, 0) - sum(1 for _, figure in standings.top if figure == last)
    more = max(0, cut) + sum(1 for one in ranked[board.size :] if one.figure == last)
    return ShownBoard(
        standings.period,
        standings.begins,
        standings.ends,
        standings.taken_at,
        leaders,
        standings.of,
        more if last else 0,
    )


def own_place(
    session: Session, workspace: str, versions: ProgramVersions, people: Sequence[str], *, now: Instant
) -> OwnPlace | None:
    """Where somebody stands in the period that runs; `people`: all that were found to be them. None while nothing was counted."""
    board, key = board_of(versions), versions.live.key
    if board is None:
        return None
    (span, *_) = periods_shown(versions, board, now)
    taken = boards_of(session, workspace, key, [span.name]).get(span.name)
    if taken is None or taken.by != board.by:
        return None
    figure = figure_of(session, workspace, key, people, (span.begins, span.ends))
    place = taken.standings.place_of(figure) if figure else 0
    return OwnPlace(place, figure, max(taken.standings.of, place))  # theirs may be newer than the standings
