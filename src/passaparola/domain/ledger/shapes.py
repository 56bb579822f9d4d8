"""Between which accounts each purpose moves value: anything else is no transfer of ours."""

from dataclasses import dataclass

from passaparola.domain.ledger.accounts import OWED_TO_PEOPLE, AccountKind, Purpose, TransferKind

_OWED = tuple(sorted(str(kind) for kind in OWED_TO_PEOPLE))
_BOTH_PHASES = (TransferKind.SINGLE, TransferKind.PENDING, TransferKind.POST, TransferKind.VOID)


@dataclass(frozen=True, slots=True)
class Shape:
    """One way value may move: the purpose, the kinds of transfer, and the kinds of account on both sides."""

    purpose: str
    kinds: tuple[str, ...]
    debit: tuple[str, ...]
    credit: tuple[str, ...]


SHAPES: tuple[Shape, ...] = (
    Shape(Purpose.ISSUE, _BOTH_PHASES, (AccountKind.EXPENSE,), _OWED),
    Shape(Purpose.REVERSE, (TransferKind.REVERSAL,), _OWED, (AccountKind.EXPENSE,)),
    Shape(Purpose.RESERVE, (TransferKind.PENDING,), _OWED, (AccountKind.REDEEMED,)),
    Shape(Purpose.RELEASE, (TransferKind.VOID,), _OWED, (AccountKind.REDEEMED,)),
    Shape(Purpose.SPEND, (TransferKind.SINGLE, TransferKind.POST), _OWED, (AccountKind.REDEEMED,)),
    Shape(Purpose.RETURN, (TransferKind.REVERSAL,), (AccountKind.REDEEMED, AccountKind.BREAKAGE), _OWED),
    Shape(Purpose.EXPIRE, (TransferKind.SINGLE,), _OWED, (AccountKind.BREAKAGE,)),
    # what a percentage voucher was worth, known only at the checkout
    Shape(Purpose.SPEND, (TransferKind.SINGLE,), (AccountKind.EXPENSE,), (AccountKind.DISCOUNT,)),
    Shape(Purpose.RETURN, (TransferKind.REVERSAL,), (AccountKind.DISCOUNT,), (AccountKind.EXPENSE,)),
)
