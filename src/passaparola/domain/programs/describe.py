"""A program in plain sentences, for people who check it before it goes live. English, until the argument `tongue` says otherwise."""

from collections.abc import Iterator

from passaparola.domain.programs.attribution import attribution_words
from passaparola.domain.programs.compiled import (
    Fulfil,
    OnPartialRefund,
    Program,
    ProgramStatus,
    RewardRule,
    Side,
    Structure,
    Use,
    VoucherTerms,
)
from passaparola.domain.programs.describe_access import access_words
from passaparola.domain.programs.describe_contest import contest_words
from passaparola.domain.programs.describe_grants import grant_words
from passaparola.domain.programs.describe_leaderboard import leaderboard_words
from passaparola.domain.programs.describe_limits import beside_others, budget_words, cap_words
from passaparola.domain.programs.describe_scale import scale_words
from passaparola.domain.programs.describe_structures import boosts, bounded, often, several
from passaparola.domain.programs.earned import earned_words
from passaparola.domain.programs.languages import Language
from passaparola.domain.programs.spans import share_words
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.rewards.kinds import VOUCHERS, gift_text
from passaparola.domain.tongue import EXACT, Tongue
from passaparola.domain.tongue import gettext_noop as _

_STATUS = {
    ProgramStatus.DRAFT: _("draft"),
    ProgramStatus.ACTIVE: _("live"),
    ProgramStatus.PAUSED: _("paused"),
    ProgramStatus.ENDED: _("ended"),
    ProgramStatus.ARCHIVED: _("archived"),
}
_NEW_TO = {
    "invoice": _("A friend is new who has not paid an invoice before."),
    "ride": _("A friend is new who has not paid for a ride before."),
    "stay": _("A friend is new who has not paid for a stay before."),
}
_NEW_TO_ITEM = _("A friend is new who has not paid for the item %(item)s before.")
_ANYBODY = _("Whoever is recommended may be a customer already.")
_GETS = {Side.ADVOCATE: _("The advocate gets %(gift)s."), Side.FRIEND: _("The friend gets %(gift)s.")}
_REFUND = {
    OnPartialRefund.KEEP: _("A partial refund takes nothing back."),
    OnPartialRefund.ALL: _("A partial refund takes all of it back."),
}

_FULFIL = {
    Fulfil.APPROVAL: _("It is given when an operator approves it."),
    Fulfil.CLAIM: _("It is given when the person claims it."),
}
_BACKFILLED = _("Recommendations that staff enter afterwards earn as others do.")
_USE = {
    Use.NEXT_PURCHASE: _("It may be used on a later order than the one that earned it."),
    Use.FUTURE_ONLY: _("It may be used on orders dated after its issue."),
    Use.FIRST_ORDER: _("It may be used on the person's first order only."),
}


def describe(program: Program, tongue: Tongue = EXACT) -> str:
    """What the program promises, one sentence or two a line. Amounts are written with their currency."""
    tongue = speaking_of(tongue, program.subject)
    head = _Described(program, tongue).head()
    return "\n".join([head, *_lines(program, tongue), *scale_words(program, tongue, lambda p: _lines(p, tongue))])


def _lines(program: Program, tongue: Tongue) -> list[str]:
    """All but the head and the scale rule."""
    said = _Described(program, tongue)
    lines = [*access_words(program, tongue), *said.newcomers(), said.earning()]
    lines += [f"- {said.promise(rule)}" for rule in program.rules]
    lines += [*grant_words(program, tongue), *contest_words(program, tongue, said.gift)]
    lines += leaderboard_words(program, tongue)
    lines += [said.windows(), *said.segments()]
    lines += attribution_words(program.attribution, tongue)
    lines += [cap_words(cap, tongue) for cap in program.caps]
    lines += [budget_words(budget, tongue) for budget in program.budgets]
    lines += said.landing()
    lines += beside_others(program, tongue)
    if program.language is not Language.EN:
        lines.append(tongue.gettext(_LANGUAGE) % {"language": program.language})
    if program.pays_backfilled:
        lines.append(tongue.gettext(_BACKFILLED))
    return lines


