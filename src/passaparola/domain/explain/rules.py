"""What a rule said of one occasion: the values it saw, the arithmetic to the smallest coin, the limits, and the result."""

from collections.abc import Iterator, Mapping
from typing import Any

from passaparola.domain.explain import structures
from passaparola.domain.explain.words import RULES, exact_quotient, reason_words, sum_text
from passaparola.domain.money import proportion
from passaparola.domain.reasons import Reason
from passaparola.domain.tongue import Tongue, in_clauses, in_steps
from passaparola.domain.tongue import gettext_noop as _

BASIS_POINTS = 10_000
GAVE = ("granted", "unchanged", "counted", "lowered", "queued")
Values = Mapping[str, Any]
_RESULTS = {
    "unchanged": _("given before, nothing more is due"),
    "lowered": _("lowered to this, for less came before"),
    "counted": _("counted, no new reward is due"),
}
_CAPS = {
    "advocate": _("the advocate's cap of %(cap)s had %(left)s left"),
    "friend": _("the friend's cap of %(cap)s had %(left)s left"),
    "referral": _("the cap of %(cap)s for both sides of one friend had %(left)s left"),
    "program": _("the program's cap of %(cap)s had %(left)s left"),
}
_CAPS_OF_NUMBER = {
    "advocate": _("the advocate's cap of %(cap)s rewards had %(left)s left"),
    "friend": _("the friend's cap of %(cap)s rewards had %(left)s left"),
    "referral": _("the cap of %(cap)s rewards for both sides of one friend had %(left)s left"),
    "program": _("the program's cap of %(cap)s rewards had %(left)s left"),
}


def rule_sentence(rule: Values, tongue: Tongue) -> str:
    """One rule of an explanation in one sentence."""
    return _Rule(rule, tongue).sentence()


