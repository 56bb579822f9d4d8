"""Visits are durable before a friend is sent on: in the database, in the spool while that is away, counted when both refuse."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from passaparola.actions.visits import spool as spools
from passaparola.actions.visits.record import (
    BREAK_SECONDS,
    VisitRecorder,
    _Waiting,
    new_visit,
    write_missing_visits,
    write_visits,
)
from passaparola.actions.visits.spool import Spool
from passaparola.domain.visits import Visit, VisitKind
from passaparola.store.session import reading
from tests.databases import Database

WORKSPACE, LINK = "a" * 32, "b" * 32


def a_visit(channel: str = "") -> Visit:
    return new_visit(WORKSPACE, LINK, kind=VisitKind.PERSON, channel=channel, now=1_800_000_000_000_000)


class Shelf:
    """A database that can be away."""

    def __init__(self) -> None:
        self.rows: dict[str, Visit] = {}
        self.batches: list[int] = []
        self.away = False
        self.forgets_to_say_so = False

    def insert(self, visits: Sequence[Visit], before_commit: Callable[[], None] = lambda: None) -> None:
        if self.away:
            raise ConnectionError("away")
        before_commit()
        assert not self.rows.keys() & {v.id for v in visits}, "twice"
        self.insert_missing(visits)
        if self.forgets_to_say_so:
            raise ConnectionError("gone after the commit")

    def insert_missing(self, visits: Sequence[Visit]) -> None:
        if self.away:
            raise ConnectionError("away")
        self.batches.append(len(visits))
        self.rows |= {v.id: v for v in visits if v.id not in self.rows}


class Bench:
    """A recorder on a shelf, with a clock that stands until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.shelf, self.spool, self.seconds = Shelf(), Spool(folder), 100.0
        self.recorder = VisitRecorder(store=self.shelf.insert, spool=self.spool, clock=lambda: self.seconds)

    def click(self, count: int = 1) -> list[Visit]:
        visits = [a_visit() for _ in range(count)]
        callers = [threading.Thread(target=self.recorder.record, args=(visit,)) for visit in visits]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(10)
        return visits

    def drain(self, store: Callable[[Sequence[Visit]], None] | None = None) -> int:
        return Spool(self.spool.folder.parent).drain(store or self.shelf.insert_missing)


