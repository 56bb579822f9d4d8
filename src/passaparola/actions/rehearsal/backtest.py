"""Replay a history under one or two programs, with the very same decisions as live. It never writes.

In words, with its limits: docs/rehearsal.md.
"""

import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any

from passaparola.actions.rehearsal.changes import Changes, changes_between
from passaparola.actions.rehearsal.figures import Sums
from passaparola.actions.rehearsal.history import Told, facts_in_order, told_by_log
from passaparola.actions.rehearsal.rehearse import TRIM_EVERY, Rehearsal
from passaparola.actions.rehearsal.told_again import Story
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.ledger.proof import TrialLine
from passaparola.domain.programs import Finding, read_program
from passaparola.domain.programs.compiled import Budget, Program, ProgramStatus
from passaparola.domain.rewards.limits import budget_key
from passaparola.domain.rewards.periods import period_of
from passaparola.domain.values import replace
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import Explained
from passaparola.store.read.gather import WorkspaceRow, workspace_row
from passaparola.store.read.snapshot import snapshot
from passaparola.store.session import Session
from passaparola.store.shelf import NEAR, ShelfFile

LIVE = "live"  # in the place of a file: what was live at each time
OWN, FILE = "own", "file"
_KEY = "0" * 31 + "1"
Lines = Callable[[], Iterable[tuple[int, Any]]]


class UnableToBacktest(ValueError):
    """Nothing was replayed; the message says why and what to do."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()):
        super().__init__(message)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one program made of the history. `budget` is its first one, `budget_used` what of it, in the last period where it begins anew;
    `budget_end`: when the first reward was refused or queued for lack of any."""

    program: Program
    sums: Sums
    decisions: int
    budget: Budget | None
    budget_used: int
    budget_end: Instant | None
    books: tuple[TrialLine, ...]
    came_to_nothing: dict[str, int]
    not_spent: dict[str, int]
    findings: dict[str, int]
    extended: Instant | None = None  # when the scale rule was met


@dataclass(frozen=True, slots=True)
class Backtest:
    """A history told to one or two programs. `order`: `arrival`, or `occurred_at` where nobody knows how the events arrived."""

    source: str
    order: str
    events: int
    outcomes: dict[str, int]
    period: tuple[Instant, Instant] | None
    not_replayed: dict[str, int]
    rejected: tuple[tuple[int, str], ...]
    result: Outcome
    against: Outcome | None = None
    changes: Changes | None = None
    explained: Explained | None = None


@dataclass(slots=True)
class Trial:
    """What to try: the text of a program file, or LIVE, and the name to say where it is wrong."""

    document: str
    source: str = "program.yaml"


@dataclass(slots=True)
class Wish:
    """What else is asked for: an event to explain, how many persons to name at most, and how much is kept in memory."""

    explain: str | None = None
    people: int = 20
    near: int = NEAR
    period: tuple[Instant | None, Instant | None] = (None, None)


@dataclass(slots=True)
class _Run:
    history: Iterable[Told]
    source: str
    order: str
    rejected: list[tuple[int, str]] = field(default_factory=list)


_thresholds: list[tuple[int, int, int]] = []  # what each rehearsal of this process that runs has found
_one_by_one = threading.Lock()


@contextmanager
def few_collections() -> Iterator[None]:
    """No fact of a rehearsal refers to itself, and looking for what does takes a third of the time where many values are kept.

    Around the whole of it: whoever looks while the facts are still there walks through them all. Of several at once in a server the last
    that ends puts back what the first has found.
    """
    with _one_by_one:
        _thresholds.append(gc.get_threshold())
        gc.set_threshold(1_000_000, 50, 1000)
    try:
        yield
    finally:
        with _one_by_one:
            before = _thresholds.pop()
            if not _thresholds:
                gc.set_threshold(*before)


