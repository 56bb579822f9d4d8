"""The accounts and the transfers between them. A transfer is one row: debit, credit, unit, amount above zero.

| account | side | meaning |
|---|---|---|
| expense | debit | what a program's rewards cost, per program and unit |
| credit | credit | store credit owed to one person by one program |
| voucher | credit | vouchers given to one person and not yet used |
| entitlement | credit | what one person holds: storage, months, shares, access |
| payable | credit | what is owed to one person until it is paid out or sent |
| redeemed | credit | what was used at checkouts or handed over, per program and unit |
| breakage | credit | what expired unused or came to its end, per program and unit |
| discount | credit | the worth of percentage vouchers at the checkouts that used them |
"""

from enum import StrEnum
from typing import NamedTuple

from passaparola.domain.rewards.kinds import KINDS, Family
from passaparola.domain.values import value


class AccountKind(StrEnum):
    EXPENSE = "expense"
    CREDIT = "credit"
    VOUCHER = "voucher"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"
    DISCOUNT = "discount"
    ENTITLEMENT = "entitlement"
    PAYABLE = "payable"


DEBIT_NORMAL = frozenset({AccountKind.EXPENSE})
OWED_TO_PEOPLE = frozenset({AccountKind.CREDIT, AccountKind.VOUCHER, AccountKind.ENTITLEMENT, AccountKind.PAYABLE})
VOUCHER_UNIT = "VOUCHER"


class TransferKind(StrEnum):
    """`single` is posted at once. `pending` holds the amount until a `post` or a `void` of it. `reversal` undoes posted value."""

    SINGLE = "single"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    REVERSAL = "reversal"


POSTED = frozenset({TransferKind.SINGLE, TransferKind.POST, TransferKind.REVERSAL})


class Purpose(StrEnum):
    ISSUE = "issue"
    REVERSE = "reverse"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    RETURN = "return"  # a checkout that was cancelled after the spending
    EXPIRE = "expire"


class AccountKey(NamedTuple):
    kind: str
    program: str
    person: str  # "" where the account is the program's own
    unit: str


@value(frozen=True, slots=True)
class Transfer:
    """One move of value, not yet stored. `of` names the pending transfer that a post or void ends (by the reward's `pending` mark)."""

    kind: str
    purpose: str
    debit: AccountKey
    credit: AccountKey
    unit: str
    amount: int


_FAMILIES = {
    Family.BALANCE: AccountKind.CREDIT,
    Family.VOUCHER: AccountKind.VOUCHER,
    Family.ENTITLEMENT: AccountKind.ENTITLEMENT,
    Family.PAYABLE: AccountKind.PAYABLE,
}
_OWED = {str(name): _FAMILIES[kind.family] for name, kind in KINDS.items()}


def owed(kind: str, program: str, person: str, unit: str) -> AccountKey:
    """The account that holds what is owed to a person for a reward kind."""
    return AccountKey(_OWED[kind], program, person, unit)


def expense(program: str, unit: str) -> AccountKey:
    """What a program's rewards cost, in one unit."""
    return AccountKey(AccountKind.EXPENSE, program, "", unit)


def redeemed(program: str, unit: str) -> AccountKey:
    """What was used at checkouts."""
    return AccountKey(AccountKind.REDEEMED, program, "", unit)


def breakage(program: str, unit: str) -> AccountKey:
    """What expired unused."""
    return AccountKey(AccountKind.BREAKAGE, program, "", unit)


def discount(program: str, unit: str) -> AccountKey:
    """What percentage vouchers were worth at the checkouts that used them."""
    return AccountKey(AccountKind.DISCOUNT, program, "", unit)
