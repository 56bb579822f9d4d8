"""The steps that reservations share: booking what a checkout does to rewards, and ending a reservation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.actions.effects import Cause, add_transfer, book_changes, tell
from passaparola.actions.events.overlay import Overlay
from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import Purpose, Transfer, TransferKind
from passaparola.domain.rewards.change import Reward, RewardChange, expire
from passaparola.domain.rewards.credit import bring_back, is_over, let_go, payment, repayment, spend
from passaparola.store.read.checkout import CAPTURED, RELEASED, RETURNED, Line, Reservation
from passaparola.store.write.plan import Plan

_UPDATE = (
    "UPDATE store_creditreservation SET state = %(state)s, revision = revision + 1 WHERE workspace_id = %(ws)s::uuid"
    " AND id = %(id)s::uuid AND revision = %(seen)s"
)


@dataclass(slots=True)
class Till:
    """Where a checkout's steps are booked: one cause, one moment, one notice for outside at the end."""

    overlay: Overlay
    plan: Plan
    cause: Cause
    now: Instant
    notices: list[dict[str, Any]] = field(default_factory=list)

    def book(self, change: RewardChange, *moves: Transfer, ends: str | None = None) -> list[str]:
        """Write one step of a reward and its transfers; their ids. `ends` is the pending transfer that a post or void ends."""
        book_changes([change], self.cause, self.overlay, self.plan, at=self.now, count=False, notices=self.notices)
        return [self._move(move, change.after.id, ends) for move in moves]

    def _move(self, move: Transfer, reward: str, ends: str | None) -> str:
        pending = ends if move.kind in (TransferKind.POST, TransferKind.VOID) else None
        return add_transfer(move, reward, self.cause, self.plan, self.now, pending)

    def lapse(self, reward: Reward) -> None:
        """What comes back after the end of its life becomes breakage at once."""
        reward = self.overlay.reward_now(reward)
        if is_over(reward, self.now):
            self.book(expire(reward))

    def close(self) -> None:
        """Tell what was done."""
        if self.notices:
            tell(self.notices, self.cause, self.plan, self.now)


def end_reservation(
    till: Till, reservation: Reservation, lines: Sequence[Line], rewards: dict[str, Reward], state: str
) -> None:
    """Capture, release or give back a whole reservation. `rewards` by id, as they are now."""
    for line in lines:
        reward = till.overlay.reward_now(rewards[line.reward])
        _END[state](till, reward, line)
    values = {"state": state, "ws": till.plan.workspace, "id": reservation.id, "seen": reservation.revision}
    till.plan.guarded.append((_UPDATE, values))


def _capture(till: Till, reward: Reward, line: Line) -> None:
    post = payment(reward, TransferKind.POST, Purpose.SPEND, line.amount)
    till.book(spend(reward, line.amount), post, ends=line.pending_transfer)


def _release(till: Till, reward: Reward, line: Line) -> None:
    void = payment(reward, TransferKind.VOID, Purpose.RELEASE, line.amount)
    till.book(let_go(reward, line.amount), void, ends=line.pending_transfer)
    till.lapse(reward)


def _give_back(till: Till, reward: Reward, line: Line) -> None:
    till.book(bring_back(reward, line.amount), repayment(reward, line.amount))
    till.lapse(reward)


_END = {CAPTURED: _capture, RELEASED: _release, RETURNED: _give_back}
