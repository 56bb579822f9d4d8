"""What can be given: each kind of reward, the family that says how it lives, its unit, and its words.

| family | what becomes of it |
|---|---|
| balance | the person has it and spends it at checkouts, in parts |
| voucher | a code, used once |
| entitlement | the person holds it from its issue on; nothing is spent, it may end at a time |
| payable | it is owed until it is handed over: paid out, paid with the wages, or sent |
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.money import exponent
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.units import ACCESS, ITEM, MONTH, POINTS, SHOUT_OUT


class RewardKind(StrEnum):
    """What is given."""

    STORE_CREDIT = "store_credit"
    VOUCHER = "voucher"
    RIDE_CREDIT = "ride_credit"
    TRAVEL_CREDIT = "travel_credit"
    BILL_CREDIT = "bill_credit"
    POINTS = "points"
    PERCENT_DISCOUNT = "percent_discount"
    FIXED_DISCOUNT = "fixed_discount"
    FIRST_PURCHASE_DISCOUNT = "first_purchase_discount"
    VOUCHER_NEXT_PURCHASE = "voucher_next_purchase"
    UNIT = "unit"
    STOCK = "stock"
    UPGRADE = "upgrade"
    FREE_SUBSCRIPTION = "free_subscription"
    EXCLUSIVE_ACCESS = "exclusive_access"
    SHOUT_OUT = "shout_out"
    CASH = "cash"
    GIFT_CARD = "gift_card"
    COMMISSION = "commission"
    PAYROLL_BONUS = "payroll_bonus"
    FREE_PRODUCT = "free_product"
    GIFT = "gift"
    SMALL_GIFT = "small_gift"
    SWAG = "swag"
    SURPLUS_BUNDLE = "surplus_bundle"
    PRIZE = "prize"


AMOUNT = "%(amount)s"  # the gift is the amount itself: `100 points`


class Family(StrEnum):
    BALANCE = "balance"
    VOUCHER = "voucher"
    ENTITLEMENT = "entitlement"
    PAYABLE = "payable"


class Handover(StrEnum):
    """How what is owed leaves the firm."""

    PAYOUT = "payout"
    PAYROLL = "payroll"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `word` names it; `gift` says an amount of it (`%(amount)s`), `share` a share of a friend's order told to that friend,
    `of_order` the same told to anybody (`%(percent)s`). `unit` None: a currency, or with `names_unit` one that the file names."""

    family: Family
    word: str
    gift: str
    share: str = ""
    of_order: str = ""
    unit: str | None = None
    names_unit: bool = False
    discount: bool = False  # its `percent` is taken off the order on which it is used
    handover: Handover | None = None


def _money(family: Family, word: str, gift: str, share: str, of_order: str, handover: Handover | None = None) -> Kind:
    return Kind(family, word, gift, share, of_order, handover=handover)


def _voucher(word: str, *, discount: bool) -> Kind:
    return Kind(
        Family.VOUCHER,
        word,
        _("a voucher worth %(amount)s"),
        _("a voucher worth %(percent)s of your order"),
        _("a voucher worth %(percent)s of the order"),
        discount=discount,
    )


def _item(word: str) -> Kind:
    return Kind(Family.PAYABLE, word, word, unit=ITEM, handover=Handover.SHIPPING)


