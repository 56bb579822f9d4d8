"""The viral chain below one person in one program: who was brought by whom, how many in each generation, and what they bought.

In words, with an example: docs/metrics.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from passaparola.domain.referrals.state import RANK, TouchKind
from passaparola.store.read import chains
from passaparola.store.read.catalogue import ProgramEntry, find_program, programs_of
from passaparola.store.read.gather import advocates_of
from passaparola.store.read.known_people import group_named, shown_names
from passaparola.store.read.snapshot import Session, snapshot

PROSPECT, JOINED, CONVERTED = "prospect", "bound", "converted"


@dataclass(slots=True)
class Node:
    """One person of the chain. `parent` None: the one it begins with.

    `status`: `bound` (has come, and has not earned anybody anything), `converted`, or `prospect` (was asked and has not come).
    `forwarded_by`: who handed on to them a link that was not their own.
    """

    person: str
    parent: str | None
    generation: int
    status: str = ""
    signed_up: bool = False
    orders: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    visits: int = 0  # of persons, through links of theirs
    forwarded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Everybody below one person in one program. `complete` False: there are more than were read; every number is of what was read."""

    program: ProgramEntry
    root: Node
    below: tuple[Node, ...]  # by generation; prospects last in theirs
    complete: bool
    names: dict[str, str]


def chains_of(
    workspace: str, person: str, *, program: str | None = None, limit: int = chains.MOST
) -> tuple[Chain, ...]:
    """The chain of a person (`per_…`, customer id, e-mail address) in one program, or in each of which they are an advocate.

    Raises NobodyKnown, NoSuchProgram.
    """
    with snapshot() as session:
        group = group_named(session, workspace, person)
        if program:
            wanted = [find_program(session, workspace, program)]
        else:
            theirs = {key for key, _ in advocates_of(session, workspace, group)}
            wanted = [entry for entry in programs_of(session, workspace) if entry.key in theirs]
        return tuple(_chain(session, workspace, entry, group, limit) for entry in wanted)


def _chain(session: Session, workspace: str, entry: ProgramEntry, group: list[str], limit: int) -> Chain:
    root = Node(group[0], None, 0)
    rows = chains.people_below(session, workspace, entry.key, root.person, limit=limit + 1)
    nodes = {root.person: root}
    for row in rows[:limit]:
        nodes.setdefault(row.person, _node(row))
    roots = {**dict.fromkeys(group, root.person), **chains.aliases_of(session, workspace, list(nodes))}
    everybody = sorted({*nodes, *roots})
    room = limit - len(nodes) + 1
    asked = chains.asked_by(session, workspace, entry.key, everybody, limit=(room + 1) * 4)
    prospects = _prospects(asked, nodes, roots)
    for node in prospects[: max(0, room)]:
        nodes[node.person] = node
    for person, visits in chains.visits_of_links(session, workspace, entry.key, everybody).items():
        nodes[roots.get(person, person)].visits += visits
    _forwarded(session, workspace, entry.key, nodes, roots)
    below = sorted((n for n in nodes.values() if n is not root), key=_order)
    complete = len(rows) <= limit and len(prospects) <= room and len(asked) < (room + 1) * 4
    names = shown_names(session, workspace, {*nodes, *(n.forwarded_by for n in below if n.forwarded_by)})
    return Chain(entry, root, tuple(below), complete, names)


def _order(node: Node) -> tuple[int, bool, str]:
    return (node.generation, node.status == PROSPECT, node.person)


def _node(row: chains.ChainRow) -> Node:
    revenue: dict[str, int] = {}
    if row.status == CONVERTED:
        revenue = {row.unit: row.minor} if row.unit else {}
        for unit, minor in (orjson.loads(row.other) if row.other else {}).items():
            revenue[unit] = revenue.get(unit, 0) + int(minor)
    signed_up = row.signed_up_at is not None
    return Node(row.person, row.advocate, row.depth, row.status, signed_up, row.orders, revenue)


