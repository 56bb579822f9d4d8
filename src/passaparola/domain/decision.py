"""What a decision on one referral reads, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.domain.attribution.bind import AdvocateFacts, Binding
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.standing import Standing
from passaparola.domain.referrals.state import Conclusion, FriendState
from passaparola.domain.rewards.change import Reward, RewardChange
from passaparola.domain.rewards.limits import CounterMove
from passaparola.domain.rewards.target import Occasion
from passaparola.domain.values import value


@dataclass(slots=True)
class ReferralFacts:
    """One friend in one program, as gathered. The state already holds the event at hand."""

    id: str
    friend: str
    state: FriendState
    rewards: Mapping[tuple[str, str, str, str], Reward]
    merged: bool = False


@dataclass(slots=True)
class World:
    """What else a decision reads. `milestone_rewards` by (rule id, advocate)."""

    advocates: Mapping[str, AdvocateFacts]
    roots: Mapping[str, str]
    counters: Mapping[str, int]
    milestone_rewards: Mapping[tuple[str, str], Sequence[Reward]] = field(default_factory=dict)
    rewards_paused: bool = False  # nothing is issued in the whole workspace
    taken: Mapping[str, str] = field(default_factory=dict)  # conversion → the program in which it earns instead
    # (program, advocate) → referral → when it was counted
    paces: Mapping[tuple[str, str], Mapping[str, Instant]] = field(default_factory=dict)
    choices: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # (program, person, choice) → a rule


@value(frozen=True, slots=True)
class Finding:
    """Something an operator should look at. `key` makes it single."""

    kind: str
    key: str
    detail: Mapping[str, Any]


@dataclass(slots=True)
class Decision:
    """What follows for one referral: its conclusion, the reward changes, the counters they move, and why."""

    status: str
    refused: Reason | None
    binding: Binding
    conclusion: Conclusion | None
    program: Program
    occasions: list[Occasion]
    counted_for: str | None
    changes: list[RewardChange]
    moves: list[CounterMove]
    refusals: list[tuple[str, str, Reason]]  # (rule, occasion, reason)
    findings: list[Finding]
    explanation: dict[str, Any]
    standing: Standing | None = None  # what is to be remembered of how the friend counts
