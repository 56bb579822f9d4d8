"""What came of each place where a program is recommended. docs/metrics.md says what the columns count."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.domain.instant import iso
from passaparola.store.read import placements as read
from passaparola.store.read.catalogue import ProgramEntry, find_program
from passaparola.store.read.placements import PlacementRow
from passaparola.store.read.snapshot import Session, snapshot


@dataclass(slots=True)
class PlacementLine:
    """One place. `clicks` are those on its own link; `passed_on` those on the links of whoever came to join there."""

    placement: PlacementRow
    clicks: int = 0
    joined: int = 0
    sharers: int = 0
    shares: int = 0
    passed_on: int = 0
    friends: int = 0
    purchases: int = 0
    revenue: dict[str, int] = field(default_factory=dict)

    @property
    def clicks_per_thousand(self) -> int | None:
        """Clicks for each thousand people who are there; None where nobody said how many are."""
        reach = self.placement.reach
        return round(self.clicks * 1000 / reach) if reach else None


def placement_lines(
    session: Session, workspace: str, program: str, rows: Sequence[PlacementRow]
) -> list[PlacementLine]:
    """The numbers of these places of a program (its id), with a fixed number of statements."""
    lines = {row.id: PlacementLine(row) for row in rows}
    if not lines:
        return []
    _fill(session, workspace, program, lines)
    return list(lines.values())


def _fill(session: Session, workspace: str, program: str, lines: dict[str, PlacementLine]) -> None:
    ignored = PlacementLine(next(iter(lines.values())).placement)
    for key, own, count in read.clicks_at(session, workspace, program):
        line = lines.get(key, ignored)
        line.clicks, line.passed_on = (int(count), line.passed_on) if own else (line.clicks, int(count))
    for key, count in read.joined_at(session, workspace, program):
        lines.get(key, ignored).joined = int(count)
    for key, sharers, shares in read.shares_at(session, workspace, program):
        line = lines.get(key, ignored)
        line.sharers, line.shares = int(sharers), int(shares)
    for key, friends, orders in read.friends_at(session, workspace, program):
        line = lines.get(key, ignored)
        line.friends, line.purchases = int(friends), int(orders or 0)
    amounts = [(key, unit, minor) for key, unit, minor in read.revenue_at(session, workspace, program)]
    for key, others in read.further_revenue_at(session, workspace, program):
        amounts += [(key, unit, minor) for unit, minor in orjson.loads(others).items()]
    for key, unit, minor in amounts:
        revenue = lines.get(key, ignored).revenue
        revenue[unit] = revenue.get(unit, 0) + int(minor)


def every_placement(workspace: str, name: str) -> tuple[ProgramEntry, list[PlacementLine]]:
    """Each place of a program (slug or `prg_…`), the newest first, as of one moment. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        return entry, placement_lines(session, workspace, entry.key, read.placements_of(session, workspace, entry.key))


def placement_document(line: PlacementLine, origin: str) -> dict[str, Any]:
    """Plain JSON values; `origin` is where our own addresses begin."""
    row = line.placement
    counts = ("clicks", "joined", "sharers", "shares", "passed_on", "friends", "purchases", "clicks_per_thousand")
    return {
        "id": f"plc_{row.id}",
        "kind": row.kind,
        "name": row.name,
        "person": f"per_{row.person}" if row.person else None,
        "link": f"lnk_{row.link}" if row.link else None,
        "code": row.code,
        "address": origin + row.path,
        "reach": row.reach,
        "created_at": iso(row.created_at),
        "ended_at": iso(row.ended_at) if row.ended_at is not None else None,
        **{name: getattr(line, name) for name in counts},
        "revenue_minor": dict(sorted(line.revenue.items())),
    }
