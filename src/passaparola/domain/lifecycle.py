"""The states of a program, of a referral and of a reward, and every move between them that there is.

These tables are what the code goes by: a status of a program changes by `allowed_from`, every step of a reward and every change of a
referral is held against `require`. `domain/programs/flow.py` draws them for one program.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.rewards.change import RewardState


class ReferralStatus(StrEnum):
    OPEN = "open"
    BOUND = "bound"
    CONVERTED = "converted"
    REFUSED = "refused"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: what is done, from which state (None: from nothing) to which."""

    act: str
    before: str | None
    after: str


class IllegalMove(ValueError):
    """There is no such move; nothing was changed."""

    def __init__(self, machine: "Machine", act: str, before: str | None, after: str):
        super().__init__(f"{machine.name}: {act!r} does not lead from {before or 'nothing'} to {after}")
        self.act, self.before, self.after = act, before, after


class Machine:
    """What may happen to one thing."""

    __slots__ = ("_known", "moves", "name", "states")

    def __init__(self, name: str, states: Iterable[str], moves: Iterable[tuple[str, str | None, str]]):
        self.name, self.states = name, tuple(str(s) for s in states)
        self.moves = tuple(Move(act, before and str(before), str(after)) for act, before, after in moves)
        self._known = frozenset((m.act, m.before, m.after) for m in self.moves)

    def require(self, act: str, before: str | None, after: str) -> None:
        """Raises IllegalMove."""
        if (act, before, after) not in self._known:
            raise IllegalMove(self, act, before, after)

    def allowed_from(self, act: str) -> frozenset[str]:
        """The states in which something may be done."""
        return frozenset(m.before for m in self.moves if m.act == act and m.before is not None)


_P, _F, _R = ProgramStatus, ReferralStatus, RewardState

PROGRAM = Machine(
    "program",
    _P,
    (
        ("apply", None, _P.DRAFT),
        ("apply", None, _P.ACTIVE),
        *(("apply", before, _P.ACTIVE) for before in _P),
        ("pause", _P.ACTIVE, _P.PAUSED),
        ("resume", _P.PAUSED, _P.ACTIVE),
        ("end", _P.ACTIVE, _P.ENDED),
        ("end", _P.PAUSED, _P.ENDED),
        ("archive", _P.ENDED, _P.ARCHIVED),
    ),
)

_DECIDED = (_F.OPEN, _F.BOUND, _F.CONVERTED, _F.REFUSED)
REFERRAL = Machine(
    "referral",
    _F,
    (
        ("begin", None, _F.OPEN),
        *(("decide", before, after) for before in _DECIDED for after in _DECIDED if before is not after),
        *(("merge", before, _F.MERGED) for before in _DECIDED),
    ),
)

REWARD = Machine(
    "reward",
    _R,
    (
        ("pending", None, _R.PENDING),
        ("issued", None, _R.ISSUED),
        ("issued", _R.PENDING, _R.ISSUED),
        ("changed", _R.PENDING, _R.PENDING),
        ("changed", _R.ISSUED, _R.ISSUED),
        ("changed", _R.REDEEMED, _R.ISSUED),  # more is due than was used
        ("cancelled", _R.PENDING, _R.CANCELLED),
        ("cancelled", _R.ISSUED, _R.CANCELLED),
        ("denied", _R.PENDING, _R.DENIED),
        ("reopened", _R.DENIED, _R.PENDING),
        ("reopened", _R.CANCELLED, _R.PENDING),
        ("reopened", _R.ISSUED, _R.PENDING),
        ("reversed", _R.ISSUED, _R.ISSUED),  # a part of it
        ("reversed", _R.ISSUED, _R.REVERSED),
        ("reversed", _R.ISSUED, _R.REDEEMED),  # what had not been used
        ("reversed", _R.ISSUED, _R.EXPIRED),
        ("short", _R.ISSUED, _R.ISSUED),
        ("short", _R.REDEEMED, _R.REDEEMED),
        ("restored", _R.CANCELLED, _R.PENDING),
        ("restored", _R.CANCELLED, _R.ISSUED),
        ("restored", _R.REVERSED, _R.PENDING),
        ("restored", _R.REVERSED, _R.ISSUED),
        ("reserved", _R.ISSUED, _R.ISSUED),
        ("released", _R.ISSUED, _R.ISSUED),
        ("redeemed", _R.ISSUED, _R.ISSUED),  # a part of it
        ("redeemed", _R.ISSUED, _R.REDEEMED),
        ("returned", _R.ISSUED, _R.ISSUED),
        ("returned", _R.REDEEMED, _R.ISSUED),
        ("returned", _R.EXPIRED, _R.ISSUED),  # a part was used before the rest expired
        ("expired", _R.ISSUED, _R.ISSUED),  # while a checkout holds the rest
        ("expired", _R.ISSUED, _R.REDEEMED),
        ("expired", _R.ISSUED, _R.EXPIRED),
    ),
)
