"""The kill switch of rewards: while it is on nothing is issued or handed over, all goes on being decided, and nothing is lost.

What people have stays theirs to use. In words: docs/rules/rewards.md.
"""

from collections.abc import Iterable
from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.effects import Cause, book_changes
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.referrals.settle import settle
from passaparola.actions.rewards.terms import asks, end_of_life
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, free
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.gather import WorkspaceRow, referrals_refused_by, rewards_waiting
from passaparola.store.read.switches import EVERYWHERE
from passaparola.store.session import Conflict

_NOTHING_GOES_OUT = gettext_noop(
    "rewards are paused: nothing is paid out or sent, and no list of it is given, until they are resumed. Nothing is lost: tell again then"
)


def pause_rewards(*, asked: Asked, note: str = "", everywhere: bool = False) -> Performed[bool]:
    """Issue and hand over nothing from now on. False: it was paused already. `everywhere`: with all other workspaces. Raises Conflict."""
    return perform(asked, lambda desk: _pause(desk, note, everywhere=everywhere))


def resume_rewards(*, asked: Asked, note: str = "") -> Performed[bool]:
    """Issue again, beginning with what waited for it, unless that waits for something else. False: it was not paused. Raises Conflict."""
    return perform(asked, lambda desk: _resume(desk, note))


def refuse_while_paused(workspace: WorkspaceRow) -> None:
    """Nothing leaves the firm while the switch is on. Raises Refusal: `rewards_paused` (409)."""
    if workspace.rewards_paused:
        raise Refusal(str(Reason.REWARDS_PAUSED), _NOTHING_GOES_OUT)


def free_waiting(rewards: Iterable[str], overlay: Overlay, desk: Desk, cause: Cause) -> None:
    """Let these rewards go on: each is issued, or waits for what else there is."""
    everyone = [r for case in overlay.by_id.values() for r in case.rewards.values()]
    everyone += [r for found in overlay.milestones.values() for r in found.values()]
    known = {reward.id: reward for reward in everyone}
    let_go((known[key] for key in rewards), overlay, desk, cause)


def let_go(rewards: Iterable[Reward], overlay: Overlay, desk: Desk, cause: Cause) -> None:
    """The same with the rewards themselves, as they are now."""
    changes = []
    for reward in rewards:
        change = free(
            reward,
            waits=overlay.waits(reward),
            now=desk.now,
            expires_at=end_of_life(reward, overlay.programs, desk.now),
            asks=asks(reward, overlay.programs),
        )
        changes += [change] if change is not None else []
    book_changes(changes, cause, overlay, desk.plan, at=desk.now)


def _pause(desk: Desk, note: str, *, everywhere: bool) -> bool:
    if desk.workspace.rewards_paused:
        return False
    desk.act("rewards.pause", EVERYWHERE if everywhere else "", note)
    _set(desk, desk.now)
    return True


def _resume(desk: Desk, note: str) -> bool:
    if not desk.workspace.rewards_paused:
        return False
    cause = desk.act("rewards.resume", "", note)
    _set(desk, None)
    desk.workspace = replace(desk.workspace, rewards_paused=False)
    waiting = [r.id for r in rewards_waiting(desk.session, desk.workspace.id, Reason.REWARDS_PAUSED)]
    raised = referrals_refused_by(desk.session, desk.workspace.id, Reason.REWARDS_PAUSED)
    overlay = desk.overlay(rewards=waiting, referrals=raised)
    free_waiting(waiting, overlay, desk, cause)
    for key in raised:
        case = overlay.holder(key)
        if case is not None:
            settle(case, overlay.programs[case.program], overlay, desk.plan, cause=cause, now=desk.now)
    return True


def _set(desk: Desk, at: int | None) -> None:
    """Whoever decides at this moment shall decide again: the programs count as changed."""
    desk.plan.programs_version = None
    changed = desk.session.run(
        "UPDATE store_workspace SET rewards_paused_at = %(at)s::bigint, programs_version = programs_version + 1"
        " WHERE id = %(ws)s::uuid AND programs_version = %(seen)s",
        at=at,
        ws=desk.workspace.id,
        seen=desk.workspace.programs_version,
    )
    if changed != 1:
        raise Conflict("the programs were changed by another writer")