def _prospects(asked: Iterable[Any], nodes: dict[str, Node], roots: dict[str, str]) -> list[Node]:
    """Each once, below whoever asked in the strongest way: by code or name, by a visit (the latest), by e-mail (the first)."""
    best: dict[str, tuple[tuple[int, int, str], str]] = {}
    for friend, advocate, kind, at in asked:
        parent = roots.get(advocate, advocate)
        if friend in nodes or friend == parent:
            continue
        strength = (RANK[kind], -int(at) if kind == TouchKind.VISIT else int(at), parent)
        if friend not in best or strength < best[friend][0]:
            best[friend] = (strength, parent)
    found = [Node(friend, parent, nodes[parent].generation + 1, PROSPECT) for friend, (_, parent) in best.items()]
    return sorted(found, key=_order)


def _forwarded(session: Session, workspace: str, program: str, nodes: dict[str, Node], roots: dict[str, str]) -> None:
    friends = sorted({*nodes, *(alias for alias, root in roots.items() if root in nodes)})
    for friend, sharer, owner in chains.handed_on(session, workspace, program, friends):
        node = nodes[str(roots.get(friend, friend))]
        by = roots.get(sharer, sharer)
        if by != roots.get(owner, owner) and by != node.person and node.forwarded_by is None:
            node.forwarded_by = by


@dataclass(slots=True)
class Generation:
    """The sums of one generation, or of all."""

    people: int = 0
    friends: int = 0
    signed_up: int = 0
    converted: int = 0
    prospects: int = 0
    forwarded: int = 0
    orders: int = 0
    visits: int = 0
    revenue: dict[str, int] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        self.people += 1
        self.friends += node.status != PROSPECT
        self.signed_up += node.signed_up
        self.converted += node.status == CONVERTED
        self.prospects += node.status == PROSPECT
        self.forwarded += node.forwarded_by is not None
        self.orders += node.orders
        self.visits += node.visits
        for unit, minor in node.revenue.items():
            self.revenue[unit] = self.revenue.get(unit, 0) + minor


def sums_of(chain: Chain) -> tuple[Generation, dict[int, Generation]]:
    """All below the root together, and each generation by its number."""
    whole = Generation()
    each: dict[int, Generation] = defaultdict(Generation)
    for node in chain.below:
        whole.add(node)
        each[node.generation].add(node)
    return whole, dict(sorted(each.items()))


def depth_of(chain: Chain) -> int:
    """How many generations came: who was only asked does not deepen a chain."""
    return max((n.generation for n in chain.below if n.status != PROSPECT), default=0)


def chain_document(chain: Chain) -> dict[str, Any]:
    """Plain JSON values, people by our id and by the name they are shown by."""
    whole, each = sums_of(chain)
    return {
        "program": chain.program.slug,
        "depth": depth_of(chain),
        "complete": chain.complete,
        **_sums(whole),
        "visits_of_root": chain.root.visits,
        "generations": [{"generation": number, **_sums(sums)} for number, sums in each.items()],
        "nodes": [_node_document(node, chain.names) for node in (chain.root, *chain.below)],
    }


def _sums(sums: Generation) -> dict[str, Any]:
    return {
        "people": sums.people,
        "friends": sums.friends,
        "signed_up": sums.signed_up,
        "converted": sums.converted,
        "prospects": sums.prospects,
        "forwarded": sums.forwarded,
        "orders": sums.orders,
        "visits": sums.visits,
        "revenue_minor": dict(sorted(sums.revenue.items())),
    }


def _node_document(node: Node, names: dict[str, str]) -> dict[str, Any]:
    return {
        "person": f"per_{node.person}",
        "name": names[node.person],
        "parent": f"per_{node.parent}" if node.parent else None,
        "generation": node.generation,
        "status": node.status or "root",
        "signed_up": node.signed_up,
        "orders": node.orders,
        "visits": node.visits,
        "revenue_minor": dict(sorted(node.revenue.items())),
        "forwarded_by": f"per_{node.forwarded_by}" if node.forwarded_by else None,
    }
