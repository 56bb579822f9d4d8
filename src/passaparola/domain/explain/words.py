"""The words for each name that an explanation holds."""

from passaparola.domain.instant import Instant, iso
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.money import exponent, money_text
from passaparola.domain.programs.compiled import RewardKind, Side
from passaparola.domain.reasons import OPERATOR_WORDS, Reason
from passaparola.domain.referrals.state import TouchKind

TOUCH_WORDS: dict[str, str] = {
    TouchKind.CODE: "by code",
    TouchKind.NAMED: "named by the friend's own event",
    TouchKind.VISIT: "by a visit through the link",
    TouchKind.EMAIL: "by an invitation",
}
STATUS_WORDS: dict[str, str] = {
    "open": "the friend is not bound to anybody",
    "bound": "the friend is bound and has not converted",
    "converted": "the friend is bound and has converted",
    "refused": "nobody can be rewarded for this friend",
    "merged": "this referral was joined with another one of the same person",
}
KIND_WORDS: dict[str, str] = {RewardKind.STORE_CREDIT: "store credit", RewardKind.VOUCHER: "a voucher"}
SIDE_WORDS: dict[str, str] = {Side.ADVOCATE: "the advocate", Side.FRIEND: "the friend"}
# Every step of a reward: what it is called in a sentence such as "5.00 USD in store credit for Ada …".
STEP_WORDS: dict[str, str] = {
    "pending": "waits",
    "issued": "was issued",
    "changed": "was changed to the new amount",
    "reversed": "was taken back",
    "restored": "was given again",
    "cancelled": "was cancelled before it was used",
    "denied": "was denied",
    "reopened": "waits for approval again",
    "expired": "expired unused",
    "reserved": "was set aside for a checkout",
    "released": "was let go by a checkout",
    "redeemed": "was used",
    "returned": "came back from a cancelled order",
    "short": "could not be taken back, for it had been used",
}


def reason_words(reason: str | None) -> str:
    """The words and the name of a reason: `the cap was reached [cap_reached]`."""
    return "" if reason is None else f"{OPERATOR_WORDS[Reason(reason)]} [{reason}]"


def worth(amount: int, kind: str, unit: str) -> str:
    """`5.00 USD in store credit`, `a voucher worth 5.00 USD`, `a voucher`."""
    if unit == VOUCHER_UNIT:
        return KIND_WORDS[RewardKind.VOUCHER] if amount == 1 else f"{amount} vouchers"
    if kind == RewardKind.VOUCHER:
        return f"a voucher worth {money_text(amount, unit)}"
    return f"{money_text(amount, unit)} in {KIND_WORDS.get(kind, kind)}"


def sum_text(minor: int, unit: str) -> str:
    """An amount, or a number of vouchers."""
    return f"{minor} voucher" if unit == VOUCHER_UNIT else money_text(minor, unit)


def percent_text(basis_points: int) -> str:
    """`10 %`, `12.5 %`."""
    whole, rest = divmod(basis_points, 100)
    return (f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)) + " %"


def exact_quotient(numerator: int, denominator: int, unit: str, places: int = 4) -> str:
    """numerator ÷ denominator minor units as a decimal of the currency: `4.144`, or `1.4479…` where it goes on."""
    digits = 0 if unit == VOUCHER_UNIT else exponent(unit)
    scaled, rest = divmod(numerator * 10**places, denominator)
    text = f"{scaled:0{digits + places + 1}d}"
    whole, fraction = text[: -(digits + places)], text[-(digits + places) :]
    if rest:
        return f"{whole}.{fraction}…"
    kept = fraction.rstrip("0").ljust(digits, "0")
    return f"{whole}.{kept}" if kept else whole


def when(at: Instant | None) -> str:
    """A moment in UTC."""
    return "an unknown time" if at is None else iso(at)
