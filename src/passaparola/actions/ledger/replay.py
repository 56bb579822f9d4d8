"""L10: doing the whole log again in an empty database gives the same books."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from passaparola.actions.events.gates import Admission, Gates
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
from passaparola.store.read.ledger_log import Commit, LinkName, LoggedAct, read_log
from passaparola.store.read.snapshot import snapshot
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.plan import INSERTS, Plan, write

CLOCK, ADMIT = "clock.run", "advocate.admit"
AT_ONCE = 100


def replay(commits: Iterable[Commit], *, workspace: str) -> int:
    """Do these commits again, in their order, each event and act with its own time, in an empty workspace. The number of commits.

    Commits of events alone are done together, a hundred events at once: how they were cut makes no difference. Persons keep their ids;
    rewards, links and programs are found by their natural keys. Raises UnableToReplay when the log names what is not there, or holds an
    act that nobody knows to do again.
    """
    again = _Again(workspace)
    for commit in commits:
        again.take(commit)
    again.finish()
    return again.count


@dataclass(slots=True)
class _Again:
    """What was done again so far, and the commits that wait to be done together."""

    workspace: str
    count: int = 0
    waiting: list[Commit] = field(default_factory=list)
    codes: dict[LinkName, str] = field(default_factory=dict)  # of the links that are there

    def take(self, commit: Commit) -> None:
        self.count += 1
        if commit.acts or self._is_full() or not self._has_links(commit):
            self.finish()
        self.waiting.append(commit)
        if commit.acts:
            self.finish()
            _acts(commit, self.workspace)

    def finish(self) -> None:
        """Do what waits."""
        if not self.waiting:
            return
        self._people()
        if any(commit.events or (commit.due and not _clock_acts(commit)) for commit in self.waiting):
            self._events()
        self.waiting.clear()

    def _is_full(self) -> bool:
        return sum(len(commit.events) or 1 for commit in self.waiting) >= AT_ONCE

    def _people(self) -> None:
        """Persons without anything that is known of them: who they are is no part of the books."""
        people = sorted({person for commit in self.waiting for person in commit.people})
        if people:
            with writing() as session:
                rows = [(person, self.workspace, "", None, 0, 0) for person in people]
                session.insert_new("store_person", INSERTS["person"], rows, known_by="id")

    def _events(self) -> None:
        """The events, each after what it let fall due; then what was let fall due by events told again, which are stored only once."""
        events = {id(commit): self._named(commit) for commit in self.waiting}
        logged = [one for commit in self.waiting for one in commit.events]
        dues = [at for commit in self.waiting for at in commit.due]
        until = max([*(one.now for one in logged if one.until_due), *dues], default=None)
        with writing() as session:
            row = workspace_row(session, self.workspace)
            every = [event for found in events.values() for event in found]
            overlay = load(session, row, live_programs(session, row), every, due_until=until)
            overlay.gates = Gates(log=_let_in(self.waiting))
            at = max([one.now for one in logged], default=until or 0)
            plan = Plan(self.workspace, row.programs_version, at=at)
            work = Work(overlay, plan)
            for commit in self.waiting:
                _do_again(commit, events[id(commit)], work)
            write(session, plan)

    def _named(self, commit: Commit) -> list[Event]:
        """The events of a commit with the codes that the links have here."""
        if not self._has_links(commit):
            raise UnableToReplay(f"serial {commit.serial}: a link that its events came by is not there")
        return [
            one.event if one.link is None else replace(one.event, code=self.codes[commit.links[one.link]])
            for one in commit.events
        ]

    def _has_links(self, commit: Commit) -> bool:
        """Whether the links that the events came by are there; they may be made by what waits."""
        wanted = {commit.links[logged.link] for logged in commit.events if logged.link is not None}
        if missing := wanted - self.codes.keys():
            with reading() as session:
                found = {link: ledger_log.link_named(session, self.workspace, link) for link in missing}
            self.codes.update({link: there[1] for link, there in found.items() if there is not None})
        return wanted <= self.codes.keys()


def _let_in(commits: Iterable[Commit]) -> frozenset[Admission]:
    """Whom which events made advocates where not anybody may be one: what was known of them is not in the log."""
    admitted = [act.input for commit in commits for act in commit.acts if act.verb == ADMIT]
    return frozenset((given["program"], given["person"], *given["event"]) for given in admitted)


def _do_again(commit: Commit, events: Iterable[Event], work: Work) -> None:
    for logged, event in zip(commit.events, events, strict=True):
        if logged.until_due:
            work.fall_due(logged.now)
        work.record(event, now=logged.now, late=logged.late, until_due=logged.until_due)
    if commit.due:
        work.fall_due(max(commit.due))


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
        if session.postgres:
            session.run(
                "SET LOCAL idle_in_transaction_session_timeout = 0"
            )  # it waits while what was read is done again
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
