"""The words for each name that an explanation holds. Tables hold English that is translated where it is shown."""

from passaparola.domain.instant import Instant, iso
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.money import exponent
from passaparola.domain.programs.compiled import Side
from passaparola.domain.reasons import OPERATOR_WORDS, Reason
from passaparola.domain.referrals.state import TouchKind
from passaparola.domain.rewards.change import RewardState
from passaparola.domain.rewards.kinds import gift_text
from passaparola.domain.tongue import EXACT, Tongue, percent_text
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.units import is_currency

__all__ = ["exact_quotient", "outcome_words", "percent_text", "reason_words", "sum_text", "when", "worth"]

CONSIDERED: dict[str, str] = {
    TouchKind.CODE: _("Considered %(advocate)s, by code of %(when)s: %(result)s."),
    TouchKind.NAMED: _("Considered %(advocate)s, named by the friend's own event of %(when)s: %(result)s."),
    TouchKind.VISIT: _("Considered %(advocate)s, by a visit through the link of %(when)s: %(result)s."),
    TouchKind.ORGANIC: _("Considered %(advocate)s, entered by staff for %(when)s: %(result)s."),
    TouchKind.EMAIL: _("Considered %(advocate)s, by an invitation of %(when)s: %(result)s."),
}
BOUND: dict[str, str] = {
    TouchKind.CODE: _("bound to %(advocate)s by code at %(when)s"),
    TouchKind.NAMED: _("bound to %(advocate)s named by the friend's own event at %(when)s"),
    TouchKind.VISIT: _("bound to %(advocate)s by a visit through the link at %(when)s"),
    TouchKind.ORGANIC: _("bound to %(advocate)s as entered by staff for %(when)s"),
    TouchKind.EMAIL: _("bound to %(advocate)s by an invitation at %(when)s"),
}
STATUS_WORDS: dict[str, str] = {
    "open": _("the friend is not bound to anybody"),
    "bound": _("the friend is bound and has not converted"),
    "converted": _("the friend is bound and has converted"),
    "refused": _("nobody can be rewarded for this friend"),
    "merged": _("this referral was joined with another one of the same person"),
}
RULES: dict[str, str] = {
    Side.ADVOCATE: _("Rule %(rule)s for the advocate: %(said)s."),
    Side.FRIEND: _("Rule %(rule)s for the friend: %(said)s."),
}
SIDE_WORDS: dict[str, str] = {Side.ADVOCATE: _("the advocate"), Side.FRIEND: _("the friend")}
# What counts of an event about an order that was known.
OUTCOMES: dict[str, str] = {
    "duplicate_order": _("The order was told before; its code and time count, its amount does not."),
    "reported": _(
        "Only a browser told of the order: it earns nothing until the shop, an import or a person confirms it."
    ),
    "order_conflict": _("The order was told before with another amount or person; what was told now counts nothing."),
}
# Every step of a reward: what it is called in the list of its steps …
STEP_WORDS: dict[str, str] = {
    "pending": _("waits"),
    "issued": _("was issued"),
    "changed": _("was changed to the new amount"),
    "reversed": _("was taken back"),
    "restored": _("was given again"),
    "cancelled": _("was cancelled before it was used"),
    "denied": _("was denied"),
    "reopened": _("waits for approval again"),
    "expired": _("expired unused"),
    "reserved": _("was set aside for a checkout"),
    "released": _("was let go by a checkout"),
    "redeemed": _("was used"),
    "returned": _("came back from a cancelled order"),
    "short": _("could not be taken back, for it had been used"),
}
# … and the whole statement: "5.00 USD in store credit for Ada (the advocate) was issued".
EFFECTS: dict[str, str] = {
    "pending": _("%(worth)s for %(person)s (%(side)s) waits"),
    "issued": _("%(worth)s for %(person)s (%(side)s) was issued"),
    "changed": _("%(worth)s for %(person)s (%(side)s) was changed to the new amount"),
    "reversed": _("%(worth)s for %(person)s (%(side)s) was taken back"),
    "restored": _("%(worth)s for %(person)s (%(side)s) was given again"),
    "cancelled": _("%(worth)s for %(person)s (%(side)s) was cancelled before it was used"),
    "denied": _("%(worth)s for %(person)s (%(side)s) was denied"),
    "reopened": _("%(worth)s for %(person)s (%(side)s) waits for approval again"),
    "expired": _("%(worth)s for %(person)s (%(side)s) expired unused"),
    "reserved": _("%(worth)s for %(person)s (%(side)s) was set aside for a checkout"),
    "released": _("%(worth)s for %(person)s (%(side)s) was let go by a checkout"),
    "redeemed": _("%(worth)s for %(person)s (%(side)s) was used"),
    "returned": _("%(worth)s for %(person)s (%(side)s) came back from a cancelled order"),
    "short": _("%(worth)s for %(person)s (%(side)s) could not be taken back, for it had been used"),
}
STATES: dict[str, str] = {
    RewardState.PENDING: _("pending"),
    RewardState.APPROVED: _("approved"),
    RewardState.ISSUING: _("issuing"),
    RewardState.ISSUED: _("issued"),
    RewardState.REDEEMED: _("redeemed"),
    RewardState.DENIED: _("denied"),
    RewardState.CANCELLED: _("cancelled"),
    RewardState.EXPIRED: _("expired"),
    RewardState.REVERSED: _("reversed"),
    RewardState.FAILED: _("failed"),
}


def reason_words(reason: str | None, tongue: Tongue = EXACT) -> str:
    """The words and the name of a reason: `the cap was reached [cap_reached]`."""
    return "" if reason is None else f"{tongue.gettext(OPERATOR_WORDS[Reason(reason)])} [{reason}]"


def outcome_words(outcome: str, tongue: Tongue = EXACT) -> str:
    """What counts of an event that came of this; empty where all of it does."""
    return tongue.gettext(OUTCOMES[outcome]) if outcome in OUTCOMES else ""


def worth(amount: int, kind: str, unit: str, tongue: Tongue = EXACT) -> str:
    """`5.00 USD in store credit`, `a voucher worth 5.00 USD`, `a voucher`."""
    if unit == VOUCHER_UNIT:
        if amount == 1:
            return tongue.gettext("a voucher")
        return tongue.ngettext("%(n)s voucher", "%(n)s vouchers", amount) % {"n": amount}
    return gift_text(kind, amount, tongue.money(amount, unit), gettext=tongue.gettext)


def sum_text(minor: int, unit: str, tongue: Tongue = EXACT) -> str:
    """An amount; a number of vouchers has `voucher` for its unit, in English always the same."""
    if unit == VOUCHER_UNIT:
        return tongue.ngettext("%(sum)s voucher", "%(sum)s voucher", minor) % {"sum": minor}
    return tongue.money(minor, unit)


def exact_quotient(numerator: int, denominator: int, unit: str, places: int = 4) -> str:
    """numerator ÷ denominator minor units as a decimal of the currency: `4.144`, or `1.4479…` where it goes on."""
    digits = exponent(unit) if is_currency(unit) else 0
    scaled, rest = divmod(numerator * 10**places, denominator)
    text = f"{scaled:0{digits + places + 1}d}"
    whole, fraction = text[: -(digits + places)], text[-(digits + places) :]
    if rest:
        return f"{whole}.{fraction}…"
    kept = fraction.rstrip("0").ljust(digits, "0")
    return f"{whole}.{kept}" if kept else whole


def when(at: Instant | None, tongue: Tongue = EXACT) -> str:
    """A moment in UTC."""
    return tongue.gettext("an unknown time") if at is None else iso(at)
