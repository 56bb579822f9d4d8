"""Tell a history to programs in memory: the very same work as live, and nothing is written."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from passaparola.actions.events.work import Work
from passaparola.actions.rehearsal.acts import DONE_AGAIN, MOVES_NOTHING, ON_REWARDS, do_again
from passaparola.actions.rehearsal.contests import Contests
from passaparola.actions.rehearsal.figures import Figures
from passaparola.actions.rehearsal.growth import Growth
from passaparola.actions.rehearsal.history import Deed, Due, Fact, Told
from passaparola.actions.rehearsal.memory import Memory
from passaparola.actions.rehearsal.queues import Queues
from passaparola.actions.rehearsal.stage import Stage
from passaparola.actions.rehearsal.tally import Tally
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import Instant
from passaparola.domain.people.identity import Identity
from passaparola.store.read.gather import StoredEvent, WorkspaceRow
from passaparola.store.shelf import NEAR, PLAIN, Shelf, ShelfFile

TRIM_EVERY = 256  # facts


class Rehearsing(Work):
    """As live; what came before the time tried is only known (`only_know`), as it is to a program that begins then."""

    only_know = False
    came = 0  # how many have come

    def fresh(self, identities: tuple[Identity, ...]) -> str:
        """An id that follows from who somebody is and when they came, so that draws fall the same each time, and that lies beside those who
        came at about the same time: of a long history most lie in a file."""
        self.came += 1
        return f"{self.came:012x}{blake2b(chr(0).join(identities[0]).encode(), digest_size=10).hexdigest()}"

    def _decide(self, friend: str, stored: StoredEvent, now: Instant) -> None:
        if not self.only_know:
            super()._decide(friend, stored, now)


class Rehearsal:
    """One history under some programs. `begins_late`: programs that are not there from the first event on need what came before."""

    def __init__(
        self,
        file: ShelfFile,
        workspace: WorkspaceRow,
        programs: dict[str, ProgramVersions],
        *,
        trial: str,
        fixed: bool = True,
        begins_late: bool = False,
        since: Instant | None = None,
        near: int = NEAR,
    ):
        self.file, self.near = file, near
        self.names = Shelf(file, "names", near=near, form=PLAIN)
        self.memory = Memory(file, workspace, programs, near)
        self.plan = Tally(workspace.id)
        self.figures = Figures(file, self.memory, trial, near)
        self.memory.watching = self.figures.watch
        self.plan.seen = self.figures.decided
        self.work = Rehearsing(self.memory, self.plan, self.figures.due)
        self.stage = Stage(self.memory, self.plan, self.work, self.figures, trial, fixed)
        self.contests = Contests(self.stage)
        self.growth = Growth(self.stage, self.new_shelf("growth"))
        self.queues = Queues(self.stage, always=since is not None)
        self.since = since
        self.begins_late = begins_late or since is not None
        self.told = 0
        self.rejected = 0  # lines of a file that are no events
        self.outcomes: Counter[str] = Counter()
        self.not_replayed: Counter[str] = Counter()
        self.came_to_nothing: Counter[str] = Counter()
        self.first: Instant | None = None
        self.last: Instant | None = None

    def new_shelf(self, name: str, make: Any = None) -> Shelf:
        """One more shelf, trimmed with the others."""
        shelf = Shelf(self.file, name, make=make, near=self.near)
        self.memory.shelves.append(shelf)
        return shelf

    def share_people(self, other: "Rehearsal") -> None:
        """Know people by the ids that they have in the other rehearsal, which is always told first."""
        self.memory.people, self.names = other.memory.people, other.names

    def name_people(self) -> None:
        """Know from now on what each person is known by."""
        self.plan.names = self.names

    def run(self, history: Iterable[Told]) -> "Rehearsal":
        """Tell it all, one after another."""
        for count, told in enumerate(history, 1):
            self.tell(told)
            if count % TRIM_EVERY == 0:
                self.trim()
        return self

    def tell(self, told: Told) -> str:
        """One fact, act or moment. The outcome of an event."""
        outcome = ""
        if isinstance(told, Fact):
            outcome = self._event(told)
        elif isinstance(told, Due):
            self._at(told.until)
            self.work.fall_due(told.until)
        else:
            self._act(told)
        self.plan.drop()
        return outcome

    def trim(self) -> None:
        """Keep the memory small."""
        self.memory.trim()
        self.names.trim()
        self.figures.trim()

    def _event(self, fact: Fact) -> str:
        self._at(fact.now)
        self.work.only_know = self._before(fact.now)
        event = fact.event
        if fact.link is not None:
            self.memory.links = {fact.link.id: fact.link}
            self.memory.links_by_id[fact.link.id] = fact.link
        if fact.until_due:
            self.work.fall_due(fact.now)
        recorded = self.work.record(event, now=fact.now, late=fact.late, until_due=fact.until_due)
        if not self.work.only_know:
            self._count(event, recorded.outcome)
        if self.begins_late:
            self._remember(self.memory.events.get((event.source, event.id)))
        return recorded.outcome

    def _count(self, event: Event, outcome: str) -> None:
        self.told += 1
        self.outcomes[outcome] += 1
        if event.type != EventType.CUSTOMER:
            if self.first is None or event.at < self.first:
                self.first = event.at
            if self.last is None or event.at > self.last:
                self.last = event.at

    def _before(self, at: Instant) -> bool:
        """Whether this comes before the time that the programs are tried on."""
        return self.since is not None and at < self.since

    def _remember(self, stored: StoredEvent | None) -> None:
        """A program that starts later knows what a friend did before."""
        if stored is None:
            return
        known = stored.other_person if stored.type == EventType.SHARE else stored.person
        if known is None:
            return
        friend = self.memory.root(known)
        if any((program, friend) not in self.memory.cases for program in self.stage.everything):
            self.memory.history[friend].append(stored)

    def _act(self, deed: Deed) -> None:
        self._at(deed.act.at)
        verb = deed.act.verb
        if verb in MOVES_NOTHING or (self._before(deed.act.at) and verb in ON_REWARDS):
            return
        if verb not in DONE_AGAIN:
            self.not_replayed[verb] += 1
        elif not do_again(self.stage, deed):
            self.came_to_nothing[verb] += 1

    def _at(self, now: Instant) -> None:
        self.contests.until(now)
        self.growth.until(now)
        self.queues.until(now)
        self.figures.now = now
