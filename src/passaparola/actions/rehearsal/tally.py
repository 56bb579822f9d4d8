"""A plan that is never written: its rows are counted and dropped."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import POSTED, TransferKind
from passaparola.domain.ledger.proof import TrialLine
from passaparola.domain.people.identity import KINDS
from passaparola.domain.rewards.limits import CounterMove
from passaparola.store.write.plan import INSERTS, Plan

_WAITS = {TransferKind.PENDING: 1, TransferKind.POST: -1, TransferKind.VOID: -1}
_IDENTITY = {name: n for n, name in enumerate(INSERTS["identity"])}
_REWARD = INSERTS["rewardtransition"].index("reward_id")
_TRANSFER = {name: n for n, name in enumerate(INSERTS["transfer"])}
_KIND, _DEBIT, _CREDIT, _AMOUNT = (_TRANSFER[name] for name in ("kind", "debit_id", "credit_id", "amount"))


class Tally(Plan):
    """Sums of the transfers by account, and what an operator would be told of."""

    __slots__ = ("books", "found", "names", "steps")

    def __init__(self, workspace: str) -> None:
        super().__init__(workspace)
        self.names: Any = None  # person → (rank, what they are known by), where somebody wants them named
        self.books: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.found: Counter[str] = Counter()
        self.steps: Any = None  # reward → its transitions, where somebody wants them explained

    def add(self, table: str, *values: Any) -> None:
        if table == "transfer":
            self._transfer(values)
        elif table == "identity" and self.names is not None:
            self._name(values[_IDENTITY["person_id"]], values[_IDENTITY["kind"]], values[_IDENTITY["value"]])
        elif table == "rewardtransition" and self.steps is not None:
            self.steps[values[_REWARD]].append(values)

    def account(self, kind: str, program: str, person: str, unit: str) -> str:  # noqa: ARG002  as its parent
        """Those of all people together: nobody asks for one person's."""
        key = f"{kind}:{program}:{unit}"
        if key not in self.accounts:
            self.accounts[key] = (str(kind), program, None, unit)
        return key

    def _name(self, person: str, kind: str, name: str) -> None:
        """Know a person by the identity that says most."""
        rank = KINDS.index(kind) if kind in KINDS else len(KINDS)
        known = self.names.get(person)
        if known is None or rank < known[0]:
            self.names[person] = (rank, name)

    def find(self, kind: str, key: str, detail: str, at: Instant) -> None:  # noqa: ARG002  as its parent
        self.found[kind] += 1

    def move(self, move: CounterMove) -> None:
        """The overlay holds the counters; nothing is left to write."""

    def _transfer(self, values: Sequence[Any]) -> None:
        kind, amount = values[_KIND], values[_AMOUNT]
        posted, waits = amount if kind in POSTED else 0, amount * _WAITS.get(kind, 0)
        for place, key in ((0, values[_DEBIT]), (1, values[_CREDIT])):
            sums = self.books[key]
            sums[place] += posted
            sums[2 + place] += waits

    def drop(self) -> None:
        """Forget the rows of what was decided last."""
        self.new_referrals.clear()
        self.new_rewards.clear()
        self.referral_updates.clear()
        self.reward_updates.clear()
        self.vouchers.clear()
        self.guarded.clear()

    def trial_lines(self, slugs: dict[str, str]) -> list[TrialLine]:
        """The books, as `trial_lines` of the ledger reads them from the transfers."""
        return [
            TrialLine(kind, slugs.get(program, program), unit, *self.books[key])
            for key, (kind, program, _, unit) in sorted(
                self.accounts.items(), key=lambda a: (a[1][0], a[1][1], a[1][3])
            )
        ]
