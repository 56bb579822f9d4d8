"""Count for the leaderboards. Done by the clock beside the work, never in the transaction of a decision, only for programs that have one.

What each referral counts is kept (`BoardEntry`), so that of a million referrals only those that changed are looked at again. Most are
counted by their rows, a page in one statement; those in doubt (refunds, what only a browser told) one by one. After each page the
entries and their mark agree: a count that was broken off goes on where it was. Standings are taken from the entries, at most once every
few minutes a program, and visitors read what was taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passaparola.actions.programs.live import live_programs
from passaparola.actions.tallies import Rest
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.leaders import Standings, counted, in_doubt, period_at, taken, unpaid
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.programs.leaderboard import Leaderboard
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.contests import Brought, Span
from passaparola.store.read import leaders as read
from passaparola.store.read.catalogue import serial_of
from passaparola.store.read.friend_states import suspended
from passaparola.store.read.gather import aliases, workspace_row
from passaparola.store.read.leaders import BoardMark, Some, TakenBoard, boards_of, earned_by, figures, mark_of
from passaparola.store.read.tallies import Mark, lowest_id, subjects_since
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.leaders import begin_again, count_again, drop_entries, move_mark, put_board, put_entries

PAGE = 3000  # referrals a transaction: on SQLite nobody else writes meanwhile
RETAKE: Instant = 240 * SECOND  # standings are taken no sooner again
STALE: Instant = 3600 * SECOND  # … and so late where nothing was counted: somebody may be suspended, or merged
MOST = 80  # how many of the first are kept by who they are: the largest board, and room for who leaves it
SHOWN = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class _Counting:
    """One program's leaderboard, and who was merged with whom."""

    workspace: str
    key: str
    versions: ProgramVersions
    board: Leaderboard
    roots: Mapping[str, str]
    rest: Rest | None

    def some(self, which: str, **values: Any) -> Some:
        """The referrals of `which`, with those of them that are in doubt."""
        by = self.board.by
        return read.some(by, in_doubt(self.versions, by=by), which, **values)


def count_boards(workspace: str, *, now: Instant, page: int = PAGE, rest: Rest | None = None) -> int:
    """Bring every leaderboard of a workspace up to now. The number of referrals looked at. `rest` is called after each page. Raises
    Conflict when another does the same."""
    with reading() as session:
        row = workspace_row(session, workspace)
        shown = {
            key: v for key, v in live_programs(session, row).items() if v.live.leaderboard and v.live.status in SHOWN
        }
        roots = aliases(session, workspace) if shown and row.merges else {}
    looked = 0
    for key, versions in shown.items():
        board = versions.live.leaderboard
        if board is not None:
            looked += _count(_Counting(workspace, key, versions, board, roots, rest), now, page)
    return looked


def _count(counting: _Counting, now: Instant, page: int) -> int:
    mark, looked = _mark(counting), 0
    while mark.filled is not None:
        mark, filled = _fill(counting, mark, mark.filled, page)
        looked += filled
    mark, changed = _catch_up(counting, mark, page)
    _take(counting, mark, now)
    return looked + changed


def _mark(counting: _Counting) -> BoardMark:
    """Where to go on; from the beginning where there is no mark, or something else is counted now."""
    by = str(counting.board.by)
    with reading() as session:
        mark = mark_of(session, counting.workspace, counting.key)
    if mark is not None and mark.by == by:
        return mark
    with writing() as session:
        serial = serial_of(session, counting.workspace)
        return begin_again(session, counting.workspace, counting.key, by, serial)


def _fill(counting: _Counting, mark: BoardMark, last: str, page: int) -> tuple[BoardMark, int]:
    """A page of the friends there are, in the order of their ids: when it was the last one, nothing is left to be filled."""
    which = "r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.friend_id > %(last)s::uuid"
    with writing() as session:
        until = read.next_friend(session, counting.workspace, counting.key, last, page)
        moved = move_mark(session, counting.workspace, counting.key, mark, mark._replace(filled=until))
        which += " AND r.friend_id <= %(until)s::uuid" if until else ""
        given = {"ws": counting.workspace, "program": counting.key, "last": last, **({"until": until} if until else {})}
        looked = _look(session, counting, counting.some(which, **given))
    if counting.rest:
        counting.rest()
    return moved, looked