class _Rule:
    def __init__(self, rule: Values, tongue: Tongue):
        self.rule, self.saw, self.tongue = rule, rule["saw"], tongue
        # How the amount came about; what came to nothing has it among the values seen.
        self.numbers: Values = rule.get("arithmetic") or self.saw.get("arithmetic") or {}
        self.unit = str(self.numbers.get("unit") or self.saw.get("unit") or "")

    def sentence(self) -> str:
        stood = structures.standing(self.saw, self.tongue, self._sum)
        told = (*self._order(), *self._count(), *stood, *self._arithmetic(), *self._limits(), self._result())
        given = {"rule": self.rule["rule"], "said": in_clauses(told, self.tongue)}
        return self.tongue.gettext(RULES[self.rule["side"]]) % given

    def _sum(self, minor: int, unit: str | None = None) -> str:
        return sum_text(minor, self.unit if unit is None else unit, self.tongue)

    # -- what it saw --------------------------------------------------------------------------------------------------------

    def _order(self) -> Iterator[str]:
        _, saw = self.tongue.gettext, self.saw
        if "order" not in saw:
            yield from self._without_order()
            return
        if "item" in saw:
            yield _("what was paid for is %(item)s") % {"item": saw["item"]}
        given = {"order": saw["order"], "amount": self._sum(saw["amount"], saw["unit"])}
        if not saw.get("refunded"):
            yield _("order %(order)s of %(amount)s") % given
            return
        back = {"refunded": self._sum(saw["refunded"], saw["unit"])}
        yield _("order %(order)s of %(amount)s, %(refunded)s of it refunded") % {**given, **back}

    def _without_order(self) -> Iterator[str]:
        _, saw = self.tongue.gettext, self.saw
        if saw.get("trigger") == "signup":
            yield _("the friend signed up")
        if "day" in saw:
            yield _("the friend visited on %(day)s") % {"day": saw["day"]}
        if "stage" in saw:
            yield _("the friend reached the stage %(stage)s") % {"stage": saw["stage"]}
        if "stage" in saw and "amount" in saw:
            yield _("the deal is worth %(amount)s") % {"amount": self._sum(saw["amount"], saw["unit"])}

    def _count(self) -> Iterator[str]:
        _, saw = self.tongue.gettext, self.saw
        if "count" not in saw:
            return
        said = _("the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all")
        if "within_days" in saw:
            said = _(
                "the advocate's converted friends are %(count)s, one reward for every %(every)s within %(within_days)s days:"
                " %(reached)s in all"
            )
        said %= {key: saw.get(key) for key in ("count", "every", "within_days", "reached")}
        if saw.get("occasion"):
            number = str(saw["occasion"]).rpartition(":")[2]
            said = _("%(said)s, this is number %(number)s") % {"said": said, "number": number}
        yield said

    # -- the arithmetic -----------------------------------------------------------------------------------------------------

    def _arithmetic(self) -> Iterator[str]:
        if self.numbers:
            yield in_steps(self._steps(), self.tongue)

    def _steps(self) -> Iterator[str]:
        _, a = self.tongue.gettext, self.numbers
        yield from structures.drawn(a, self.tongue)
        yield from structures.base(a, self.tongue, self._sum)
        yield from structures.raised(a, self.tongue)
        amount = a["flat"] if "flat" in a else a["half_up"]
        if "whole" in a:
            yield from structures.parts(a, self.tongue, self._sum)
        elif "each" in a:
            yield from structures.topped_up(a, self.tongue, self._sum)
        elif "flat" in a:
            yield _("the amount is %(amount)s") % {"amount": self._sum(amount)}
        else:
            yield self._share()
        if "boosts" in a:
            yield from structures.boosted(amount, a, self.tongue, self.unit, self._sum)
            amount = a["boosts"][-1]["gives"]
        if "minimum" in a:
            amount = a["minimum"]
            yield _("raised to the minimum of %(amount)s") % {"amount": self._sum(amount)}
        if "maximum" in a:
            amount = a["maximum"]
            yield _("lowered to the maximum of %(amount)s") % {"amount": self._sum(amount)}
        if a.get("reversed"):
            yield self._reversal(amount, a["reversed"])

    def _share(self) -> str:
        a = self.numbers
        given = {
            "percent": self.tongue.percent(a["percent_bp"]),
            "order": self._sum(a["of"]),
            "exact": exact_quotient(a["of"] * a["percent_bp"], BASIS_POINTS, self.unit),
            "amount": self._sum(a["half_up"]),
        }
        return self.tongue.gettext("%(percent)s of %(order)s = %(exact)s, half up %(amount)s") % given

    def _reversal(self, amount: int, back: int) -> str:
        _, refunded, total = self.tongue.gettext, self.saw.get("refunded", 0), self.saw.get("amount", 0)
        if back == amount or not total or back != proportion(amount, refunded, total):
            return _("of which %(back)s goes back for the refund") % {"back": self._sum(back)}
        given = {
            "amount": self._sum(amount),
            "refunded": self._sum(refunded, self.saw["unit"]),
            "order": self._sum(total, self.saw["unit"]),
            "exact": exact_quotient(amount * refunded, total, self.unit),
            "back": self._sum(back),
        }
        return (
            _(
                "of which %(amount)s × %(refunded)s ÷ %(order)s = %(exact)s, half up %(back)s, goes back for the"
                " refunds so far"
            )
            % given
        )

    # -- limits and result --------------------------------------------------------------------------------------------------

    def _limits(self) -> Iterator[str]:
        _, saw = self.tongue.gettext, self.saw
        if "cap_value" in saw:
            left = max(0, saw["cap_value"] - saw["used_value"])
            given = {"cap": self._sum(saw["cap_value"]), "left": self._sum(left)}
            yield _("the person's cap of %(cap)s had %(left)s left") % given
        if "cap_count" in saw:
            said = self.tongue.ngettext(
                "%(used)s of at most %(most)s rewards were given to the person before",
                "%(used)s of at most %(most)s rewards were given to the person before",
                saw["cap_count"],
            )
            yield said % {"used": saw["used_count"], "most": saw["cap_count"]}
        yield from (self._cap(cap) for cap in saw.get("caps", ()))
        if "budget" in saw:
            unit = saw.get("budget_unit")  # another reward of the occasion may be in it, and not this one
            given = {name: self._sum(saw[name], unit) for name in ("budget", "budget_left", "asked")}
            yield _("the budget of %(budget)s had %(budget_left)s left, and %(asked)s was asked") % given

    def _cap(self, cap: Mapping[str, Any]) -> str:
        """A cap with a period, of a referral, of the program or by quantity, and what was left of it."""
        _, number = self.tongue.gettext, cap["metric"] == "count"
        left = max(0, cap["max"] - cap["used"])
        amounts = {
            name: n if number else self._sum(n, cap["unit"]) for name, n in (("cap", cap["max"]), ("left", left))
        }
        said = _(_CAPS[cap["per"]] if not number else _CAPS_OF_NUMBER[cap["per"]]) % amounts
        return (
            _("%(said)s in %(period)s") % {"said": said, "period": cap["of_period"]} if cap.get("of_period") else said
        )

    def _result(self) -> str:
        _, result, reason = self.tongue.gettext, self.rule.get("result"), self.rule.get("reason")
        if result == "granted":
            return _("given, but %(reason)s") % self._why(reason) if reason == Reason.CAP_CLIPPED else _("given")
        if result == "unchanged" and reason:
            return _("given before and ended since, %(reason)s") % self._why(reason)
        if result == "queued":
            return _("kept, and %(reason)s") % self._why(reason)
        if result in _RESULTS:
            return _(_RESULTS[result])
        return _("refused, %(reason)s") % self._why(reason or result) if reason or result else _("no result")

    def _why(self, reason: str | None) -> dict[str, str]:
        return {"reason": reason_words(reason, self.tongue)}
