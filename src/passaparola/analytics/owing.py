"""What is to be paid out, paid with the wages, or sent; and a person's statement. Both are read from the books and agree with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import Handover, handed_over_by
from passaparola.store.read import payables
from passaparola.store.read.checkout import person_group
from passaparola.store.read.payables import OwedRow, Owing
from passaparola.store.read.snapshot import Session, snapshot


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One reward that is to be handed over. `amount` in minor units of `unit`; `missing`: what must be known before it is sent."""

    reward: str
    person: str
    name: str
    customer_id: str
    email: str
    program: str
    kind: str
    item: str
    unit: str
    amount: int
    issued_at: Instant
    details: dict[str, str]
    missing: tuple[str, ...]


def owed_lines(
    workspace: str, way: Handover, programs: Mapping[str, ProgramVersions], *, until: Instant
) -> Iterator[OwedLine]:
    """Everything that was issued by `until`, leaves the firm this way and has not left it yet, by age. Read as of one moment."""
    with snapshot() as session:
        after = ""
        while rows := payables.owed_rows(session, workspace, handed_over_by(way), until=until, after=after):
            names = payables.names_of(session, workspace, {row.person for row in rows})
            yield from (_line(row, names[row.person], programs) for row in rows)
            after = rows[-1].reward


@dataclass(frozen=True, slots=True)
class Owed:
    """The oldest of what is to be handed over; what all of it comes to, by unit, in minor units; how many rewards it is."""

    lines: tuple[OwedLine, ...]
    worth: tuple[tuple[str, int], ...]
    count: int


def oldest_owed(
    workspace: str, way: Handover, programs: Mapping[str, ProgramVersions], *, until: Instant, most: int
) -> Owed:
    """As `owed_lines`, but the oldest `most` of them only, with what all of them come to."""
    with snapshot() as session:
        rows = payables.owed_rows(session, workspace, handed_over_by(way), until=until, limit=most)
        names = payables.names_of(session, workspace, {row.person for row in rows})
        totals = payables.owed_totals(session, workspace, handed_over_by(way), until=until)
    lines = tuple(_line(row, names[row.person], programs) for row in rows)
    return Owed(lines, tuple((unit, amount) for unit, amount, _ in totals), sum(count for *_, count in totals))


def _line(row: OwedRow, who: tuple[str, str, str], programs: Mapping[str, ProgramVersions]) -> OwedLine:
    rule = next(rule for rule in programs[row.program_id].number(row.version).every_rule if rule.id == row.rule)
    details = orjson.loads(row.details) if row.details else {}
    return OwedLine(
        row.reward,
        row.person,
        *who,
        row.program,
        row.kind,
        rule.item,
        row.unit,
        row.amount,
        row.issued_at,
        {name: str(details.get(name, "")) for name in rule.personal},
        tuple(name for name in rule.personal if not details.get(name)),
    )


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move on what is owed to a person: earned, taken back, paid, returned or lapsed. Minor units, with its sign."""

    at: Instant
    what: str
    program: str
    kind: str
    reward: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What was owed to a person in one currency: before, what moved, and after. `closing` is the ledger's balance at `end`."""

    unit: str
    opening: int
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> int:
        return self.opening + sum(line.amount for line in self.lines)

    def sum_of(self, what: str) -> int:
        """All moves of one sort."""
        return sum(line.amount for line in self.lines if line.what == what)


def statement(
    workspace: str, person: str, *, begin: Instant, end: Instant, program: str = ""
) -> tuple[Statement, ...] | None:
    """What a person earned and was paid in a period, by currency, from the ledger itself; with `program` (our id) by that one alone.

    None when there is no such person.
    """
    with snapshot() as session:
        group = person_group(session, workspace, person)
        if not group:
            return None
        return tuple(_statements(session, workspace, Owing(tuple(group), program), begin, end))


def _statements(session: Session, workspace: str, owing: Owing, begin: Instant, end: Instant) -> Iterator[Statement]:
    opening = payables.owed_before(session, workspace, owing, begin)
    moves = payables.owed_moves(session, workspace, owing, begin, end)
    for unit in sorted({*opening, *(move.unit for move in moves)}):
        lines = tuple(
            StatementLine(m.at, m.purpose, m.program, m.kind, m.reward, m.reference, m.amount)
            for m in moves
            if m.unit == unit
        )
        if lines or opening.get(unit):
            yield Statement(unit, opening.get(unit, 0), lines)