PATIENCE = "passaparola.actions.visits.record.PATIENCE_SECONDS"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """However slow the machine is, it does not count as hanging."""
    monkeypatch.setattr(PATIENCE, 60)
    made = Bench(tmp_path)
    made.recorder.start()
    return made


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Its recorder is yet to start."""
    monkeypatch.setattr(PATIENCE, 0.05)
    return Bench(tmp_path)


def test_a_visit_is_in_the_database_when_the_caller_goes_on(bench: Bench) -> None:
    for _ in range(20):
        assert {v.id for v in bench.click()} <= set(bench.shelf.rows)
    assert (bench.recorder.recorded, bench.recorder.spooled, bench.recorder.lost) == (20, 0, 0)


def test_those_that_wait_together_are_written_together(bench: Bench) -> None:
    held, begun = threading.Event(), threading.Event()
    honest = bench.shelf.insert

    def slow(visits: Sequence[Visit], *_: object) -> None:
        begun.set()
        held.wait(20)
        honest(visits)

    bench.recorder._store = slow
    first = threading.Thread(target=bench.click)
    first.start()
    assert begun.wait(20)
    others = threading.Thread(target=bench.click, args=(30,))
    others.start()
    while bench.recorder._queue.qsize() < 30:
        time.sleep(0.001)
    held.set()
    first.join()
    others.join()
    assert bench.shelf.batches == [1, 30]


def test_while_the_database_is_away_visits_are_in_the_spool_and_come_back_once(bench: Bench) -> None:
    before = bench.click(3)
    bench.shelf.away = True
    away = bench.click(5)
    assert bench.recorder.spooled == 5
    assert set(bench.shelf.rows) == {v.id for v in before}
    assert bench.drain() == 0, "a segment that is still written is nobody's to drain"
    bench.shelf.away = False
    between = bench.click(2)
    assert bench.recorder.spooled == 7, "the database is left alone for a second"
    bench.seconds += BREAK_SECONDS
    after = bench.click(2)
    assert bench.drain() == 7
    assert set(bench.shelf.rows) == {v.id for v in [*before, *away, *between, *after]}
    assert bench.shelf.rows[away[0].id] == away[0]
    assert bench.drain() == 0
    assert list(bench.spool.folder.iterdir()) == []


def test_a_commit_of_which_nobody_knows_is_tried_again_without_harm(bench: Bench) -> None:
    bench.shelf.forgets_to_say_so = True
    visits = bench.click(4)
    bench.spool.close()
    assert bench.drain() == 4
    assert len(bench.shelf.rows) == 4 == len(visits)


def test_a_segment_stays_until_the_commit_that_holds_it(bench: Bench) -> None:
    bench.shelf.away = True
    bench.click(3)
    bench.spool.close()
    for _ in range(2):
        with pytest.raises(ConnectionError):
            bench.drain()
    bench.shelf.away = False
    assert bench.drain() == 3


def test_with_the_disk_full_too_the_friend_goes_on_and_the_loss_is_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.shelf.away = True
    kept = bench.click(2)

    def full(file: int, content: bytes) -> None:
        os.write(file, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(spools, "_write", full)
        bench.click(4)
    assert (bench.recorder.spooled, bench.recorder.lost) == (2, 4)
    kept += bench.click(1)
    bench.spool.close()
    bench.shelf.away = False
    assert bench.drain() == 3, "the half that was written of what is lost must spoil nothing"
    assert set(bench.shelf.rows) == {v.id for v in kept}


def test_a_database_that_hangs_is_as_good_as_away(impatient: Bench) -> None:
    hanging = threading.Event()

    def hangs(_: Sequence[Visit], *__: object) -> None:
        hanging.wait(60)

    impatient.recorder._store = hangs
    impatient.recorder.start()
    impatient.click(3)
    assert impatient.recorder.spooled == 3
    impatient.spool.close()
    assert impatient.drain() == 3
    hanging.set()


def test_a_caller_whom_two_threads_could_answer_is_answered_once(impatient: Bench) -> None:
    bench, hanging, honest = impatient, threading.Event(), impatient.shelf.insert
    answers: list[str] = []

    def hangs(visits: Sequence[Visit], *_: object) -> None:
        hanging.wait(60)
        honest(visits)

    bench.recorder._store = hangs
    visits = [a_visit() for _ in range(20)]
    for visit in visits:
        bench.recorder.record_later(visit, partial(answers.append, visit.id))
    bench.recorder.start()
    deadline = time.monotonic() + 60
    while len(answers) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(answers) == sorted(v.id for v in visits), "the watch answers while the database hangs"
    visits += bench.click(3)
    hanging.set()
    assert bench.recorder.stop()
    assert len(answers) == 20
    assert bench.shelf.batches == [20], "those that came meanwhile are in the spool already"
    assert (bench.recorder.recorded, bench.recorder.spooled) == (0, 23), "each counts once"
    assert bench.drain() == 23
    assert set(bench.shelf.rows) == {v.id for v in visits}


def test_one_answer_that_fails_keeps_nobody_elses_from_coming(bench: Bench) -> None:
    def broken() -> None:
        raise ValueError("the line is gone")

    bench.recorder.record_later(a_visit(), broken)
    assert {v.id for v in bench.click(3)} <= set(bench.shelf.rows)


def test_a_click_after_the_end_is_kept_and_answered(bench: Bench) -> None:
    bench.click()
    assert bench.recorder.stop()
    visit = bench.click()[0]
    assert bench.recorder.spooled == 1
    bench.spool.close()
    assert bench.drain() == 1
    assert visit.id in bench.shelf.rows


def test_what_a_killed_process_left_is_drained_but_for_the_line_it_was_writing(bench: Bench, tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from tests.store.test_visits import a_visit; from passaparola.actions.visits.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1])); spool.append([a_visit(), a_visit()])\n"
        "os.write(spool._file, b'[\"torn'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert bench.drain() == 2


def test_one_fixed_name_for_the_spool_loses_visits_and_is_noticed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what is drained is renamed to one name first, as another process may do at that moment."""

    def renamed(self: Spool, store: Callable[[Sequence[Visit]], None]) -> int:
        for path in sorted(self.folder.glob("*.spool")):
            path.rename(self.folder / "draining")
        store([v for part in spools._read(self.folder / "draining") for v in part])
        (self.folder / "draining").unlink()
        return 0

    monkeypatch.setattr(Spool, "drain", renamed)
    with pytest.raises(AssertionError):
        self_check(bench)


def test_segments_of_two_outages_all_come_back(bench: Bench) -> None:
    self_check(bench)


def self_check(bench: Bench) -> None:
    """Two outages with a drain that fails between them: everything comes back."""
    visits = []
    for _ in range(2):
        bench.shelf.away = True
        visits += bench.click(3)
        bench.spool.close()
        with pytest.raises(ConnectionError):
            bench.drain()
    bench.shelf.away = False
    bench.drain()
    assert {v.id for v in visits} <= set(bench.shelf.rows)


def test_an_answer_before_the_visit_is_durable_is_noticed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the caller is answered at once."""

    def early(self: VisitRecorder, visit: Visit, answer: Callable[[], None]) -> None:
        self._queue.put(_Waiting(visit, answer))
        answer()

    monkeypatch.setattr(VisitRecorder, "record_later", early)
    slow = threading.Event()
    honest = bench.shelf.insert

    def late(visits: Sequence[Visit], *_: object) -> None:
        slow.wait(0.3)
        honest(visits)

    bench.recorder._store = late
    with pytest.raises(AssertionError):
        test_a_visit_is_in_the_database_when_the_caller_goes_on(bench)


def test_both_databases_take_visits_and_leave_out_those_they_have(database: Database) -> None:
    visits = [a_visit("mail"), a_visit()]
    write_visits(visits)
    write_missing_visits([*visits, more := a_visit()], more.at + 1)
    with reading() as session:
        rows = session.rows(
            "SELECT id, workspace_id, link_id, at, kind, channel, confirmed_at FROM store_visit ORDER BY id"
        )
    assert rows == [(v.id, WORKSPACE, LINK, v.at, "person", v.channel, None) for v in [*visits, more]]