_LANGUAGE = _("Whoever chose no language, and whose browser asks for none of ours, reads %(language)s.")


class _Described:
    def __init__(self, program: Program, tongue: Tongue):
        self.program, self.tongue = program, tongue

    def head(self) -> str:
        program = self.program
        given = {
            "name": program.name,
            "program": program.slug,
            "version": program.version,
            "status": self.tongue.gettext(_STATUS[program.status]),
            "timezone": program.timezone,
        }
        said = self.tongue.gettext(
            "%(name)s (%(program)s), version %(version)s, %(status)s. Days are those of %(timezone)s."
        )
        return said % given

    def earning(self) -> str:
        """What earns a reward."""
        return earned_words(self.program, self.tongue)

    def newcomers(self) -> list[str]:
        """Who is new, where it is not whoever has paid for nothing yet."""
        if not self.program.newcomers_only:
            return [self.tongue.gettext(_ANYBODY)]
        if not self.program.new_to:
            return []
        return [self.tongue.gettext(_NEW_TO.get(self.program.new_to, _NEW_TO_ITEM)) % {"item": self.program.new_to}]

    # -- what a rule gives --------------------------------------------------------------------------------------------------

    def promise(self, rule: RewardRule) -> str:
        """What one side gets, and on which conditions."""
        _ = self.tongue.gettext
        said = [_(_GETS[rule.side]) % {"gift": self._gift(rule)}, *self._conditions(rule)]
        if rule.on_partial_refund in _REFUND:
            said.append(_(_REFUND[rule.on_partial_refund]))
        return " ".join(said)

    def gift(self, rule: RewardRule) -> str:
        """What a rule gives, without for whom."""
        return self._gift(rule)

    def _gift(self, rule: RewardRule) -> str:
        worth, n = self._worth(rule), rule.every or 0
        if rule.structure is not Structure.MILESTONE:
            return often(rule, worth, self.tongue)
        if rule.repeat:
            said = self.tongue.ngettext("%(gift)s for every %(n)s friend", "%(gift)s for every %(n)s friends", n)
        else:
            said = self.tongue.ngettext(
                "%(gift)s once, for the first %(n)s friend", "%(gift)s once, for the first %(n)s friends", n
            )
        return said % {"gift": worth, "n": n}

    def _worth(self, rule: RewardRule) -> str:
        _, voucher = self.tongue.gettext, rule.kind in VOUCHERS
        if voucher and rule.voucher is not None and rule.voucher.percent_bp is not None:
            percent = {"percent": self.tongue.percent(rule.voucher.percent_bp)}
            return _("a single-use voucher for %(percent)s off an order") % percent
        amount = self._sum(rule)
        if voucher:
            return _("a single-use voucher worth %(amount)s") % {"amount": amount}
        return gift_text(rule.kind, rule.amount, amount, rule.item, _)

    def _sum(self, rule: RewardRule) -> str:
        if rule.percent_bp is not None:
            return self._share(rule)
        return several(rule, self.tongue) or self.tongue.money(rule.amount or 0, rule.unit or "")

    def _share(self, rule: RewardRule) -> str:
        _, given = self.tongue.gettext, {"percent": self.tongue.percent(rule.percent_bp or 0)}
        bounds = {"minimum": rule.minimum, "maximum": rule.maximum}
        given |= {name: self.tongue.money(b, rule.unit or "") for name, b in bounds.items() if b is not None}
        if (share := share_words(rule, self.tongue)) is not None:
            return bounded(rule, {**given, "share": share}, self.tongue)
        if rule.minimum is not None and rule.maximum is not None:
            return _("%(percent)s of the order (at least %(minimum)s, at most %(maximum)s)") % given
        if rule.minimum is not None:
            return _("%(percent)s of the order (at least %(minimum)s)") % given
        if rule.maximum is not None:
            return _("%(percent)s of the order (at most %(maximum)s)") % given
        return _("%(percent)s of the order") % given

    def _conditions(self, rule: RewardRule) -> list[str]:
        said, ngettext = [*boosts(rule, self.program, self.tongue)], self.tongue.ngettext
        if rule.voucher is not None:
            said += self._voucher_terms(rule.voucher, _terms_unit(rule, self.program))
        said += [self.tongue.gettext(w) for w in (_FULFIL.get(rule.fulfil), _USE.get(rule.use)) if w]
        if held := rule.hold_days:
            text = ngettext("It is held for %(n)s day.", "It is held for %(n)s days.", held)
            said.append(text % {"n": held})
        if rule.applied:
            said.append(self.tongue.gettext("It is taken off at the checkout when the friend came by the link."))
        if rule.choice:
            said.append(self.tongue.gettext("Of these the person gets the one they prefer."))
        if rule.stock is not None:
            text = ngettext("There is %(n)s in all.", "There are %(n)s in all.", rule.stock)
            said.append(text % {"n": rule.stock})
        if rule.fallback is not None:
            instead = {"rule": rule.fallback}
            said.append(self.tongue.gettext("When none is left, %(rule)s is given instead.") % instead)
        if rule.ends is not None:
            ends = rule.ends.months
            text = ngettext("It ends %(n)s month after it is issued.", "It ends %(n)s months after it is issued.", ends)
            said.append(text % {"n": ends})
        if rule.opens is not None:
            given = {"n": rule.early_days, "day": rule.opens}
            text = ngettext(
                "It opens %(n)s day before %(day)s, when it opens to everybody.",
                "It opens %(n)s days before %(day)s, when it opens to everybody.",
                rule.early_days,
            )
            said.append(text % given)
        if (n := rule.expires_days) is not None:
            text = ngettext("It expires %(n)s day after it is issued.", "It expires %(n)s days after it is issued.", n)
            said.append(text % {"n": n})
        return said

    def _voucher_terms(self, terms: VoucherTerms, unit: str) -> list[str]:
        _, said = self.tongue.gettext, []
        if terms.max_discount is not None:
            most = {"amount": self.tongue.money(terms.max_discount, unit)}
            said.append(_("It takes off at most %(amount)s.") % most)
        if terms.min_order is not None:
            least = {"amount": self.tongue.money(terms.min_order, unit)}
            said.append(_("It may be used on an order of at least %(amount)s.") % least)
        return said

    # -- windows and limits -------------------------------------------------------------------------------------------------

    def windows(self) -> str:
        """How long a recommendation binds, and how long it earns."""
        _, ngettext = self.tongue.gettext, self.tongue.ngettext
        bind, earn = _("at any time"), _("without end")
        if (days := self.program.bind_days) is not None:
            text = ngettext("within %(n)s day of the first touch", "within %(n)s days of the first touch", days)
            bind = text % {"n": days}
        if (days := self.program.earn_days) is not None:
            earn = ngettext("for %(n)s day after that", "for %(n)s days after that", days) % {"n": days}
        said = _("A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.")
        return said % {"bind": bind, "earn": earn}

    def segments(self) -> Iterator[str]:
        """Other windows for the friends of a segment."""
        said = self.tongue.gettext("Friends of the segment %(segment)s: %(windows)s")
        for word, program in self.program.segments.items():
            yield said % {"segment": word, "windows": _Described(program, self.tongue).windows()}

    def landing(self) -> list[str]:
        """Where links lead."""
        _, landing = self.tongue.gettext, self.program.landing
        if landing is None:
            return []
        given = {"address": landing.url, "hosts": self.tongue.listing(landing.hosts[1:])}
        if not landing.hosts[1:]:
            return [_("Links lead to %(address)s.") % given]
        return [_("Links lead to %(address)s, and to pages on %(hosts)s where a link asks for one.") % given]


def _terms_unit(rule: RewardRule, program: Program) -> str:
    is_money = rule.unit is not None and rule.voucher is not None and rule.voucher.percent_bp is None
    return rule.unit or program.currency if is_money else program.currency
