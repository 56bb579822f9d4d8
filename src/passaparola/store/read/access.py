"""What the rules of who may recommend read: exclusions, and what is counted of one person."""

from collections import defaultdict
from collections.abc import Iterable

from passaparola.domain.access import PaidOrder, Refunded
from passaparola.domain.instant import Instant
from passaparola.store.read.pages import Listing
from passaparola.store.read.people import fact_of
from passaparola.store.session import Session

EXCLUSIONS = Listing(
    "store_exclusion",
    "x",
    {
        "id": "x.id",
        "program_id": "x.program_id",
        "person_id": "x.person_id",
        "reason": "x.reason",
        "actor": "x.actor",
        "at": "x.at",
    },
    filters={"program": "x.program_id = %(program)s::uuid"},
)


def exclusions(
    session: Session, workspace: str, programs: Iterable[str], people: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Why these people may not recommend in these programs, by program and person."""
    rows = session.rows(
        "SELECT program_id, person_id, reason FROM store_exclusion WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = any{programs:uuid} AND person_id = any{people:uuid} ORDER BY id",
        ws=workspace,
        programs=sorted(programs),
        people=sorted(people),
    )
    return {(program, person): reason for program, person, reason in rows}


def advocates_who_left(session: Session, workspace: str, program: str, today: str, limit: int) -> list[str]:
    """Persons who stand for themselves, are advocates of the program in good standing, and whose fact `left_on` is no later than today."""
    left_on = fact_of(session, "p.facts", "left_on")
    rows = session.rows(
        "SELECT DISTINCT p.id FROM store_advocate a JOIN store_person m ON m.id = a.person_id"
        " JOIN store_person p ON p.id = COALESCE(m.alias_of_id, m.id) AND p.facts IS NOT NULL"
        " WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid AND a.status = 'active'"
        f" AND {left_on} <= %(today)s ORDER BY p.id LIMIT %(limit)s",
        ws=workspace,
        program=program,
        today=today,
        limit=limit,
    )
    return [person for (person,) in rows]


def orders_of(session: Session, workspace: str, people: Iterable[str]) -> dict[str, list[PaidOrder]]:
    """The orders with an amount above zero of each of these people."""
    rows = session.rows(
        "SELECT person_id, order_key, amount_minor, unit, occurred_at FROM store_event WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} AND type = 'purchase' AND outcome = 'recorded' AND amount_minor > 0",
        ws=workspace,
        people=sorted(people),
    )
    found: dict[str, list[PaidOrder]] = defaultdict(list)
    for person, order, amount, unit, at in rows:
        found[person].append(PaidOrder(order or "", amount, unit or "", at))
    return found


def customers_since(session: Session, workspace: str, people: Iterable[str]) -> dict[str, Instant]:
    """Since when each of these people is recorded as a customer; nothing of those who are not."""
    rows = session.rows(
        "SELECT person_id, MIN(customer_since) FROM store_event WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} AND customer_since IS NOT NULL GROUP BY person_id",
        ws=workspace,
        people=sorted(people),
    )
    return dict(rows)


def refunds_of(session: Session, workspace: str, orders: Iterable[str]) -> list[Refunded]:
    """Every telling of a refund of these orders."""
    rows = session.rows(
        "SELECT order_key, refund_key, amount_minor, unit FROM store_event WHERE workspace_id = %(ws)s::uuid"
        " AND order_key = any{orders:text} AND type = 'refund' AND outcome = 'recorded'",
        ws=workspace,
        orders=sorted(orders),
    )
    return [Refunded(order, refund or "", amount, unit) for order, refund, amount, unit in rows]
