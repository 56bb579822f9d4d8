"""Where an occasion stood by tier, period or draw, and what boosts made of it: in words, from what the rule saw."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from passaparola.domain.explain.words import exact_quotient
from passaparola.domain.tongue import Tongue, gettext_noop

BASIS_POINTS = 10_000
Values = Mapping[str, Any]
Sum = Callable[[int], str]


def standing(saw: Values, tongue: Tongue, in_money: Sum) -> Iterator[str]:
    """The friend's number or the value reached, the tier it lies in, the period, and what came before a tier."""
    _, ngettext = tongue.gettext, tongue.ngettext
    if "number" in saw:
        yield _("the friend was number %(number)s of the advocate's") % {"number": saw["number"]}
        yield _("the tier begins with number %(tier)s") % {"tier": saw["tier"]}
    if "value" in saw:
        yield _("the advocate's friends had come to %(value)s with this order") % {"value": in_money(saw["value"])}
        yield _("the tier begins at %(tier)s") % {"tier": in_money(saw["tier"])}
    if "friends" in saw:
        said = ngettext(
            "the advocate has %(n)s converted friend", "the advocate has %(n)s converted friends", saw["friends"]
        )
        yield said % {"n": saw["friends"]}
        yield _("the tier begins with number %(tier)s") % {"tier": saw["tier"]}
    if "brought" in saw:
        yield _("the advocate's friends have come to %(value)s") % {"value": in_money(saw["brought"])}
        yield _("the tier begins at %(tier)s") % {"tier": in_money(saw["tier"])}
    if "condition" in saw:
        yield from _condition(saw["condition"], tongue)
    if "periods" in saw:
        given = {"period": saw["period"], "periods": saw["periods"]}
        yield _("this is order %(period)s of the %(periods)s that earn") % given


def _condition(seen: Values, tongue: Tongue) -> Iterator[str]:
    """The expression, the values that it saw, and why it could not be answered."""
    _ = tongue.gettext
    values = ", ".join(f"{name} = {value}" for name, value in _flat(seen["facts"]))
    yield _("the condition is %(condition)s, and it saw %(values)s") % {
        "condition": seen["when"],
        "values": values or _("nothing"),
    }
    if "problem" in seen:
        yield _("it could not be answered: %(problem)s") % {"problem": seen["problem"]}


def _flat(facts: Values) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", told) for key, told in value.items())
        else:
            yield name, value


def unearned(saw: Values, tongue: Tongue) -> Iterator[str]:
    """What earned nothing as a whole, and what of the program stands against it."""
    _ = tongue.gettext
    if "order" in saw:
        amount = tongue.money(saw["amount"], saw["unit"])
        yield _("order %(order)s of %(amount)s") % {"order": saw["order"], "amount": amount}
    if "day" in saw:
        yield _("the friend visited on %(day)s") % {"day": saw["day"]}
    if "stage" in saw:
        yield _("the friend reached the stage %(stage)s") % {"stage": saw["stage"]}
    if saw.get("minimum") is not None:
        least = tongue.money(saw["minimum"], saw["minimum_unit"])
        yield _("the smallest order that counts is %(amount)s") % {"amount": least}
    if saw.get("earn_days") is not None:
        days = saw["earn_days"]
        said = tongue.ngettext("the time to earn is %(n)s day", "the time to earn is %(n)s days", days)
        yield said % {"n": days}


_BASES = {
    "plan": gettext_noop("the price of the plan is %(amount)s"),
    "deal": gettext_noop("the deal is worth %(amount)s"),
    "ltv": gettext_noop("the lifetime value is %(amount)s"),
}


def base(a: Values, tongue: Tongue, in_money: Sum) -> Iterator[str]:
    """What the share is taken of, where that is not the order."""
    if a.get("base") in _BASES:
        amount = in_money(a["base_minor"] if "base_minor" in a else a["of"])
        yield tongue.gettext(_BASES[a["base"]]) % {"amount": amount}


def parts(a: Values, tongue: Tongue, in_money: Sum) -> Iterator[str]:
    """The whole, and what of it is due up to this stage and was due before it."""
    _ = tongue.gettext
    if "base_minor" in a:
        given = {
            "percent": tongue.percent(a["base_bp"]),
            "of": in_money(a["base_minor"]),
            "whole": in_money(a.get("whole_before", a["whole"])),
        }
        yield _("the whole is %(percent)s of %(of)s, half up %(whole)s") % given
        if "whole_before" in a:
            raised = a["whole"] > a["whole_before"]
            said = _("raised to the minimum of %(amount)s") if raised else _("lowered to the maximum of %(amount)s")
            yield said % {"amount": in_money(a["whole"])}
    else:
        yield _("the whole is %(whole)s") % {"whole": in_money(a["whole"])}
    given = {
        "upto": tongue.percent(a["upto_bp"]),
        "before": tongue.percent(a["before_bp"]),
        "part": in_money(a["flat"]),
    }
    yield _("%(upto)s of it up to this stage − %(before)s before it = %(part)s") % given


def drawn(a: Values, tongue: Tongue) -> Iterator[str]:
    """What was drawn, and how it can be drawn again."""
    if "draw" in a:
        said = tongue.gettext("%(prize)s was drawn, number %(number)s of %(weights)s by the hash %(hash)s")
        yield said % a["draw"]


def topped_up(a: Values, tongue: Tongue, in_money: Sum) -> Iterator[str]:
    """The product of a top-up."""
    if "each" in a:
        said = tongue.ngettext(
            "%(n)s friend before × %(each)s = %(amount)s", "%(n)s friends before × %(each)s = %(amount)s", a["earlier"]
        )
        yield said % {"n": a["earlier"], "each": in_money(a["each"]), "amount": in_money(a["flat"])}


def raised(a: Values, tongue: Tongue) -> Iterator[str]:
    """What boosts added to a share, before it was taken."""
    for step in a.get("raised", ()):
        yield _named(step, tongue.gettext("the share is raised by %(more)s"), tongue.percent(step["add_bp"]), tongue)


def boosted(before: int, a: Values, tongue: Tongue, unit: str, in_money: Sum) -> Iterator[str]:
    """What boosts made of the amount, step by step."""
    _ = tongue.gettext
    for step in a.get("boosts", ()):
        gives = in_money(step["gives"])
        if "add" in step:
            said = _("%(before)s + %(more)s = %(gives)s")
            more = in_money(step["add"])
        else:
            said = _("%(before)s × %(more)s = %(exact)s, half up %(gives)s")
            more = exact_quotient(step["times_bp"], BASIS_POINTS, "JPY")
        given = {
            "before": in_money(before),
            "more": more,
            "gives": gives,
            "exact": exact_quotient(before * step.get("times_bp", 0), BASIS_POINTS, unit),
        }
        yield _called(step, said % given, tongue)
        before = step["gives"]


def _named(step: Values, said: str, more: str, tongue: Tongue) -> str:
    return _called(step, said % {"more": more}, tongue)


def _called(step: Values, said: str, tongue: Tongue) -> str:
    if not step.get("name"):
        return said
    return tongue.gettext("%(said)s for %(boost)s") % {"said": said, "boost": step["name"]}
