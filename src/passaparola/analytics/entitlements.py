"""What a person holds: units, shares, months, access; until when, and when the next renewal of a subscription falls due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant, end_of_day, instant_of_day, months_later
from passaparola.domain.programs.compiled import Program, RewardKind, RewardRule
from passaparola.domain.rewards.change import Reward
from passaparola.store.read.checkout import person_group
from passaparola.store.read.entitlements import held_by
from passaparola.store.read.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One thing that is held. `begins`: from when on; `ends` None: for good; `open_to_all`: when everybody has it."""

    reward: str
    program: str
    kind: str
    unit: str
    amount: int
    item: str
    begins: Instant
    ends: Instant | None
    open_to_all: Instant | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a person holds, and the sums of what is in force now, by kind and unit."""

    entitlements: tuple[Entitlement, ...]
    totals: dict[tuple[str, str], int]
    renewal: date | None  # the day that was asked about, moved by the free months


def entitlements_of(
    workspace: str, person: str, programs: Mapping[str, ProgramVersions], *, now: Instant, renewal: date | None = None
) -> Holdings | None:
    """What a person has been given to hold, that of everybody merged into them included. None when there is no such person.

    `renewal`: the day on which their subscription would renew; each free month moves it by one calendar month, counted from that day, so
    that 31 January and two months are 31 March.
    """
    with snapshot() as session:
        group = person_group(session, workspace, person)
        rewards = held_by(session, workspace, group) if group else []
    if not group:
        return None
    held = tuple(_held(reward, programs, now) for reward in rewards)
    totals: dict[tuple[str, str], int] = {}
    for one in held:
        if one.in_force:
            totals[(one.kind, one.unit)] = totals.get((one.kind, one.unit), 0) + one.amount
    free = sum(one.amount for one in held if one.kind == RewardKind.FREE_SUBSCRIPTION)
    return Holdings(held, totals, None if renewal is None else months_later(renewal, free))


def _held(reward: Reward, programs: Mapping[str, ProgramVersions], now: Instant) -> Entitlement:
    program = programs[reward.program].number(reward.version)
    rule = next(rule for rule in program.every_rule if rule.id == reward.rule)
    begins, open_to_all = _window(rule, program, reward)
    ends = reward.expires_at
    amount = reward.amount - reward.reversed
    in_force = begins <= now and (ends is None or now < ends)
    return Entitlement(
        reward.id, program.slug, reward.kind, reward.unit, amount, rule.item, begins, ends, open_to_all, in_force
    )


def _window(rule: RewardRule, program: Program, reward: Reward) -> tuple[Instant, Instant | None]:
    """From when on it is held, and from when on everybody has it. Access opens some days early, at local midnight, not before its issue."""
    issued = reward.issued_at or 0
    if rule.opens is None:
        return issued, None
    opens = instant_of_day(date.fromisoformat(rule.opens), program.timezone)
    early = end_of_day(opens, -rule.early_days - 1, program.timezone)
    return max(issued, early), opens
