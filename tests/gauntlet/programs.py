"""The programs of the model ledger: each as the file that an operator applies, and as the plain facts that the model works with."""

from dataclasses import dataclass, field, replace

FLAT = """
program: subject
name: Both get the same
currency: USD
trigger: first_purchase
rewards:
  - {id: thanks, side: advocate, kind: store_credit, amount: @, expires_days: 40}
  - {id: welcome, side: friend, kind: store_credit, amount: 5.00}
"""
SHARE = """
program: subject
name: A share with limits
currency: EUR
trigger: {kind: purchase, min_value: 2.00}
windows: {bind_days: 5, earn_days: 20}
rewards:
  - {id: share, side: advocate, kind: store_credit, percent: @, hold_days: 2, expires_days: 30}
  - {id: gift, side: friend, kind: voucher, amount: 3.00}
caps:
  - {per: advocate, metric: value, max: 6.00, policy: clip}
  - {per: friend, metric: count, max: 2}
budget: {total: 11.00}
"""
EVERY_SECOND = """
program: subject
name: A voucher for every second friend
currency: GBP
trigger: first_purchase
rewards:
  - {id: second, side: advocate, kind: voucher, structure: {kind: milestone, every: 2}, voucher: {percent: 20}}
  - {id: hello, side: friend, kind: store_credit, amount: @, hold_days: 1}
"""
PAID_OUT = """
program: subject
name: Money for one, credit for the other
currency: PLN
trigger: purchase
rewards:
  - {id: money, side: advocate, kind: cash, percent: @, hold_days: 1}
  - {id: credit, side: friend, kind: store_credit, amount: 2.00, expires_days: 15}
"""


@dataclass(frozen=True)
class Promise:
    """One reward of a program: `amount` minor units, or `percent` of the order, or for `every` so many friends."""

    id: str
    side: str
    kind: str
    amount: int = 0
    percent: int = 0
    every: int = 0
    hold: int = 0  # days
    life: int | None = None  # days


@dataclass(frozen=True)
class Terms:
    """What the model knows of one version."""

    currency: str
    first_only: bool
    promises: tuple[Promise, ...]
    smallest_order: int = 1
    bind_days: int | None = None
    earn_days: int | None = None
    advocate_value_cap: int | None = None
    friend_count_cap: int | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Subject:
    """A program under test: its file with one value left open, and the terms for each value that it may take."""

    document: str
    values: tuple[str, str]
    terms: tuple[Terms, Terms] = field(repr=False)

    def file(self, n: int) -> str:
        return self.document.replace("@", self.values[n])


def _two(terms: Terms, first: Promise, second: Promise, *others: Promise) -> tuple[Terms, Terms]:
    return replace(terms, promises=(first, *others)), replace(terms, promises=(second, *others))


_thanks = Promise("thanks", "advocate", "store_credit", amount=500, life=40)
_share = Promise("share", "advocate", "store_credit", percent=10, hold=2, life=30)
_hello = Promise("hello", "friend", "store_credit", amount=300, hold=1)
_money = Promise("money", "advocate", "cash", percent=10, hold=1)
_share_terms = Terms(
    "EUR",
    False,
    (),
    smallest_order=200,
    bind_days=5,
    earn_days=20,
    advocate_value_cap=600,
    friend_count_cap=2,
    budget=1100,
)
SUBJECTS = {
    "flat": Subject(
        FLAT,
        ("5.00", "7.00"),
        _two(
            Terms("USD", True, ()),
            _thanks,
            replace(_thanks, amount=700),
            Promise("welcome", "friend", "store_credit", amount=500),
        ),
    ),
    "share": Subject(
        SHARE,
        ("10", "15"),
        _two(_share_terms, _share, replace(_share, percent=15), Promise("gift", "friend", "voucher", amount=300)),
    ),
    "every second": Subject(
        EVERY_SECOND,
        ("3.00", "4.00"),
        _two(
            Terms("GBP", True, ()),
            _hello,
            replace(_hello, amount=400),
            Promise("second", "advocate", "voucher", every=2),
        ),
    ),
    "paid out": Subject(
        PAID_OUT,
        ("10", "12"),
        _two(
            Terms("PLN", False, ()),
            _money,
            replace(_money, percent=12),
            Promise("credit", "friend", "store_credit", amount=200, life=15),
        ),
    ),
}