KINDS: dict[str, Kind] = {
    RewardKind.STORE_CREDIT: _money(
        Family.BALANCE,
        _("store credit"),
        _("%(amount)s in store credit"),
        _("%(percent)s of your order in store credit"),
        _("%(percent)s of the order in store credit"),
    ),
    RewardKind.RIDE_CREDIT: _money(
        Family.BALANCE,
        _("ride credit"),
        _("%(amount)s in ride credit"),
        _("%(percent)s of your order in ride credit"),
        _("%(percent)s of the order in ride credit"),
    ),
    RewardKind.TRAVEL_CREDIT: _money(
        Family.BALANCE,
        _("travel credit"),
        _("%(amount)s in travel credit"),
        _("%(percent)s of your order in travel credit"),
        _("%(percent)s of the order in travel credit"),
    ),
    RewardKind.BILL_CREDIT: _money(
        Family.BALANCE,
        _("bill credit"),
        _("%(amount)s off the next bills"),
        _("%(percent)s of your order off the next bills"),
        _("%(percent)s of the order off the next bills"),
    ),
    RewardKind.POINTS: Kind(Family.BALANCE, _("points"), AMOUNT, unit=POINTS),
    RewardKind.VOUCHER: _voucher(_("a voucher"), discount=False),
    RewardKind.PERCENT_DISCOUNT: _voucher(_("a discount"), discount=True),
    RewardKind.FIXED_DISCOUNT: _voucher(_("a discount"), discount=True),
    RewardKind.FIRST_PURCHASE_DISCOUNT: _voucher(_("a discount on the first order"), discount=True),
    RewardKind.VOUCHER_NEXT_PURCHASE: _voucher(_("a voucher for the next order"), discount=True),
    RewardKind.UNIT: Kind(Family.ENTITLEMENT, _("units"), AMOUNT, names_unit=True),
    RewardKind.STOCK: Kind(Family.ENTITLEMENT, _("shares"), _("%(amount)s in shares"), names_unit=True),
    RewardKind.UPGRADE: Kind(Family.ENTITLEMENT, _("an upgrade"), _("%(amount)s of an upgraded plan"), unit=MONTH),
    RewardKind.FREE_SUBSCRIPTION: Kind(
        Family.ENTITLEMENT, _("free subscription"), _("%(amount)s of free subscription"), unit=MONTH
    ),
    RewardKind.EXCLUSIVE_ACCESS: Kind(Family.ENTITLEMENT, _("exclusive access"), AMOUNT, unit=ACCESS),
    RewardKind.SHOUT_OUT: Kind(Family.ENTITLEMENT, _("a public thank-you"), AMOUNT, unit=SHOUT_OUT),
    RewardKind.CASH: _money(
        Family.PAYABLE,
        _("money"),
        _("%(amount)s in money"),
        _("%(percent)s of your order in money"),
        _("%(percent)s of the order in money"),
        Handover.PAYOUT,
    ),
    RewardKind.GIFT_CARD: _money(
        Family.PAYABLE,
        _("a gift card"),
        _("a gift card worth %(amount)s"),
        _("a gift card worth %(percent)s of your order"),
        _("a gift card worth %(percent)s of the order"),
        Handover.PAYOUT,
    ),
    RewardKind.COMMISSION: _money(
        Family.PAYABLE,
        _("commission"),
        _("%(amount)s in commission"),
        _("%(percent)s of your order in commission"),
        _("%(percent)s of the order in commission"),
        Handover.PAYOUT,
    ),
    RewardKind.PAYROLL_BONUS: _money(
        Family.PAYABLE,
        _("a payroll bonus"),
        _("a payroll bonus of %(amount)s"),
        _("a payroll bonus of %(percent)s of your order"),
        _("a payroll bonus of %(percent)s of the order"),
        Handover.PAYROLL,
    ),
    RewardKind.FREE_PRODUCT: _item(_("a free product")),
    RewardKind.GIFT: _item(_("a gift")),
    RewardKind.SMALL_GIFT: _item(_("a small gift")),
    RewardKind.SWAG: _item(_("swag")),
    RewardKind.SURPLUS_BUNDLE: _item(_("a bundle")),
    RewardKind.PRIZE: _item(_("a prize")),
}


def kinds_of(family: Family) -> frozenset[str]:
    """The kinds of one family."""
    return frozenset(str(name) for name, kind in KINDS.items() if kind.family is family)


BALANCES, VOUCHERS, ENTITLEMENTS, PAYABLES = (kinds_of(family) for family in Family)


def handed_over_by(way: Handover) -> frozenset[str]:
    """The payables that leave the firm this way."""
    return frozenset(str(name) for name, kind in KINDS.items() if kind.handover is way)


def points_worth(points: int, per_unit: int, currency: str) -> int:
    """Minor units that points take off: `per_unit` points are one whole unit of the currency. Rounded down to the minor unit."""
    return points * int(10 ** exponent(currency)) // per_unit


def gift_text(
    kind: str, number: int | None, amount: str, item: str = "", gettext: Callable[[str], str] = lambda text: text
) -> str:
    """What is given in words: `5.00 USD in store credit`, `100 points`, `a gift`, `2 × tote bag`. `amount` is the number with its unit.

    `number` None: it is one of several, as `amount` says: `tote bag: 1 item to 2 items`.
    """
    found = KINDS[kind]
    if found.unit in (ITEM, ACCESS):
        if found.unit == ACCESS:
            return f"{amount}: {item}" if item else amount
        thing = item or gettext(found.gift)
        if number is None:
            return f"{thing}: {amount}"
        return thing if number == 1 else f"{number} × {thing}"
    return amount if found.gift == AMOUNT else gettext(found.gift) % {"amount": amount}
