"""What is more for the moment, in words for friends and advocates: the boosts in force, and the last day of each."""

from collections.abc import Iterator
from datetime import date, timedelta

from passaparola.domain.instant import Instant, local_date
from passaparola.domain.programs.compiled import Boost, Program, RewardRule
from passaparola.domain.programs.describe_structures import more_words
from passaparola.domain.rewards.boosts import in_force, more
from passaparola.domain.rewards.kinds import gift_text
from passaparola.domain.tongue import Tongue, in_clauses


def has_boosts(program: Program) -> bool:
    """Whether what the program promises depends on the day."""
    return any(rule.boosts for rule in program.rules)


def boosted_words(rule: RewardRule, program: Program, now: Instant | None, tongue: Tongue) -> list[str]:
    """`until December 24, 2026 it is $10`: a few words for what the boosts of this day make of a reward; none on other days.

    Only days and amounts that the program's file promises to everybody. `now` None: nobody asks for a day.
    """
    boosts = in_force(rule, now, program.timezone) if now is not None and rule.boosts else []
    if now is None or not boosts:
        return []
    today = local_date(now, program.timezone)
    if _is_one_amount(rule):
        amount, last = more(rule.amount or 0, boosts, {}), min(last_day(boost, today) for boost in boosts)
        gift = gift_text(rule.kind, amount, tongue.money(amount, rule.unit or ""), rule.item, tongue.gettext)
        return [tongue.gettext("until %(day)s it is %(gift)s") % {"day": tongue.day(last), "gift": gift}]
    return list(_each(boosts, today, rule.unit or program.currency, tongue))


def _each(boosts: list[Boost], today: date, unit: str, tongue: Tongue) -> Iterator[str]:
    for boost in boosts:
        given = {"day": tongue.day(last_day(boost, today)), "more": in_clauses(more_words(boost, unit, tongue), tongue)}
        yield tongue.gettext("until %(day)s %(more)s") % given


def _is_one_amount(rule: RewardRule) -> bool:
    spans = rule.tiers or rule.draw is not None or rule.minimum is not None or rule.maximum is not None
    return rule.amount is not None and rule.percent_bp is None and not spans


def last_day(boost: Boost, today: date) -> date:
    """The last day of a boost that is in force today."""
    if len(boost.last) == 3:
        return date(*boost.last)
    year = today.year if boost.last >= (today.month, today.day) else today.year + 1
    month, day = boost.last
    if (month, day) == (2, 29):  # where there is none, the day before March
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)
