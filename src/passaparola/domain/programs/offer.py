"""What a program offers, in words for the friend: what both get, when, and on which conditions.

The language is an argument: a `Tongue` translates sentences and writes amounts.
"""

from passaparola.domain.instant import Instant
from passaparola.domain.programs.boosted import boosted_words
from passaparola.domain.programs.compiled import (
    Cap,
    CapMetric,
    CapPer,
    Fulfil,
    OnPartialRefund,
    Program,
    RewardRule,
    Side,
    Structure,
    Trigger,
    Use,
)
from passaparola.domain.programs.describe_limits import HOW_LONG
from passaparola.domain.programs.earned import headline_words, step_words, yours_words
from passaparola.domain.programs.headline import Benefits, headline_of
from passaparola.domain.programs.meaning import VOUCHER_UNIT
from passaparola.domain.programs.spans import amount_span, one_amount, share_span, share_words, streak_words
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.rewards.kinds import KINDS, gift_text
from passaparola.domain.tongue import PLAIN, Tongue, gettext_noop
from passaparola.domain.values import value

_USE = {
    Use.NEXT_PURCHASE: gettext_noop("for a later order"),
    Use.FUTURE_ONLY: gettext_noop("for orders from then on"),
    Use.FIRST_ORDER: gettext_noop("for a first order"),
}
_FULFIL = {Fulfil.CLAIM: gettext_noop("when you claim it"), Fulfil.APPROVAL: gettext_noop("after a check")}
_FULFIL_OF_ANOTHER = {**_FULFIL, Fulfil.CLAIM: gettext_noop("once it is claimed")}


@value(frozen=True, slots=True)
class Gift:
    """One thing that somebody gets: what it is worth, and its terms, each a few words."""

    worth: str
    terms: tuple[str, ...]


@value(frozen=True, slots=True)
class Offer:
    """What a page, a mail or a shop says of a program to a friend. `friend` and `advocate` are what they get."""

    headline: str
    friend: tuple[Gift, ...]
    advocate: tuple[Gift, ...]
    steps: tuple[str, ...]
    conditions: tuple[str, ...]
    disclosure: str


def offer_of(
    program: Program, *, name: str | None, firm: str, tongue: Tongue = PLAIN, now: Instant | None = None
) -> Offer:
    """The words of a program. `name` is the advocate's public name (None: "your friend"), `firm` the shop's.

    With `now` also what is more on that day, and until when.
    """
    tongue = speaking_of(tongue, program.subject)
    words = _Words(program, isolated(name) if name else tongue.gettext("your friend"), isolated(firm), tongue, now)
    return Offer(
        words.headline(),
        words.gifts(Side.FRIEND),
        words.gifts(Side.ADVOCATE),
        words.steps(),
        tuple(words.conditions()),
        words.disclosure(),
    )


def isolated(text: str) -> str:
    """A text of unknown direction, between marks that keep it from turning the sentence around it."""
    return f"\u2068{text}\u2069"