@few_collections()
def backtest_lines(trial: Trial, lines: Lines, *, against: Trial | None = None, wish: Wish | None = None) -> Backtest:
    """Replay (line number, object) pairs of a file, without any database. `lines` is asked twice, for the order and for the events.

    What happened at the same instant stays in the order of the file. Raises UnableToBacktest.
    """
    wish = wish or Wish()
    trials = [trial] if against is None else [trial, against]
    programs = [_read(one, _KEY, 0) for one in trials]
    workspace = WorkspaceRow(_KEY, 0, 30, 0)
    with ShelfFile() as sorting, _files(len(programs)) as files:
        rejected: list[tuple[int, str]] = []
        history = facts_in_order(lines, sorting, wrong=rejected)
        tried = [
            Rehearsal(
                file, workspace, {_KEY: ProgramVersions((p,), p)}, trial=_KEY, since=wish.period[0], near=wish.near
            )
            for file, p in zip(files, programs, strict=True)
        ]
        if len(tried) == 2:
            tried[1].share_people(tried[0])
        found = _replay(tried, _Run(_until(history, wish.period[1]), FILE, "occurred_at", rejected), wish)
        _not_only_rejected(found.events, rejected)
        return found


@few_collections()
def backtest_log(workspace: str, trial: Trial, *, against: Trial | None = None, wish: Wish | None = None) -> Backtest:
    """Replay the workspace's own log in the order of its serials, each event with the `now` it was decided with, acts included.

    The trial stands in the place of the program with its id, from when that first went live, or from the first event where there is none;
    other programs are as they were. `LIVE` instead of a file: every version as it was. Reads one moment, and never writes. Raises
    UnableToBacktest.
    """
    wish = wish or Wish()
    trials = [trial] if against is None else [trial, against]
    with snapshot() as session, _files(len(trials)) as files:
        row = workspace_row(session, workspace)
        slug = _slug(trials)
        tried = [_on_own(session, row, one, slug, file, wish) for one, file in zip(trials, files, strict=True)]
        return _replay(tried, _Run(_until(told_by_log(session, workspace), wish.period[1]), OWN, "arrival"), wish)


def _not_only_rejected(told: int, rejected: Sequence[tuple[int, str]]) -> None:
    """A file of which no line is an event is another file than was meant."""
    if rejected and not told:
        line, why = rejected[0]
        raise UnableToBacktest(f"None of the {len(rejected)} lines is an event. Line {line}: {why}")


@contextmanager
def rehearse_lines(trial: Trial, lines: Lines) -> Iterator[Rehearsal]:
    """A file of events told to one program, while the context lasts. Raises UnableToBacktest."""
    program = _read(trial, _KEY, 0)
    with few_collections(), ShelfFile() as sorting, _files(1) as (file,):
        rehearsal = Rehearsal(
            file, WorkspaceRow(_KEY, 0, 30, 0), {_KEY: ProgramVersions((program,), program)}, trial=_KEY
        )
        rejected: list[tuple[int, str]] = []
        rehearsal.run(facts_in_order(lines, sorting, wrong=rejected))
        _not_only_rejected(rehearsal.told, rejected)
        rehearsal.rejected = len(rejected)
        yield rehearsal


@contextmanager
def rehearse_log(workspace: str, trial: Trial) -> Iterator[Rehearsal]:
    """The workspace's own log told to one program, while the context lasts. Raises UnableToBacktest."""
    with few_collections(), snapshot() as session, _files(1) as (file,):
        row = workspace_row(session, workspace)
        rehearsal = _on_own(session, row, trial, _slug([trial]), file, Wish())
        yield rehearsal.run(told_by_log(session, workspace))


@contextmanager
def _files(count: int) -> Iterator[list[ShelfFile]]:
    files = [ShelfFile() for _ in range(count)]
    try:
        yield files
    finally:
        for file in files:
            file.close()


def _until(history: Iterable[Told], until: Instant | None) -> Iterable[Told]:
    """What was told before a time."""
    return history if until is None else (told for told in history if told.at < until)


def _slug(trials: list[Trial]) -> str:
    """The id of the program that is tried. Raises UnableToBacktest when the two files name two."""
    slugs = [_read(trial, _KEY, 0).slug for trial in trials if trial.document != LIVE]
    if not slugs:
        raise UnableToBacktest("Name a program file: what was live is compared with it by `--against live`.")
    return slugs[0]


