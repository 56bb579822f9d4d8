"""What the ledger's proofs are made of: violations of its laws, the trial balance, and the chain of seals."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from passaparola.domain.ledger.accounts import DEBIT_NORMAL

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Violation:
    """One law that does not hold at one place. `law` is L1 to L10, or `workspace`; `where` are ids of ours."""

    law: str
    what: str
    where: tuple[str, ...]
    found: str
    expected: str

    def sentence(self) -> str:
        """For a log line or a terminal."""
        return f"{self.law}: {self.what} ({', '.join(self.where)}): found {self.found}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class TrialLine:
    """All accounts of one kind in one program and unit: what was posted on both sides, and what waits. Whole minor units."""

    kind: str
    program: str  # the program's slug
    unit: str
    debit: int
    credit: int
    pending_debit: int
    pending_credit: int

    @property
    def balance(self) -> int:
        """On the account kind's own side: debit for an expense, credit for everything else."""
        return self.debit - self.credit if self.kind in DEBIT_NORMAL else self.credit - self.debit


@dataclass(frozen=True, slots=True)
class UnitBalance:
    """One currency or unit: its lines, and both sides in all. They are equal, or the ledger is damaged."""

    unit: str
    lines: tuple[TrialLine, ...]

    @property
    def debit(self) -> int:
        return sum(line.debit for line in self.lines)

    @property
    def credit(self) -> int:
        return sum(line.credit for line in self.lines)

    @property
    def difference(self) -> int:
        return self.debit - self.credit

    @property
    def pending_difference(self) -> int:
        return sum(line.pending_debit - line.pending_credit for line in self.lines)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account of a workspace, by unit, summed from the transfers."""

    workspace: str
    units: tuple[UnitBalance, ...]

    @property
    def balanced(self) -> bool:
        return not any(unit.difference or unit.pending_difference for unit in self.units)


def balance_sheet(workspace: str, lines: Iterable[TrialLine]) -> TrialBalance:
    """The lines by unit, in a fixed order."""
    by_unit: dict[str, list[TrialLine]] = {}
    for line in sorted(lines, key=lambda found: (found.unit, found.program, found.kind)):
        by_unit.setdefault(line.unit, []).append(line)
    return TrialBalance(workspace, tuple(UnitBalance(unit, tuple(found)) for unit, found in by_unit.items()))


class Seal:
    """The hash of one block, fed with its batches in order of their serials: SHA-256 over the hash before it and each
    `[serial, entries, digest]` as JSON without spaces, one a line."""

    def __init__(self, previous: str):
        self._hash = hashlib.sha256(previous.encode())

    def take(self, batches: Iterable[Sequence[object]]) -> "Seal":
        for batch in batches:
            self._hash.update(b"\n" + orjson.dumps(list(batch)))
        return self

    @property
    def hash(self) -> str:
        return self._hash.hexdigest()
