"""What a rule may be worth, from the least to the most, in words for advocates and friends."""

from passaparola.domain.programs.compiled import Base, RewardRule, Structure
from passaparola.domain.tongue import Tongue, gettext_noop

_OF = {
    Base.PLAN: gettext_noop("%(percent)s of the price of the plan"),
    Base.DEAL: gettext_noop("%(percent)s of the value of the deal"),
    Base.LTV: gettext_noop("%(percent)s of what the friend is worth over time"),
}


def share_span(rule: RewardRule, tongue: Tongue) -> str | None:
    """`10%`, or `5% to 10%` for tiers of shares. None for a rule that is worth no share of an order."""
    shares = [rule.percent_bp] if rule.percent_bp is not None else [tier.percent_bp for tier in rule.tiers]
    found = [share for share in shares if share is not None]
    return _span([tongue.percent(min(found)), tongue.percent(max(found))], tongue) if found else None


def share_words(rule: RewardRule, tongue: Tongue) -> str | None:
    """`40% of the price of the plan`, for a share of something else than an order; None for all others."""
    percent, said = share_span(rule, tongue), _OF.get(rule.of)
    return None if percent is None or said is None else tongue.gettext(said) % {"percent": percent}


def amount_span(rule: RewardRule, tongue: Tongue) -> str:
    """`5.00 EUR`, or `10.00 EUR to 25.00 EUR` for tiers of amounts and for draws."""
    amounts, unit = _amounts(rule), rule.unit or ""
    return _span([tongue.money(min(amounts), unit), tongue.money(max(amounts), unit)], tongue)


def one_amount(rule: RewardRule) -> int | None:
    """What every occasion gives; None where it is one of several amounts."""
    amounts = set(_amounts(rule))
    return amounts.pop() if len(amounts) == 1 else None


def _amounts(rule: RewardRule) -> list[int]:
    if rule.draw is not None:
        return [prize.amount for prize in rule.draw.catalogue]
    return [tier.amount or 0 for tier in rule.tiers] or [rule.amount or 0]


def streak_words(rule: RewardRule, tongue: Tongue) -> str | None:
    """How often, for a bonus for frequency and for a recurring reward; None for all others."""
    _, n = tongue.gettext, rule.every or 0
    if rule.structure is Structure.FREQUENCY:
        said = _("for every %(n)s friends within %(days)s days")
        if not rule.repeat:
            said = _("for the first %(n)s friends within %(days)s days")
        return said % {"n": n, "days": rule.within_days}
    if rule.structure is Structure.RECURRING and rule.periods is not None:
        said = tongue.ngettext("for the first %(n)s order", "for the first %(n)s orders", rule.periods)
        return said % {"n": rule.periods}
    return None


def _span(ends: list[str], tongue: Tongue) -> str:
    if ends[0] == ends[1]:
        return ends[0]
    return tongue.gettext("%(least)s to %(most)s") % {"least": ends[0], "most": ends[1]}
