"""What a reward's own program version says about it."""

from collections.abc import Mapping

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import RewardRule
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards import life
from passaparola.domain.rewards.change import ASKS, Reward


def rule_of(reward: Reward, programs: Mapping[str, ProgramVersions]) -> RewardRule:
    """The rule that promised this reward, as it was then."""
    version = programs[reward.program].number(reward.version)
    return next(rule for rule in version.every_rule if rule.id == reward.rule)


def asks(reward: Reward, programs: Mapping[str, ProgramVersions]) -> Reason | None:
    """Who must act before this reward is given, once nothing else is in its way: an operator, or the person who earned it."""
    return ASKS.get(rule_of(reward, programs).fulfil)


def end_of_life(reward: Reward, programs: Mapping[str, ProgramVersions], issued_at: Instant) -> Instant | None:
    """When a reward issued at this moment expires. None: never."""
    return life.end_of_life(rule_of(reward, programs), issued_at)
