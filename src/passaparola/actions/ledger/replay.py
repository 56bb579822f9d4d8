"""L10: doing the whole log again in an empty database gives the same books."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from passaparola.actions.events.gates import Gates
from passaparola.actions.events.loading import load
from passaparola.actions.events.work import Work
from passaparola.actions.ledger.digest import digest_of
from passaparola.actions.ledger.replayers import REPLAYERS, Redo, UnableToReplay
from passaparola.actions.programs.live import live_programs
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.event import Event
from passaparola.domain.ledger.proof import TrialLine, Violation
from passaparola.store.aside import aside
from passaparola.store.read import ledger_log
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.ledger import committed_serial, trial_lines
from passaparola.store.read.ledger_log import Commit, LoggedAct, LoggedEvent, read_log
from passaparola.store.read.snapshot import snapshot
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.plan import INSERTS, Plan, write

CLOCK, ADMIT = "clock.run", "advocate.admit"


def replay(commits: Iterable[Commit], *, workspace: str) -> int:
    """Do these commits again, in their order, each event and act with its own time, in an empty workspace. The number of commits.

    Persons keep their ids; rewards, links and programs are found by their natural keys. Raises UnableToReplay when the log names what
    is not there, or holds an act that nobody knows to do again.
    """
    count = 0
    for commit in commits:
        _people(commit, workspace)
        if commit.events or (commit.due and not _clock_acts(commit)):
            _events(commit, workspace)
        _acts(commit, workspace)
        count += 1
    return count


def _people(commit: Commit, workspace: str) -> None:
    """Persons without anything that is known of them: who they are is no part of the books."""
    with writing() as session:
        rows = [(person, workspace, "", None, 0, 0) for person in sorted(commit.people)]
        session.insert_new("store_person", INSERTS["person"], rows, known_by="id")


def _events(commit: Commit, workspace: str) -> None:
    """The events, each after what it let fall due; then what was let fall due by events told again, which are stored only once."""
    with writing() as session:
        row = workspace_row(session, workspace)
        events = [(logged, _event(session, workspace, commit, logged)) for logged in commit.events]
        until = max([*(logged.now for logged in commit.events if logged.until_due), *commit.due], default=None)
        overlay = load(session, row, live_programs(session, row), [event for _, event in events], due_until=until)
        overlay.gates = Gates(log=_let_in(commit))
        plan = Plan(
            workspace, row.programs_version, at=max([logged.now for logged in commit.events], default=until or 0)
        )
        work = Work(overlay, plan)
        for logged, event in events:
            if logged.until_due:
                work.fall_due(logged.now)
            work.record(event, now=logged.now, late=logged.late, until_due=logged.until_due)
        if commit.due:
            work.fall_due(max(commit.due))
        write(session, plan)


def _let_in(commit: Commit) -> frozenset[tuple[str, str]]:
    """Whom events made advocates where not anybody may be one: what was known of them is not in the log."""
    admitted = [act.input for act in commit.acts if act.verb == ADMIT]
    return frozenset((given["program"], given["person"]) for given in admitted)


def _event(session: Session, workspace: str, commit: Commit, logged: LoggedEvent) -> Event:
    if logged.link is None:
        return logged.event
    link = ledger_log.link_named(session, workspace, commit.links[logged.link])
    if link is None:
        raise UnableToReplay(f"serial {commit.serial}: the link of event {logged.event.id} is not there")
    return replace(logged.event, code=link[1])


def _acts(commit: Commit, workspace: str) -> None:
    """The clock's act stands for all that its commit did; any other is done by itself."""
    for act in _clock_acts(commit) or commit.acts:
        replayer = REPLAYERS.get(act.verb)
        if replayer is None:
            raise UnableToReplay(f"serial {commit.serial}: nobody knows how to do {act.verb} again")
        replayer(Redo(act, commit, workspace))


def _clock_acts(commit: Commit) -> list[LoggedAct]:
    return [act for act in commit.acts if act.verb == CLOCK]


def ledger_digest(workspace: str) -> str:
    """A digest over the multiset of (cause, purpose, accounts, unit, amount) of every transfer, as of one moment.

    Without ids, blocks and personal data, so it is the same after a replay, a restore or an erasure. Raises LookupError when there is no
    such workspace.
    """
    with snapshot() as session:
        committed_serial(session, workspace)
        return digest_of(session, workspace)


def verify_replay(workspace: str) -> list[Violation]:
    """L10: do the whole log again in a database of its own and compare the digests. Takes about as long as it took to write it.

    Empty when they are equal. Raises LookupError when there is no such workspace.
    """
    with snapshot() as session:
        committed_serial(session, workspace)
        unknown = [verb for verb in ledger_log.verbs(session, workspace) if verb not in REPLAYERS]
        if unknown:
            return [Violation("L10", "nobody knows how to do an act again", tuple(unknown), "no replayer", "one")]
        with aside():
            return list(_compared(session, workspace))


def _compared(session: Session, workspace: str) -> Iterator[Violation]:
    copy = ensure_workspace(slug="replay", now=0)
    try:
        replay(read_log(session, workspace), workspace=copy)
    except UnableToReplay as problem:
        yield Violation("L10", "the log cannot be done again", (), str(problem), "what the log names")
        return
    with reading() as other:
        expected, found = digest_of(session, workspace), digest_of(other, copy)
        if expected != found:
            where = _differing(trial_lines(session, workspace), trial_lines(other, copy))
            yield Violation("L10", "the log done again gives other books", where, found, expected)


def _differing(ours: list[TrialLine], theirs: list[TrialLine]) -> tuple[str, ...]:
    """The accounts whose sums differ, to know where to look."""
    return tuple(sorted({f"{line.kind} {line.program} {line.unit}" for line in set(ours) ^ set(theirs)}))
