"""Promised rewards that are late: the operator is told, once for each and for what it waits."""

from typing import Any

from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.expected import APPROVAL_DAYS, FOR_STAFF, HANDOVER_DAYS, HOLD_GRACE, expected, is_late
from passaparola.domain.rewards.kinds import PAYABLES
from passaparola.store.read.gather import rewards_by_id, rewards_on_hold
from passaparola.store.read.late_rewards import rewards_waiting_since
from passaparola.store.read.payables import owed_rows
from passaparola.store.session import reading

REWARD_LATE = "reward_late"
MOST = 200  # told in one look; the others when these are dealt with
_BETWEEN = 3_600_000_000  # an hour: what is late by days is not looked for at each tick
_looked: dict[str, Instant] = {}


def late_to_tell(workspace: str, *, now: Instant) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, key) → detail of a finding for every reward that should have been given. At most once an hour of the workspace's time."""
    last = _looked.get(workspace)
    if last is not None and 0 <= now - last < _BETWEEN:
        return {}
    found = {
        (REWARD_LATE, f"{r.id}:{expected(r).waits_for}"): _detail(r)
        for r in _suspects(workspace, now)
        if is_late(r, now)
    }
    _looked[workspace] = now
    return found


def forget_looks() -> None:
    """Look at the next tick again."""
    _looked.clear()


def _suspects(workspace: str, now: Instant) -> list[Reward]:
    with reading() as session:
        held = rewards_on_hold(session, workspace, now - HOLD_GRACE, MOST)
        reasons = sorted(str(reason) for reason in FOR_STAFF)
        waiting = rewards_waiting_since(session, workspace, reasons, now - APPROVAL_DAYS * DAY, MOST)
        owed = owed_rows(session, workspace, sorted(PAYABLES), until=now - HANDOVER_DAYS * DAY, limit=MOST)
        ours = rewards_by_id(session, workspace, [row.reward for row in owed]) if owed else []
    return [*held, *waiting, *ours]


def _detail(reward: Reward) -> dict[str, Any]:
    due = expected(reward)
    at = iso(due.at) if due.at is not None else None
    return {
        "reward": reward.id,
        "waits_for": due.waits_for,
        "expected_at": at,
        "amount": reward.net,
        "unit": reward.unit,
    }
