"""How long a reward lasts from its issue on."""

from passaparola.domain.instant import DAY, Instant, end_of_months
from passaparola.domain.programs.compiled import RewardRule


def end_of_life(rule: RewardRule, issued_at: Instant) -> Instant | None:
    """When what is issued at this moment ends: to the moment so many days later, or with the day so many calendar months later.

    None: never.
    """
    if rule.ends is not None:
        return end_of_months(issued_at, rule.ends.months, rule.ends.timezone)
    return None if rule.expires_days is None else issued_at + rule.expires_days * DAY
