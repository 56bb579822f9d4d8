"""Complete a claw-back that came up short because value lay in a checkout, once the checkout has let go of it."""

from collections.abc import Iterable

from passaparola.actions.effects import Cause, book_changes
from passaparola.actions.events.overlay import Case, Overlay
from passaparola.actions.referrals.settle import settle
from passaparola.actions.rewards.terms import rule_of
from passaparola.domain.decide import decide
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import RewardRule, Structure
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.by_staff import is_grant, is_prize
from passaparola.domain.rewards.change import Reward, retarget
from passaparola.domain.rewards.limits import count_key
from passaparola.domain.rewards.milestones import ordinal, slots
from passaparola.domain.rewards.streaks import streaks
from passaparola.domain.rewards.tallies import topped_up
from passaparola.domain.rewards.target import milestones
from passaparola.domain.rewards.topups import OCCASION, came_before, climbed_by, due
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
    left = still_due(reward, overlay)
    if left >= reward.net:
        return
    amount, back = (reward.amount, reward.amount) if left == 0 else (left, 0)
    change = retarget(reward, amount, back, now=now, reason=Reason.ORDER_REFUNDED)
    if change is not None and change.step != "short":
        book_changes([change], cause, overlay, plan, at=now)


def still_due(reward: Reward, overlay: Overlay) -> int:
    """What the advocate's friends still come to of what they earned together, by the version that gave it, in minor units.

    Also of one that a person has ended, which counts nothing while it is. What staff gave nobody earned, and it stays due; so
    does a prize, from which nothing that comes after the close takes.
    """
    whole = reward.amount - reward.reversed
    if is_grant(reward.occasion) or is_prize(reward.occasion):
        return whole
    rule, advocate = rule_of(reward, overlay.programs), overlay.root(reward.beneficiary)
    given = overlay.milestones_of(reward.program, rule.id, advocate)
    if rule.structure is Structure.TIER:
        return _topped_up(reward, rule, given, overlay)
    mine = next((ordinal(occasion) for occasion, r in slots(given, advocate).items() if r.id == reward.id), None)
    if mine is None:
        return 0
    if rule.structure is Structure.FREQUENCY:
        zone = overlay.programs[reward.program].number(reward.version).timezone
        reached = streaks(overlay.paces.get((reward.program, advocate), {}).values(), rule, zone)
    else:
        reached = milestones(overlay.counters.get(count_key(reward.program, advocate), 0), rule)
    return whole if mine <= reached else 0


def _topped_up(reward: Reward, rule: RewardRule, given: list[Reward], overlay: Overlay) -> int:
    advocate, program = overlay.root(reward.beneficiary), reward.program
    step = next((found for found in topped_up(rule) if reward.occasion == f"{OCCASION}{found[0].at}"), None)
    if step is None:
        return 0
    climbed = overlay.counters.get(climbed_by(program, advocate, rule), 0)
    earlier = overlay.counters.get(came_before(program, advocate, rule, step[0]), 0)
    others = sum(r.net for r in given if r.occasion == reward.occasion and r.id != reward.id)
    return max(0, due(*step, climbed, earlier) - others)
