"""Fill the numbers that are counted ahead for the dashboard. Done by the clock beside the work, never in the transaction of a decision.

After each page the tallies and what is kept of their subjects agree, and only at the end the mark moves: a fill that was broken off loses
nothing and is simply done again. docs/metrics.md.
"""

from collections.abc import Callable, Sequence

from passaparola.domain.instant import DAY, Instant
from passaparola.store.read.catalogue import serial_of
from passaparola.store.read.snapshot import snapshot
from passaparola.store.read.tallies import (
    Mark,
    add,
    difference,
    events_since,
    lowest_id,
    mark_of,
    subjects_of,
    subjects_since,
    visits_between,
)
from passaparola.store.session import writing
from passaparola.store.write.tallies import add_to_tallies, keep_tallied, move_mark

Rest = Callable[[], object]
PAGE = 200  # subjects a transaction: on SQLite nobody else writes meanwhile
SETTLED: Instant = 7 * DAY  # visits are counted ahead when they are as old; later ones say since when they count
FEWEST = 1  # serials behind the mark that are worth a fill


def fill_tallies(workspace: str, *, now: Instant | None, page: int = PAGE, rest: Rest | None = None) -> int:
    """Count ahead all that was committed until now. The number of subjects counted again; 0 where nothing changed.

    `now` None: visits are not counted ahead (a sandbox's time may jump). `rest` is called after each page, so that those who wait for an
    answer have their turn. Raises Conflict when another does the same.
    """
    with snapshot() as session:
        mark = mark_of(session, workspace)
        serial = serial_of(session, workspace)
        until = mark.visits_until if now is None else max(mark.visits_until, _day(now - SETTLED))
        if serial - mark.serial < FEWEST and until == mark.visits_until:
            return 0
        lowest = lowest_id(session, workspace, mark)
        changed = subjects_since(session, workspace, mark.serial, lowest)
        sums = dict(visits_between(session, workspace, mark.visits_until, until)) if until > mark.visits_until else {}
        add(sums, events_since(session, workspace, mark.serial, lowest).items())
        to = Mark(serial, until)
    for begin in range(0, len(changed), page):
        mark = _count_again(workspace, changed[begin : begin + page], mark)
        if rest:
            rest()
    with writing() as session:
        move_mark(session, workspace, mark, to)
        add_to_tallies(session, workspace, sums)
    return len(changed)


def _count_again(workspace: str, keys: Sequence[str], mark: Mark) -> Mark:
    with writing() as session:
        mark = move_mark(session, workspace, mark, mark)
        subjects = subjects_of(session, workspace, keys)
        add_to_tallies(session, workspace, difference(session, workspace, subjects))
        keep_tallied(session, workspace, subjects)
    return mark


def _day(at: Instant) -> Instant:
    return at - at % DAY
