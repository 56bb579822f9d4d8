"""Rewards that wait for room under a limit: when there is room the oldest goes first, whole, and counts from then on.

What one occasion earned leaves the queue together. Whatever is older and waits for the same limit is never passed by. Two clocks at once
release nothing twice: each reward is written with the revision it was read with, and each counter below its ceiling. In words:
docs/rules/limits.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.effects import book_changes
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.rewards.terms import asks, end_of_life
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.rewards.change import Reward, RewardChange, leave_queue, queue_elsewhere
from passaparola.domain.rewards.limits import counter_now
from passaparola.domain.rewards.queue import leaving

RELEASE = "queue.release"
_ALL = 1_000_000
_LIMITS = 500  # of which there is room, in one commit


def release_queued(workspace: str, *, now: Instant, actor: str, batch: int) -> int:
    """Let go what there is room for. The number of rewards that left the queue. Raises Conflict."""
    steps, asked = 0, Asked(workspace, now, actor)
    while moved := done(perform(asked, lambda desk: release_batch(desk, batch))):
        steps += moved
    return steps


def release_again(given: Mapping[str, Any], *, asked: Asked) -> int:
    """Do one batch of the past again, as large as it was. Raises Conflict."""
    return done(perform(asked, lambda desk: release_batch(desk, most_of(given))))


def most_of(given: Mapping[str, Any]) -> int:
    """How many of each limit a batch of the log looked at; the log did not say it at first."""
    return int(given.get("rows", _ALL))


def release_batch(desk: Desk, most: int) -> int:
    """The oldest of each limit that has room, in one commit. The number of rewards that left the queue."""
    waiting = _with_room(desk, most)
    if not waiting:
        return 0
    overlay = desk.overlay(rewards=[reward.id for reward in waiting])
    changes = list(_changes(waiting, overlay, desk.now))
    if not changes:
        return 0
    left = sum(change.after.queued_on is None for change in changes)
    cause = desk.act(RELEASE, "", rewards=left, rows=most)
    book_changes(changes, cause, overlay, desk.plan, at=desk.now)
    return left


def _with_room(desk: Desk, most: int) -> list[Reward]:
    """What waits under limits that have room, of running programs, the oldest first."""
    counters: dict[str, tuple[str, int] | None] = {}
    for name in desk.full_limits():
        program = desk.programs[name.split(":")[1]].live
        if program.status == ProgramStatus.ACTIVE:
            counters[name] = counter_now(program, name, desk.now)
    used = desk.counters([found[0] for found in counters.values() if found is not None])
    open_ = [name for name, found in counters.items() if found is None or used.get(found[0], 0) < found[1]]
    found = {reward.id: reward for name in open_[:_LIMITS] for reward in desk.queued(name, most)}
    return sorted(found.values(), key=lambda reward: reward.id)


def _changes(waiting: list[Reward], overlay: Overlay, now: Instant) -> Iterator[RewardChange]:
    found = leaving(
        waiting,
        program_of=lambda reward: overlay.programs[reward.program].live,
        root=overlay.root,
        counters=overlay.counters,
        now=now,
    )
    for reward, limit in found:
        if limit is not None:
            yield queue_elsewhere(reward, limit)
            continue
        ends = end_of_life(reward, overlay.programs, now)
        who = asks(reward, overlay.programs)
        yield leave_queue(reward, waits=overlay.waits(reward), now=now, expires_at=ends, asks=who)
