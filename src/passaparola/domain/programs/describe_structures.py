"""Tiers, streaks, boosts and draws in words: what a rule is worth where it is worth several things, and how often."""

from collections.abc import Iterator, Mapping

from passaparola.domain.programs.compiled import Boost, Program, RewardRule, Structure, Tier, TierBy
from passaparola.domain.tongue import Tongue, in_clauses, in_steps


def several(rule: RewardRule, tongue: Tongue) -> str:
    """All that a rule with tiers or a draw may be worth; nothing for one that is worth one thing."""
    if rule.draw is not None:
        weights = sum(prize.weight for prize in rule.draw.catalogue)
        _, prizes = tongue.gettext, rule.draw.catalogue
        said = (
            _("%(prize)s worth %(amount)s (%(weight)s times in %(weights)s)")
            % {
                "prize": prize.name,
                "amount": tongue.money(prize.amount, rule.unit or ""),
                "weight": prize.weight,
                "weights": weights,
            }
            for prize in prizes
        )
        return _("one of these, drawn by lot: %(prizes)s") % {"prizes": in_steps(said, tongue)}
    return in_steps((_tier(tier, rule, tongue) for tier in rule.tiers), tongue)


def _tier(tier: Tier, rule: RewardRule, tongue: Tongue) -> str:
    _ = tongue.gettext
    if tier.percent_bp is not None:
        worth = _("%(percent)s of the order") % {"percent": tongue.percent(tier.percent_bp)}
    else:
        worth = tongue.money(tier.amount or 0, rule.unit or "")
    if rule.by is TierBy.COUNT:
        return _("%(worth)s from friend number %(n)s on") % {"worth": worth, "n": tier.at}
    at = tongue.money(tier.at, rule.unit or "")
    return _("%(worth)s from %(value)s of friends' orders on") % {"worth": worth, "value": at}


def often(rule: RewardRule, worth: str, tongue: Tongue) -> str:
    """What a rule is worth, with how often it is given."""
    _, n, days = tongue.gettext, rule.every or 0, rule.within_days or 0
    if rule.structure is Structure.FREQUENCY:
        said = _("%(gift)s for every %(n)s friends within %(days)s days of the first")
        if not rule.repeat:
            said = _("%(gift)s once, for the first %(n)s friends within %(days)s days of the first")
        return said % {"gift": worth, "n": n, "days": days}
    if rule.structure is Structure.RECURRING and rule.periods is not None:
        said = tongue.ngettext(
            "%(gift)s, for the first %(n)s order of each friend",
            "%(gift)s, for the first %(n)s orders of each friend",
            rule.periods,
        )
        return said % {"gift": worth, "n": rule.periods}
    if rule.parts:
        parts = (
            _("%(percent)s at the stage %(stage)s") % {"percent": tongue.percent(p.percent_bp), "stage": p.stage}
            for p in rule.parts
        )
        return _("%(gift)s in parts: %(parts)s") % {"gift": worth, "parts": in_steps(parts, tongue)}
    if rule.retroactive:
        return _("%(gift)s (what came before is topped up)") % {"gift": worth}
    return worth


def bounded(rule: RewardRule, given: Mapping[str, str], tongue: Tongue) -> str:
    """A share of something else than an order, with its least and its most."""
    _ = tongue.gettext
    if rule.minimum is not None and rule.maximum is not None:
        return _("%(share)s (at least %(minimum)s, at most %(maximum)s)") % given
    if rule.minimum is not None:
        return _("%(share)s (at least %(minimum)s)") % given
    return (_("%(share)s (at most %(maximum)s)") if rule.maximum is not None else "%(share)s") % given


def boosts(rule: RewardRule, program: Program, tongue: Tongue) -> Iterator[str]:
    """One sentence for each boost, and one for the condition."""
    if rule.when is not None:
        yield tongue.gettext("Only if %(condition)s.") % {"condition": rule.when.text}
    for boost in rule.boosts:
        unit = rule.unit or program.currency
        said = tongue.gettext("From %(first)s to %(last)s: %(more)s.")
        if len(boost.first) == 2:
            said = tongue.gettext("Each year from %(first)s to %(last)s: %(more)s.")
        given = {"first": _day(boost.first), "last": _day(boost.last)}
        yield said % {**given, "more": in_clauses(more_words(boost, unit, tongue), tongue)}


def more_words(boost: Boost, unit: str, tongue: Tongue) -> Iterator[str]:
    """What a boost adds, and by how much it multiplies."""
    _ = tongue.gettext
    if boost.add:
        yield _("%(amount)s more") % {"amount": tongue.money(boost.add, unit)}
    if boost.add_bp:
        yield _("%(percent)s more") % {"percent": tongue.percent(boost.add_bp)}
    if boost.times_bp is not None:
        yield _("%(factor)s times as much") % {"factor": _factor(boost.times_bp)}


def _factor(times_bp: int) -> str:
    whole, rest = divmod(times_bp, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)


def _day(day: tuple[int, ...]) -> str:
    """As the file writes it."""
    return "-".join(f"{part:0{4 if part > 31 else 2}d}" for part in day)