def _look(session: Session, counting: _Counting, some: Some) -> int:
    """Count these by their rows, and those in doubt one by one."""
    sure = count_again(session, some, counting.board.by, unpaid(counting.versions))
    doubted = read.in_doubt(session, some)
    put_entries(session, list(_entries(counting, doubted)))
    return sure + len(doubted)


def _catch_up(counting: _Counting, mark: BoardMark, page: int) -> tuple[BoardMark, int]:
    """What was decided since. The mark moves at the end: what was looked at before a stop is looked at again."""
    with reading() as session:
        serial = serial_of(session, counting.workspace)
        if serial == mark.serial:
            return mark, 0
        lowest = lowest_id(session, counting.workspace, Mark(mark.serial))
        changed = subjects_since(session, counting.workspace, mark.serial, lowest)
    to = mark._replace(serial=serial)
    for begin in range(0, len(changed), page):
        mark = _look_again(counting, changed[begin : begin + page], mark)
    with writing() as session:
        return move_mark(session, counting.workspace, counting.key, mark, to), len(changed)


def _look_again(counting: _Counting, keys: Sequence[str], mark: BoardMark) -> BoardMark:
    """What these count now, and the mark, in one transaction."""
    with writing() as session:
        moved = move_mark(session, counting.workspace, counting.key, mark, mark)
        drop_entries(session, counting.key, keys)
        which = "r.id = any{keys:uuid} AND r.program_id = %(program)s::uuid"
        _look(session, counting, counting.some(which, keys=list(keys), program=counting.key))
    if counting.rest:
        counting.rest()
    return moved


def _entries(
    counting: _Counting, found: Sequence[tuple[str, FriendState]]
) -> Iterator[tuple[str, str, str, str, Instant]]:
    for key, state in found:
        one = counted(state, counting.versions, key, counting.roots, by=counting.board.by)
        if one is not None and state.concluded is not None:
            yield key, counting.workspace, counting.key, state.concluded.advocate, one.at


def _take(counting: _Counting, mark: BoardMark, now: Instant) -> None:
    """Take the standings of this period and of the one before, where it is time."""
    spans = periods_shown(counting.versions, counting.board, now)
    with reading() as session:
        known = boards_of(session, counting.workspace, counting.key, [span.name for span in spans])
        due = [span for span in spans if span.name not in known or _is_due(known[span.name], mark, now)]
        out = {counting.roots.get(p, p) for p in suspended(session, counting.workspace, counting.key)} if due else set()
        found = [_ranked(session, counting, span, out, now) for span in due]
    for standings, earned in found:
        with writing() as session:
            put_board(session, counting.workspace, counting.key, standings, earned=earned, mark=mark)


def _ranked(
    session: Session, counting: _Counting, span: Span, out: set[str], now: Instant
) -> tuple[Standings, Mapping[str, Sequence[object]]]:
    """The standings of a period, and what the first of them earned in it."""
    standings = taken(_places(session, counting, span, out), counting.board, span, now=now, most=MOST)
    people, within = [who for who, _ in standings.top], (span.begins, span.ends)
    if not people or not counting.board.rewards:
        return standings, {}
    return standings, earned_by(session, counting.workspace, counting.key, people, within)


def _places(session: Session, counting: _Counting, span: Span, out: set[str]) -> list[Brought]:
    """What each advocate brought in a period; who is suspended has no place."""
    found = figures(session, counting.workspace, counting.key, span.begins, span.ends)
    named = ((counting.roots.get(who, who), number, last) for who, number, last in found)
    return [Brought(who, last, "", number) for who, number, last in named if who not in out]


def _is_due(known: TakenBoard, mark: BoardMark, now: Instant) -> bool:
    age = now - known.standings.taken_at
    return age < 0 or age >= (STALE if known.serial == mark.serial else RETAKE)


def periods_shown(versions: ProgramVersions, board: Leaderboard, now: Instant) -> list[Span]:
    """The period that runs, and the one before it where the program was there already."""
    span = period_at(now, board, versions.live.timezone)
    if board.calendar is None or span.begins <= versions.versions[0].effective_from:
        return [span]
    return [span, period_at(span.begins - 1, board, versions.live.timezone)]
