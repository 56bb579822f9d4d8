"""The clock closes contests: whoever brought most in a period that is over wins the prizes, once.

What is closed is kept by a counter that goes to 1 and no further, so two clocks give nothing twice; and by an act with everybody's
place, so that doing it again gives the same. In words: docs/rules/contests.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.effects import Cause, book_changes, move_counter
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.programs.live import live_programs
from passaparola.actions.referrals.settle import stand_still
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program, ProgramStatus, Trigger
from passaparola.domain.programs.contest import Contest
from passaparola.domain.rewards.contests import (
    Brought,
    Placed,
    Span,
    are_before_closed,
    brought,
    decide_prize,
    prizes_of,
    span_of,
    spans_to_close,
    standings,
)
from passaparola.domain.rewards.limits import CounterMove
from passaparola.store.read.gather import counters, workspace_row
from passaparola.store.session import Session, reading

Place = tuple[int, str, int]  # the place, whose it is, and by what figure
CLOSE, NOT_GIVEN = "contest.close", "prize_not_given"


def close_contests(workspace: str, *, now: Instant, actor: str) -> int:
    """Close what is over, the earliest first. The number of periods closed. Raises Conflict."""
    asked = Asked(workspace, now, actor)
    with reading() as session:
        found = list(_open(session, workspace, now))
    return sum(done(perform(asked, _closing(key, span))) for key, span in found)


def _closing(key: str, span: Span) -> Callable[[Desk], int]:
    return lambda desk: close(desk, key, span)


def _open(session: Session, workspace: str, now: Instant) -> Iterator[tuple[str, Span]]:
    """The periods that are over and not closed yet: those since the last one that was, with those that a version lets wait longer."""
    for key, versions in live_programs(session, workspace_row(session, workspace)).items():
        if versions.live.status is not ProgramStatus.ACTIVE or not any(v.contest for v in versions.versions):
            continue
        waiting: list[tuple[str, Span]] = []
        for span in spans_to_close(versions, now):
            if not counters(session, workspace, [closed_key(key, span)]):
                waiting.append((key, span))
            elif are_before_closed(span, versions):
                break
        yield from reversed(waiting)


def closed_key(program: str, span: Span) -> str:
    """The counter that says whether a period was closed."""
    return f"contest:{program}:{span.name}"


def close(desk: Desk, key: str, span: Span) -> int:
    """Close one period: 1, or 0 where another writer did, or the program is not active."""
    versions = desk.programs[key]
    program, closed = versions.at(span.ends - 1), closed_key(key, span)
    if versions.live.status is not ProgramStatus.ACTIVE or desk.counters([closed]).get(closed):
        return 0
    if program.contest is None:
        return 0
    overlay = desk.people()
    places: list[Place] = [
        (p.place, p.advocate, p.figure) for p in places_of(desk, key, span, program.contest, overlay)
    ]
    last = max(rule.places.last for rule in program.prizes if rule.places is not None)
    winners = [place for place in places if place[0] <= last]
    unit = versions.live.currency if program.contest.by_value else None
    cause = desk.act(CLOSE, program.slug, period=span.name, ends=span.ends, places=winners, of=len(places), unit=unit)
    load_winners(desk, overlay, winners, span)
    award(desk, key, span, winners, cause, overlay)
    return 1


def load_winners(desk: Desk, overlay: Overlay, winners: Sequence[Place], span: Span) -> None:
    """What is to be known of those who win."""
    desk.parties(overlay, {overlay.root(person) for _, person, _ in winners}, [desk.now, span.ends - 1])


def places_of(desk: Desk, key: str, span: Span, contest: Contest, overlay: Overlay) -> list[Placed]:
    """Everybody's place by what is known now; who is suspended has none."""
    versions = desk.programs[key]
    out = {overlay.root(person) for person in desk.suspended(key)}
    found = (one for one in _brought(desk, key, span, versions, contest, overlay) if one.advocate not in out)
    return standings(found, contest, span)


def _brought(
    desk: Desk, key: str, span: Span, versions: ProgramVersions, contest: Contest, overlay: Overlay
) -> Iterator[Brought]:
    since = 0 if contest.by_value or _earns_again(versions.versions) else span.begins
    for referral, state in desk.converted(key, since, span.ends):
        yield from brought(state, versions, referral, overlay.roots, by_value=contest.by_value)


def _earns_again(versions: Iterable[Program]) -> bool:
    """Whether a friend may begin to count later than they first earned: the first order may be refunded, and another one stay."""
    return any(version.trigger in (Trigger.PURCHASE, Trigger.CONTENT_VISIT) for version in versions)


def award(desk: Desk, key: str, span: Span, places: Sequence[Place], cause: Cause, overlay: Overlay) -> None:
    """Give what each place wins. What a cap, the budget or a pause refuses is a finding."""
    versions = overlay.programs[key]
    move_counter(CounterMove(closed_key(key, span), 1, 1), overlay, desk.plan)
    for place, person, _ in places:
        winner = overlay.root(person)
        for rule in prizes_of(versions.at(span.ends - 1), place):
            world = overlay.world_of(key, winner)
            found = decide_prize(rule, winner, span, versions, world, place=place, now=desk.now)
            for why in {str(refusal[2]) for refusal in found.refusals}:
                detail = {"program": versions.live.slug, "rule": rule.id, "place": place, "person": winner, "why": why}
                name = f"{key}:{span.name}:{place}:{rule.id}:{winner}"
                desk.plan.find(NOT_GIVEN, name, orjson.dumps(detail).decode(), desk.now)
            for move in found.moves:
                move_counter(move, overlay, desk.plan)
            booked = book_changes(found.changes, cause, overlay, desk.plan, at=desk.now, count=False)
            stand_still(booked, overlay, desk.plan)


def close_again(program: str, given: dict[str, Any], *, asked: Asked) -> int:
    """Do a close of the past again, with the places there were. Raises Conflict."""

    def do(desk: Desk) -> int:
        overlay, span = desk.people(), span_again(desk.programs[program], given)
        cause = desk.act(CLOSE, desk.programs[program].live.slug, **given)
        load_winners(desk, overlay, given["places"], span)
        award(desk, program, span, given["places"], cause, overlay)
        return 1

    return done(perform(asked, do))


def span_again(versions: ProgramVersions, given: dict[str, Any]) -> Span:
    """The period that an act closed."""
    version = versions.at(given["ends"] - 1)
    if version.contest is None:
        return Span(given["period"], 0, given["ends"], given["ends"])
    return span_of(given["ends"] - 1, version.contest, version.timezone)
