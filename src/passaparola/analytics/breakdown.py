"""The report on one program apart for each advocate (reach, customers, revenue, rewards), and for each location. docs/metrics.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.analytics.metrics import OTHERS, REVENUE_ROWS
from passaparola.store.read import breakdowns
from passaparola.store.read.catalogue import ProgramEntry, find_program
from passaparola.store.read.chains import visits_of_links
from passaparola.store.read.known_people import shown_names
from passaparola.store.read.pages import ADVOCATES, Record, page_of
from passaparola.store.read.snapshot import Session, snapshot

PAGE = 200
Rewards = dict[tuple[str, str], tuple[int, int]]  # (kind, unit) → how many, minor units net


@dataclass(slots=True)
class AdvocateLine:
    """One advocate: reach (shares, visits), friends, customers, what those brought, and what the advocate got for it."""

    advocate: str
    person: str
    name: str
    status: str
    shares: int = 0
    visits: int = 0
    friends: int = 0
    organic: int = 0
    signed_up: int = 0
    customers: int = 0
    orders: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    rewards: Rewards = field(default_factory=dict)


@dataclass(slots=True)
class LocationLine:
    """One location: "" where none was told."""

    location: str
    friends: int = 0
    orders: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    rewards: Rewards = field(default_factory=dict)


def advocate_lines(session: Session, workspace: str, program: str, rows: Sequence[Record]) -> list[AdvocateLine]:
    """The numbers of these advocates of a program, with a fixed number of statements. Two records of one person are one line, which stands
    at the older record, whichever page that is on.
    """
    roots = breakdowns.groups_of(session, workspace, [row["person_id"] for row in rows])
    shown = breakdowns.first_advocates(session, workspace, program, roots)
    names = shown_names(session, workspace, set(roots.values()))
    lines: dict[str, AdvocateLine] = {}
    for row in rows:
        root = roots[row["person_id"]]
        if row["id"] == shown[root]:
            lines[root] = AdvocateLine(row["id"], root, names[root], row["status"])
    people = {person: lines[root] for person, root in sorted(roots.items()) if root in lines}
    _fill(session, workspace, program, list(people), people)
    return list(lines.values())


def _fill(session: Session, workspace: str, program: str, people: list[str], lines: dict[str, AdvocateLine]) -> None:
    for person, count in breakdowns.shares_of(session, workspace, program, people):
        lines[person].shares += int(count)
    for person, visits in visits_of_links(session, workspace, program, people).items():
        lines[person].visits += visits
    for person, *counts in breakdowns.friends_of(session, workspace, program, people):
        line, numbers = lines[person], [int(n) for n in counts]
        line.friends, line.organic = line.friends + numbers[0], line.organic + numbers[1]
        line.signed_up, line.customers = line.signed_up + numbers[2], line.customers + numbers[3]
        line.orders += numbers[4]
    for person, unit, minor in _revenue(session, workspace, program, people):
        lines[person].revenue[unit] = lines[person].revenue.get(unit, 0) + int(minor)
    for person, kind, unit, count, minor in breakdowns.earned_by(session, workspace, program, people):
        before = lines[person].rewards.get((kind, unit), (0, 0))
        lines[person].rewards[(kind, unit)] = (before[0] + int(count), before[1] + int(minor))


def _revenue(session: Session, workspace: str, program: str, people: list[str]) -> list[Any]:
    rows = REVENUE_ROWS.format(others=OTHERS[session.postgres])
    return session.rows(
        f"SELECT x.advocate, x.unit, SUM(x.minor) FROM ({rows}) x WHERE x.advocate = any{{people:uuid}} GROUP BY x.advocate, x.unit",
        ws=workspace,
        program=program,
        people=people,
    )


def every_advocate(workspace: str, name: str) -> Iterator[AdvocateLine]:
    """Each advocate of a program (slug or `prg_…`), the newest first, as of one moment. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        before = None
        while rows := page_of(session, ADVOCATES, workspace, given={"program": entry.key}, before=before, limit=PAGE):
            yield from advocate_lines(session, workspace, entry.key, rows)
            before = rows[-1]["id"]


def by_location(workspace: str, name: str) -> tuple[ProgramEntry, list[LocationLine]]:
    """Each location of which an order of a bound friend told, by name. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        lines: dict[str, LocationLine] = {}
        for place, friends in breakdowns.friends_by_place(session, workspace, entry.key):
            lines[place] = LocationLine(place, int(friends))
        for place, unit, orders, minor in breakdowns.orders_by_place(session, workspace, entry.key):
            lines[place].orders += int(orders)
            lines[place].revenue[unit] = int(minor)
        for place, kind, unit, count, minor in breakdowns.rewards_by_place(session, workspace, entry.key):
            lines.setdefault(place, LocationLine(place)).rewards[(kind, unit)] = (int(count), int(minor))
    return entry, [lines[place] for place in sorted(lines)]


def rewards_document(rewards: Rewards) -> list[dict[str, Any]]:
    """Plain JSON values, in order."""
    keys = ("kind", "currency", "count", "value_minor")
    return [dict(zip(keys, (*key, *sums), strict=True)) for key, sums in sorted(rewards.items())]


def advocate_document(line: AdvocateLine) -> dict[str, Any]:
    """Plain JSON values."""
    names = ("status", "shares", "visits", "friends", "organic", "signed_up", "customers", "orders")
    return {
        "advocate": f"adv_{line.advocate}",
        "person": f"per_{line.person}",
        "name": line.name,
        **{name: getattr(line, name) for name in names},
        "revenue_minor": dict(sorted(line.revenue.items())),
        "rewards": rewards_document(line.rewards),
    }


def location_document(line: LocationLine) -> dict[str, Any]:
    """Plain JSON values."""
    return {
        "location": line.location,
        "friends": line.friends,
        "orders": line.orders,
        "revenue_minor": dict(sorted(line.revenue.items())),
        "rewards": rewards_document(line.rewards),
    }