def program_of(trial: Trial) -> Program:
    """The program of a file, as if it were live. Raises UnableToBacktest with what is wrong with it."""
    return _read(trial, _KEY, 0)


def _read(trial: Trial, key: str, since: Instant) -> Program:
    program, findings = read_program(trial.document, key=key, version=1, effective_from=since, source=trial.source)
    if program is None:
        raise UnableToBacktest("\n".join(f.sentence() for f in findings), findings)
    return changed(program, status=ProgramStatus.ACTIVE)  # a draft is tried as what it would be


def _on_own(session: Session, row: WorkspaceRow, trial: Trial, slug: str, file: ShelfFile, wish: Wish) -> Rehearsal:
    """A rehearsal on the own log. Programs are put in by the log's acts; the trial is there from the start where no act puts it in."""
    keys = {entry.slug: entry.key for entry in programs_of(session, row.id) if entry.live_version is not None}
    key = keys.get(slug)
    fresh = replace(row, merges=0, rewards_paused=False)
    if key is None and trial.document == LIVE:
        raise UnableToBacktest(f"No program {slug!r} was ever live here, so there is nothing to compare with.")
    there = key is not None
    key = key or _KEY
    versions: ProgramVersions | None = None
    if trial.document != LIVE:
        program = _read(trial, key, 0)
        versions = ProgramVersions((program,), program)
    begun = {key: versions} if versions is not None and not there else {}
    rehearsal = Rehearsal(
        file,
        fresh,
        begun,
        trial=key,
        fixed=versions is not None,
        begins_late=True,
        since=wish.period[0],
        near=wish.near,
    )
    stage = rehearsal.stage
    stage.keys = {**keys, slug: key}
    stage.everything = tuple(sorted({*keys.values(), key}))
    stage.standing_in = versions if there else None
    return rehearsal


def _replay(tried: list[Rehearsal], run: _Run, wish: Wish) -> Backtest:
    story = Story(tried[0], wish.explain) if wish.explain else None
    for rehearsal in tried if story is not None or len(tried) == 2 else ():
        rehearsal.name_people()
    for count, told in enumerate(run.history, 1):
        for rehearsal in tried:
            rehearsal.tell(told)
        if story is not None:
            story.look(told)
        if count % TRIM_EVERY == 0:
            for rehearsal in tried:
                rehearsal.trim()
    outcomes = [_outcome(rehearsal) for rehearsal in tried]
    first = tried[0]
    return Backtest(
        run.source,
        run.order,
        first.told,
        dict(first.outcomes),
        (first.first, first.last) if first.first is not None and first.last is not None else None,
        dict(first.not_replayed),
        tuple(run.rejected),
        outcomes[0],
        outcomes[1] if len(outcomes) == 2 else None,
        changes_between(tried[0], tried[1], wish.people) if len(tried) == 2 else None,
        story.explained() if story is not None else None,
    )


def _outcome(rehearsal: Rehearsal) -> Outcome:
    memory, key = rehearsal.memory, rehearsal.stage.trial
    versions = memory.programs.get(key) or rehearsal.stage.standing_in
    if versions is None:
        raise UnableToBacktest("The program was not live in this part of the history.")
    budget, counter = versions.live.budget, ""
    if budget is not None:
        period = period_of(rehearsal.last or 0, budget.period, versions.live.timezone)
        counter = budget_key(key, budget.unit, period)
    return Outcome(
        versions.live,
        rehearsal.figures.sums(),
        rehearsal.figures.decisions,
        budget,
        memory.counters.get(counter, 0),
        rehearsal.figures.budget_end,
        tuple(rehearsal.plan.trial_lines({k: slug for slug, k in rehearsal.stage.keys.items()})),
        dict(rehearsal.came_to_nothing),
        {unit: short for unit, short in sorted(rehearsal.stage.not_spent.items()) if short},
        dict(rehearsal.plan.found),
        rehearsal.growth.extended,
    )
