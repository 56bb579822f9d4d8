"""Complete a claw-back that came up short because value lay in a checkout, once the checkout has let go of it."""

from collections.abc import Iterable

from passaparola.actions.effects import Cause, book_changes
from passaparola.actions.events.overlay import Case, Overlay
from passaparola.actions.referrals.settle import settle
from passaparola.actions.rewards.terms import rule_of
from passaparola.domain.decide import decide
from passaparola.domain.instant import Instant
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, retarget
from passaparola.domain.rewards.limits import count_key
from passaparola.domain.rewards.milestones import ordinal, slots
from passaparola.domain.rewards.target import milestones
from passaparola.store.write.plan import Plan


def reconsider(rewards: Iterable[Reward], overlay: Overlay, plan: Plan, *, cause: Cause, now: Instant) -> None:
    """Decide the referrals of these rewards anew where something is to come back. Where nothing is, nothing is written."""
    cases: dict[str, Case] = {}
    for reward in rewards:
        if reward.referral is None:
            _milestone(overlay.reward_now(reward), overlay, plan, cause, now)
        elif (case := overlay.holder(reward.referral)) is not None:
            cases[case.id] = case
    for key in sorted(cases):
        _referral(cases[key], overlay, plan, cause, now)


def _referral(case: Case, overlay: Overlay, plan: Plan, cause: Cause, now: Instant) -> None:
    versions = overlay.programs[case.program]
    decision = decide(overlay.facts(case), versions, overlay.world(case), now=now)
    if any(change.delta < 0 for change in decision.changes):
        settle(case, versions, overlay, plan, cause=cause, now=now)
        _rivals(case, overlay, plan, cause, now)


def _rivals(case: Case, overlay: Overlay, plan: Plan, cause: Cause, now: Instant) -> None:
    """What came back may earn in another program of the friend."""
    if not overlay.rivals:
        return
    friend = overlay.root(case.friend)
    for program, versions in overlay.programs.items():
        other = overlay.cases.get((program, friend))
        if other is not None and other is not case:
            settle(other, versions, overlay, plan, cause=cause, now=now)


def _milestone(reward: Reward, overlay: Overlay, plan: Plan, cause: Cause, now: Instant) -> None:
    if still_reached(reward, overlay):
        return
    change = retarget(reward, reward.amount, reward.amount, now=now, reason=Reason.ORDER_REFUNDED)
    if change is not None and change.step != "short":
        book_changes([change], cause, overlay, plan, at=now)


def still_reached(reward: Reward, overlay: Overlay) -> bool:
    """Whether the advocate's friends are still enough for this milestone, by the version that gave it."""
    rule, advocate = rule_of(reward, overlay.programs), overlay.root(reward.beneficiary)
    count = overlay.counters.get(count_key(reward.program, advocate), 0)
    standing = slots(overlay.milestones_of(reward.program, rule.id, advocate), advocate)
    mine = next((ordinal(occasion) for occasion, found in standing.items() if found.id == reward.id), None)
    return mine is not None and mine <= milestones(count, rule)
