"""Import past events from a file: one batch of lines, each decided at its own time. A line known already changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.events.work import CONFLICT, DUPLICATE, DUPLICATE_ORDER, ORDER_CONFLICT, RECORDED
from passaparola.actions.visits.tokens import names_token, with_visit
from passaparola.domain.events.event import DEFAULT_SOURCE, OWN_SOURCES, Event
from passaparola.domain.events.read import FUTURE_TOLERANCE, LONGEST_SOURCE, UnableToReadEvent, read_event
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.tokens import Clicked
from passaparola.store.read.catalogue import NoSuchProgram, ProgramEntry, find_program, programs_of
from passaparola.store.read.gather import StoredEvent, known_events
from passaparola.store.session import Session, reading

_FUTURE = "at: is more than five minutes in the future: a file holds what has happened"
_CONFLICT = "id: an event with this id is known with other content, and stays as it is; give this one an id of its own"
_ORDER = (
    "order: this order is known with another amount or person, which stays; an operator finds it among the findings"
)
UNWRITTEN = "could not be written"
_PERSON = "person: there is no person with this id"


class UnableToImport(ValueError):
    """Nothing was imported; the message says why and what to do."""


@dataclass(slots=True)
class Imported:
    """What became of a batch. `conflicts` and `rejected` are (line, why).

    `duplicates` were known and change nothing. `duplicate_orders` and `order_conflicts` are new events about orders that were known: both
    are in the log now and need no second try; of the first the code and the time count, of the second nothing.
    `decided_by` counts, for the events that were known before, the programs that decided them then.
    """

    recorded: int = 0
    duplicates: int = 0
    duplicate_orders: int = 0
    conflicts: list[tuple[int, str]] = field(default_factory=list)
    order_conflicts: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    decided_by: dict[str, int] = field(default_factory=dict)


def importable_program(session: Session, workspace: str, name: str) -> ProgramEntry:
    """The program that an import is for: it must be live. Raises UnableToImport naming what there is."""
    try:
        program = find_program(session, workspace, name)
    except NoSuchProgram as problem:
        raise UnableToImport(str(problem)) from None
    if program.live_version is None or program.status != ProgramStatus.ACTIVE:
        live = [p.slug for p in programs_of(session, workspace) if p.live_version and p.status == ProgramStatus.ACTIVE]
        remedy = f"Live are: {', '.join(live)}" if live else "`passaparola program apply FILE` makes one live"
        raise UnableToImport(f"The program {program.slug!r} is {program.status}, so it decides nothing. {remedy}")
    return program


def import_events(
    lines: Sequence[tuple[int, Any]], *, workspace: str, now: Instant, keys: Keyring, source: str = DEFAULT_SOURCE
) -> Imported:
    """Record the events of (line number, object) pairs, each decided with `now` = its own time, what fell due before it included.

    `now` is the real time: what lies more than five minutes ahead of it is rejected. All other lines go in whatever else is wrong. Raises
    UnableToImport where `source` is none that others may have.
    """
    if source in OWN_SOURCES or not (0 < len(source) <= LONGEST_SOURCE and source.isprintable()):
        said = f"1 to {LONGEST_SOURCE} printable characters, and none of {', '.join(sorted(OWN_SOURCES))}"
        raise UnableToImport(f"The source {source!r} cannot be: it is {said}, which are what we tell ourselves")
    result = Imported()
    events = _readable(lines, source, now, result)
    clicks = _clicks(events, workspace, keys, result)
    known = _known(workspace, [event for _, event in events])
    fresh, told = [], []
    for line, event in events:
        stored = known.get((event.source, event.id))
        if stored is not None and stored.content_hash == event.content_hash():
            told.append(stored.id)
        else:
            fresh.append((line, event))
    result.duplicates = len(told)
    answers = record_events(
        [
            Arrival(event, now=event.at, until_due=True, trusted_past=True, visit=clicks.get(line))
            for line, event in fresh
        ],
        workspace=workspace,
        keys=keys,
    )
    for (line, _), answer in zip(fresh, answers, strict=True):
        outcome = answer.events[0].outcome if answer.events else f"{UNWRITTEN}: {answer.failed}"
        _count(result, line, outcome)
    if told:
        result.decided_by = _deciders(workspace, told)
    return result


def _readable(lines: Sequence[tuple[int, Any]], source: str, now: Instant, result: Imported) -> list[tuple[int, Event]]:
    events = []
    for line, raw in lines:
        try:
            event = read_event(raw, source=source, decimal=True)
        except UnableToReadEvent as problem:
            result.rejected.append((line, str(problem)))
            continue
        if event.at > now + FUTURE_TOLERANCE:
            result.rejected.append((line, _FUTURE))
        else:
            events.append((line, event))
    return events


def _clicks(events: list[tuple[int, Event]], workspace: str, keys: Keyring, result: Imported) -> dict[int, Clicked]:
    """The visits through our own links that lines name by their tokens. Such an event names the visit itself from here on."""
    clicks: dict[int, Clicked] = {}
    for n, (line, event) in reversed(list(enumerate(events))):
        if names_token(event):
            try:
                named, clicks[line] = with_visit(event, workspace, keys)
                events[n] = line, named
            except UnableToReadEvent as problem:
                result.rejected.append((line, str(problem)))
                del events[n]
    return clicks


def _known(workspace: str, events: Sequence[Event]) -> dict[tuple[str, str], StoredEvent]:
    """The events of these that are stored already."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for event in events:
        by_source[event.source].append(event.id)
    with reading() as session:
        stored = [e for source, ids in by_source.items() for e in known_events(session, workspace, source, ids)]
    return {(e.source, e.external_id): e for e in stored}


def _count(result: Imported, line: int, outcome: str) -> None:
    if outcome == RECORDED:
        result.recorded += 1
    elif outcome == DUPLICATE:
        result.duplicates += 1
    elif outcome == DUPLICATE_ORDER:
        result.duplicate_orders += 1
    elif outcome == CONFLICT:
        result.conflicts.append((line, _CONFLICT))
    elif outcome == ORDER_CONFLICT:
        result.order_conflicts.append((line, _ORDER))
    else:
        result.rejected.append((line, _PERSON if outcome == "unknown_person" else outcome))


def _deciders(workspace: str, events: Sequence[str]) -> dict[str, int]:
    """How many of these known events each program decided."""
    with reading() as session:
        rows = session.rows(
            "SELECT p.slug, COUNT(DISTINCT d.cause) FROM store_decision d JOIN store_program p ON p.id = d.program_id"
            " WHERE d.workspace_id = %(ws)s::uuid AND d.cause = any{causes:text} GROUP BY p.slug",
            ws=workspace,
            causes=[f"event:{e}" for e in events],
        )
    return dict(rows)