class _Words:
    def __init__(self, program: Program, who: str, firm: str, tongue: Tongue, now: Instant | None):
        self.program, self.who, self.firm, self.tongue, self.now = program, who, firm, tongue, now

    # -- what both get ------------------------------------------------------------------------------------------------------

    def gifts(self, side: Side) -> tuple[Gift, ...]:
        return tuple(Gift(self._worth(r), tuple(self._terms(r))) for r in self._rules(side))

    def _rules(self, side: Side) -> list[RewardRule]:
        return self.program.promised(side)

    def _worths(self, side: Side) -> str:
        """All that a side gets, as one phrase. What is given for several friends says so."""
        said: dict[str, str] = {}
        for rule in self._rules(side):
            worth, key = " ".join([self._worth(rule), *self._how_often(rule)]), f"choice:{rule.choice}"
            if rule.choice is None:
                said[rule.id] = worth
            elif key in said:
                said[key] = self.tongue.gettext("%(this)s or %(that)s") % {"this": said[key], "that": worth}
            else:
                said[key] = worth
        return self.tongue.listing(list(said.values()))

    def _worth(self, rule: RewardRule) -> str:
        _, tongue = self.tongue.gettext, self.tongue
        if rule.unit == VOUCHER_UNIT and rule.voucher is not None:
            return _("%(percent)s off an order") % {"percent": tongue.percent(rule.voucher.percent_bp or 0)}
        if (share := share_words(rule, tongue)) is not None:
            return gift_text(rule.kind, 0, share, rule.item, _)
        if (percent := share_span(rule, tongue)) is not None:
            return _(KINDS[rule.kind].share) % {"percent": percent}
        return gift_text(rule.kind, one_amount(rule), amount_span(rule, tongue), rule.item, _)

    def _how_often(self, rule: RewardRule) -> list[str]:
        if rule.structure is not Structure.MILESTONE:
            streak = streak_words(rule, self.tongue)
            return [] if streak is None else [streak]
        n = rule.every or 0
        if rule.repeat:
            said = self.tongue.ngettext("for every %(n)s friend", "for every %(n)s friends", n)
        else:
            said = self.tongue.ngettext("for the first %(n)s friend", "for the first %(n)s friends", n)
        return [said % {"n": n}]

    def _terms(self, rule: RewardRule) -> list[str]:
        _ = self.tongue.gettext
        said = [*boosted_words(rule, self.program, self.now, self.tongue), self._when(), *self._how_often(rule)]
        if rule.minimum is not None:
            said.append(_("at least %(amount)s") % self._amount(rule.minimum, rule.unit))
        if rule.maximum is not None:
            said.append(_("at most %(amount)s") % self._amount(rule.maximum, rule.unit))
        if rule.voucher is not None:
            said += self._voucher(rule)
        said += self._kind_terms(rule)
        if n := rule.hold_days:
            said.append(self._held(rule, n) % {"n": n})
        if n := rule.expires_days or 0:
            said.append(self.tongue.ngettext("valid for %(n)s day", "valid for %(n)s days", n) % {"n": n})
        return said

    def _held(self, rule: RewardRule, n: int) -> str:
        """When it is given for good; the friend reads it."""
        if rule.side is Side.FRIEND:
            return self.tongue.ngettext("yours after %(n)s day", "yours after %(n)s days", n)
        return self.tongue.ngettext("given after %(n)s day", "given after %(n)s days", n)

    def _kind_terms(self, rule: RewardRule) -> list[str]:
        """How it comes to the person, and on which orders it counts."""
        _, said = self.tongue.gettext, []
        if rule.applied:
            said.append(_("taken off when you order by this link"))
        if rule.choice:
            said.append(_("one of these, as you like"))
        if rule.stock is not None:
            said.append(_("while there are any"))
        if rule.fulfil in _FULFIL:
            said.append(_(_FULFIL[rule.fulfil] if rule.side is Side.FRIEND else _FULFIL_OF_ANOTHER[rule.fulfil]))
        if rule.use in _USE:
            said.append(_(_USE[rule.use]))
        return said

    def _voucher(self, rule: RewardRule) -> list[str]:
        _, terms, said = self.tongue.gettext, rule.voucher, [self.tongue.gettext("used once")]
        unit = rule.unit if rule.unit not in (None, VOUCHER_UNIT) else self.program.currency
        if terms is not None and terms.max_discount is not None:
            said.append(_("at most %(amount)s off") % self._amount(terms.max_discount, self.program.currency))
        if terms is not None and terms.min_order is not None:
            said.append(_("on an order of at least %(amount)s") % self._amount(terms.min_order, unit))
        return said

    def _amount(self, minor: int, unit: str | None) -> dict[str, str]:
        return {"amount": self.tongue.money(minor, unit or self.program.currency)}

    # -- when ---------------------------------------------------------------------------------------------------------------

    def _least(self) -> dict[str, str] | None:
        if self.program.min_order is None:
            return None
        return self._amount(self.program.min_order, self.program.min_order_unit)

    def _when(self) -> str:
        """What the friend does first. Both sides earn by the same event."""
        return yours_words(self.program, self.tongue)

    # -- sentences ----------------------------------------------------------------------------------------------------------

    def headline(self) -> str:
        """What both get, in one sentence of at most 80 characters."""
        friend, advocate = self._benefits(Side.FRIEND), self._benefits(Side.ADVOCATE)
        action = headline_words(self.program, self.tongue)
        return headline_of(friend, advocate, who=self.who, firm=self.firm, action=action, tongue=self.tongue)

    def _benefits(self, side: Side) -> Benefits:
        worths = list(dict.fromkeys(self._worth(rule) for rule in self._rules(side)))
        first = worths[0] if worths else ""
        if len(worths) > 1:
            first = self.tongue.gettext("%(this)s and more") % {"this": first}
        return Benefits(self._worths(side), self.tongue.listing(worths), first)

    def steps(self) -> tuple[str, ...]:
        """What to do, in order; the last step is what comes of it."""
        _ = self.tongue.gettext
        if self.program.trigger is Trigger.SIGNUP:
            return (_("Leave your e-mail address."), _("Confirm it by the link in our mail."), self._result())
        step = step_words(self.program, self.firm, self.tongue)
        return (_("Take the offer: you see a code at once, without an account."), step, self._result())

    def _result(self) -> str:
        _ = self.tongue.gettext
        friend, advocate = self._worths(Side.FRIEND), self._worths(Side.ADVOCATE)
        given = {"friend": friend, "advocate": advocate, "who": self.who}
        if friend and advocate:
            return _("You get %(friend)s. For %(who)s there is %(advocate)s.") % given
        return _("You get %(friend)s.") % given if friend else _("For %(who)s there is %(advocate)s.") % given

    def conditions(self) -> list[str]:
        """What else is to be known, each a sentence."""
        _ = self.tongue.gettext
        new = _("For new customers: you have not paid an order at %(firm)s before.")
        if self.program.new_to:
            new = _("For those who are new to it: you have not paid %(firm)s for this before.")
        said = [new % {"firm": self.firm}] if self.program.newcomers_only else []
        said.append(_("Whoever recommends and whoever orders are two people."))
        said += self._windows() + self._least_order() + self._most() + self._refund()
        if self.program.budget is not None:
            said.append(_("As long as the budget of this offer lasts."))
        return said

    def _windows(self) -> list[str]:
        program, ngettext, said = self.program, self.tongue.ngettext, []
        if (n := program.bind_days) is not None:
            text = ngettext(
                "Sign up or order within %(n)s day of opening the link.",
                "Sign up or order within %(n)s days of opening the link.",
                n,
            )
            said.append(text % {"n": n})
        if (n := program.earn_days) is not None and not program.by_order and program.trigger is not Trigger.SIGNUP:
            text = ngettext("It counts for %(n)s day from then on.", "It counts for %(n)s days from then on.", n)
            said.append(text % {"n": n})
        if (n := program.earn_days) is not None and program.by_order:
            text = ngettext("Orders count for %(n)s day from then on.", "Orders count for %(n)s days from then on.", n)
            said.append(text % {"n": n})
        return said

    def _least_order(self) -> list[str]:
        least = self._least()
        if least is None:
            return []
        return [
            self.tongue.gettext("An order counts from %(amount)s, after discounts, without tax and shipping.") % least
        ]

    def _most(self) -> list[str]:
        said = []
        for cap in self.program.caps:
            if cap.per is not CapPer.FRIEND:
                continue
            if cap.period is not None:
                said.append(self._most_each(cap))
            elif cap.metric is CapMetric.COUNT:
                text = self.tongue.ngettext(
                    "You get at most %(n)s reward.", "You get at most %(n)s rewards.", cap.maximum
                )
                said.append(text % {"n": cap.maximum})
            else:
                given = self._amount(cap.maximum, cap.unit)
                said.append(self.tongue.gettext("You get at most %(amount)s in all.") % given)
        return said

    def _most_each(self, cap: Cap) -> str:
        """A cap that begins anew with each period."""
        n, how_long = cap.maximum, self.tongue.gettext(HOW_LONG[cap.period])
        if cap.metric is CapMetric.COUNT:
            most = self.tongue.ngettext("%(n)s reward", "%(n)s rewards", n) % {"n": n}
        else:
            most = self._amount(n, cap.unit)["amount"]
        return self.tongue.gettext("You get at most %(most)s %(how_long)s.") % {"most": most, "how_long": how_long}

    def _refund(self) -> list[str]:
        """What happens to the friend's own reward when goods go back."""
        _, rules = self.tongue.gettext, self._rules(Side.FRIEND)
        if not rules or not self.program.by_order:
            return []
        words = {
            OnPartialRefund.PROPORTIONAL: _("If you send a part of the order back, that part of the reward goes, too."),
            OnPartialRefund.KEEP: _("If you send a part of the order back, you keep the reward."),
            OnPartialRefund.ALL: _("If you send a part of the order back, the reward goes."),
        }
        return list(dict.fromkeys(words[rule.on_partial_refund] for rule in rules))

    def disclosure(self) -> str:
        """Who gains by the recommendation; the friend must be able to know it."""
        _, advocate = self.tongue.gettext, self._worths(Side.ADVOCATE)
        given = {"who": self.who, "advocate": advocate, "firm": self.firm}
        if not advocate and self.program.contest is not None:
            return _("This is a recommendation: %(who)s may win a prize from %(firm)s for it.") % given
        if not advocate:
            return _("This is a recommendation. Nobody is paid for it.")
        return _("This is a paid recommendation: when you take part, %(who)s gets %(advocate)s from %(firm)s.") % given
