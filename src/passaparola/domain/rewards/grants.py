"""What staff give: a promise of the program, to one person, without an event; by caps, the budget and the state of the program as ever."""

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decision import ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import RewardRule
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.by_staff import grant_key
from passaparola.domain.rewards.difference import Difference


def decide_grant(
    rule: RewardRule, person: str, grant: str, versions: ProgramVersions, world: World, *, now: Instant
) -> Difference:
    """What comes of it: one change, or one refusal with its reason."""
    nobody = ReferralFacts("", person, FriendState(), {})
    difference = Difference(nobody, versions, versions.live, world, now)
    difference.give_by_staff(rule, person, grant_key(grant))
    return difference
