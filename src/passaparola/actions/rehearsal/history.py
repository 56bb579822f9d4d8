"""What a rehearsal is told: facts of the past, one after another, each with the time it was decided with."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from passaparola.domain.events.event import Event
from passaparola.domain.events.read import UnableToReadEvent, read_event
from passaparola.domain.instant import Instant, UnableToReadInstant, parse_instant
from passaparola.domain.values import value
from passaparola.store.read import gather
from passaparola.store.read.gather import LinkRow
from passaparola.store.read.ledger_log import Commit, LoggedAct, LoggedEvent, RewardName, read_log
from passaparola.store.session import Session
from passaparola.store.shelf import ShelfFile, by_time

CLOCK, ADMIT = "clock.run", "advocate.admit"


@value(frozen=True, slots=True)
class Fact:
    """One event, decided with `now`. `until_due`: what was due before it falls due first."""

    event: Event
    now: Instant
    until_due: bool = True
    late: bool = False
    link: LinkRow | None = None

    @property
    def at(self) -> Instant:
        return self.now


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of a person, a checkout or the clock, and the natural keys of the rewards it names."""

    act: LoggedAct
    rewards: dict[str, RewardName] = field(default_factory=dict)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)  # advocate's id → program's slug, person

    @property
    def at(self) -> Instant:
        return self.act.at


@dataclass(frozen=True, slots=True)
class Due:
    """A moment up to which things fell due by themselves."""

    until: Instant

    @property
    def at(self) -> Instant:
        return self.until


Told = Fact | Deed | Due


def facts_of_lines(
    lines: Iterable[tuple[int, Any]], *, wrong: list[tuple[int, str]], source: str = "default"
) -> Iterator[Fact]:
    """Events of (line number, object) pairs as an import would take them; what cannot be read goes to `wrong`."""
    for number, raw in lines:
        try:
            event = read_event(raw, source=source, decimal=True)
        except UnableToReadEvent as problem:
            wrong.append((number, str(problem)))
            continue
        yield Fact(event, event.at)


def facts_in_order(
    lines: Callable[[], Iterable[tuple[int, Any]]], file: ShelfFile, *, wrong: list[tuple[int, str]]
) -> Iterator[Fact]:
    """The events in the order of their times; what happened at the same instant stays in the order of the file.

    A file that is in order is read as it is; any other goes through the temporary file.
    """
    if _in_order(lines()):
        yield from facts_of_lines(lines(), wrong=wrong)
        return
    yield from facts_of_lines(by_time(file, ((_when(raw), number, raw) for number, raw in lines())), wrong=wrong)


def _in_order(lines: Iterable[tuple[int, Any]]) -> bool:
    last = 0
    for _, raw in lines:
        at = _when(raw)
        if at < last:
            return False
        last = at
    return True


def _when(raw: Any) -> Instant:
    """The time a line tells; 0 where it tells none that can be read: the reader of events will say so."""
    try:
        return parse_instant(raw.get("at") or raw.get("occurred_at"))
    except (AttributeError, UnableToReadInstant):
        return 0


def told_by_log(session: Session, workspace: str) -> Iterator[Told]:
    """The whole log of a workspace in the order of its serials, each event with its stored `now`, acts and due times included."""
    for _, page in groupby(enumerate(read_log(session, workspace)), key=lambda found: found[0] // 200):
        commits = [commit for _, commit in page]
        links = _links(session, workspace, commits)
        for commit in commits:
            yield from _told_by(commit, links)


def _links(session: Session, workspace: str, commits: list[Commit]) -> dict[str, LinkRow]:
    wanted = {logged.link for commit in commits for logged in commit.events if logged.link}
    return gather.links_by_id(session, workspace, wanted) if wanted else {}


def _told_by(commit: Commit, links: dict[str, LinkRow]) -> Iterator[Told]:
    clock = [act for act in commit.acts if act.verb == CLOCK]
    advocates = {key: (name.program, name.person) for key, name in commit.advocates.items()}
    admitted: dict[tuple[str, str], list[LoggedAct]] = defaultdict(list)
    for act in commit.acts:
        if act.verb == ADMIT:
            admitted[tuple(act.input["event"])].append(act)
    for logged in commit.events:  # whom an event let in, directly before it
        for act in admitted.get((logged.event.source, logged.event.id), ()):
            yield Deed(act, {}, advocates)
        yield _fact(logged, links)
    if commit.due and not clock:
        yield Due(max(commit.due))
    for act in clock or commit.acts:
        if act.verb != ADMIT:
            yield Deed(act, dict(commit.rewards), advocates)


def _fact(logged: LoggedEvent, links: dict[str, LinkRow]) -> Fact:
    link = links.get(logged.link) if logged.link else None
    event = replace(logged.event, code=link.id) if link is not None else logged.event
    return Fact(event, logged.now, logged.until_due, logged.late, link and replace(link, active=True))
