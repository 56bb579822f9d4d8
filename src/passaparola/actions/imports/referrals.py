"""Enter recommendations that no link or code of ours has seen: those of the past from a file, and those that staff are told of.

Each becomes an event, so that it is kept, explained and done again as any other: the friend came at that time and named the advocate.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from passaparola.actions.acting import Asked, NotFound, Refusal, done, perform
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.events.loading import load
from passaparola.actions.events.overlay import Overlay, find_person, is_brought
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.events.work import CONFLICT, DUPLICATE, FRIEND_BOUND, RECORDED, UNKNOWN_PERSON
from passaparola.actions.imports.events import UNWRITTEN, Imported, importable_program
from passaparola.actions.programs.live import live_programs
from passaparola.domain.events.event import ORGANIC_SOURCE, STAFF_SOURCE, Event
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.domain.referrals.told import SAME_PERSON, UnableToReadReferral, read_referral
from passaparola.store.read.catalogue import ProgramEntry
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import reading

BOUND = "friend: is bound already, and nobody is moved"
_PAIR = "at: this advocate and this friend were entered before, at another time, which stands"
_NOBODY = "there is no person with this id"
_WHY = {UNKNOWN_PERSON: f"friend: {_NOBODY}", FRIEND_BOUND: BOUND, CONFLICT: _PAIR}
Lines = Sequence[tuple[int, Event]]


@dataclass(frozen=True, slots=True)
class Entering:
    """For which program, who enters it, whether it is of the past (`organic`), and whether any past date counts at once (`trusted`: an
    operator's import). Without that what lies too far back waits for a person, as any late event. `by`: another source than that of staff.
    """

    program: str
    asked: Asked
    keys: Keyring
    organic: bool = True
    trusted: bool = False
    by: str = ""

    @property
    def source(self) -> str:
        return self.by or (ORGANIC_SOURCE if self.organic else STAFF_SOURCE)

    def arrival(self, event: Event) -> Arrival:
        if self.trusted:
            return Arrival(event, now=event.at, until_due=True, trusted_past=True)
        return Arrival(event, now=self.asked.now)


def import_referrals(lines: Sequence[tuple[int, Any]], entering: Entering) -> Imported:
    """Enter the recommendations of (line number, object) pairs: advocate, friend, at, note. Told again, nothing changes; the same pair at
    another time is a conflict, and so is a friend who is bound already. Whoever recommends becomes an advocate. Raises UnableToImport
    where the program is not live.
    """
    with reading() as session:
        program = importable_program(session, entering.asked.workspace, entering.program)
    result = Imported()
    told: list[tuple[int, Event]] = []
    for line, raw in lines:
        try:
            event = read_referral(raw, program=program.slug, source=entering.source, now=entering.asked.now)
        except UnableToReadReferral as problem:
            result.rejected.append((line, str(problem)))
        else:
            told.append((line, event))
    for part in _one_after_another(told):
        _enter(part, program, entering, result)
    return result


def _one_after_another(told: Lines) -> Iterator[Lines]:
    """What tells of one friend again comes when the line before it has been decided."""
    while told:
        seen: set[Identity] = set()
        first: list[tuple[int, Event]] = []
        later: list[tuple[int, Event]] = []
        for line, event in told:
            (later if seen.intersection(event.person) else first).append((line, event))
            seen.update(event.person)
        yield first
        told = later


def _enter(told: Lines, program: ProgramEntry, entering: Entering, result: Imported) -> None:
    overlay = _facts(told, entering)
    fresh: list[tuple[int, Event]] = []
    for line, event in told:
        stored = overlay.events.get((event.source, event.id))
        if stored is not None:
            _count(result, line, DUPLICATE if stored.at == event.at else CONFLICT)
        elif (who := find_person(overlay, event.person)) and who == find_person(overlay, event.referred_by):
            result.rejected.append((line, SAME_PERSON))
        elif any(kind == "person" and value not in overlay.known_people for kind, value in event.person):
            _count(result, line, UNKNOWN_PERSON)
        elif is_brought(overlay, event):
            _count(result, line, FRIEND_BOUND)
        else:
            fresh.append((line, event))
    named = dict.fromkeys(event.referred_by for _, event in fresh if not _recommends(event, program, overlay))
    refused = _enrolled(named, program, entering)
    result.rejected += [(line, refused[event.referred_by]) for line, event in fresh if event.referred_by in refused]
    fresh = [(line, event) for line, event in fresh if event.referred_by not in refused]
    if fresh:
        _write_down([event.id for _, event in fresh], program, entering)
    arrivals = [entering.arrival(event) for _, event in fresh]
    answers = record_events(arrivals, workspace=entering.asked.workspace, keys=entering.keys)
    for (line, _), answer in zip(fresh, answers, strict=True):
        _count(result, line, answer.events[0].outcome if answer.events else f"{UNWRITTEN}: {answer.failed}")


def _facts(told: Lines, entering: Entering) -> Overlay:
    """What is known of these friends and advocates, so that whoever is turned away leaves nothing behind."""
    with reading() as session:
        row = workspace_row(session, entering.asked.workspace)
        return load(session, row, live_programs(session, row), [event for _, event in told], keys=entering.keys)


def _recommends(event: Event, program: ProgramEntry, overlay: Overlay) -> bool:
    person = find_person(overlay, event.referred_by)
    return person is not None and overlay.takes_part(program.key, person)


def _enrolled(
    named: Iterable[tuple[Identity, ...]], program: ProgramEntry, entering: Entering
) -> dict[tuple[Identity, ...], str]:
    """Make advocates of these; of whom cannot be one, why."""
    refused: dict[tuple[Identity, ...], str] = {}
    for identities in named:
        try:
            done(enrol(program.slug, identities=identities, asked=entering.asked, invited=True))
        except NotFound:
            refused[identities] = f"advocate: {_NOBODY}"
        except Refusal as refusal:
            refused[identities] = f"advocate: {refusal.message}"
    return refused


def _write_down(events: list[str], program: ProgramEntry, entering: Entering) -> None:
    """Who enters these, and when."""
    given: dict[str, Any] = {"program": program.slug, "events": events, "organic": entering.organic}
    perform(entering.asked, lambda desk: desk.act("referral.enter", program.slug, **given))


def _count(result: Imported, line: int, outcome: str) -> None:
    if outcome == RECORDED:
        result.recorded += 1
    elif outcome == DUPLICATE:
        result.duplicates += 1
    elif outcome in (CONFLICT, FRIEND_BOUND):
        result.conflicts.append((line, _WHY[outcome]))
    else:
        result.rejected.append((line, _WHY.get(outcome, outcome)))
