"""Tell a workspace what happened, and read what came of it."""

from typing import Any

from passaparola.actions.events.record import Arrival, Submission, record_submissions
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.keyring import Keyring
from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState
from passaparola.store.read import gather
from passaparola.store.session import Row, reading
from tests.histories import START

NOW = START + 20 * DAY
GIVE_FIVE = """
program: give-five
name: Give five
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
  - {side: friend, kind: store_credit, amount: 5.00}
"""


def at(day: float) -> str:
    return iso(START + int(day * DAY))


def arrivals(*events: dict[str, Any], now: Instant = NOW) -> tuple[Arrival, ...]:
    return tuple(Arrival(read_event(event, now=now), now) for event in events)


def tell(workspace: str, *events: dict[str, Any], now: Instant = NOW, keys: Keyring | None = None) -> list[str]:
    """Record the events in one commit; their outcomes."""
    (answer,) = record_submissions([Submission(arrivals(*events, now=now))], workspace=workspace, keys=keys)
    assert answer.failed is None, answer.failed
    return [recorded.outcome for recorded in answer.events]


def signup(person: str, day: float = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"signup-{person}", "type": "signup", "at": at(day), "person": person, **more}


def order(person: str, key: str, day: float = 2, minor: int = 1_000, **more: Any) -> dict[str, Any]:
    who = {"person": person} if person else {}
    return {"id": key, "type": "purchase", "at": at(day), "amount_minor": minor, "currency": "EUR", **who, **more}


def query(statement: str, **values: Any) -> list[Row]:
    with reading() as session:
        return session.rows(statement, **values)


def person(workspace: str, value: str, kind: str = "customer_id") -> str:
    with reading() as session:
        return gather.people_by_identity(session, workspace, [(kind, value)])[(kind, value)]


def referral(
    workspace: str, friend: str, program: str = "give-five"
) -> tuple[str, str | None, str | None, FriendState]:
    """(status, reason, advocate's customer id, state) of a friend's referral."""
    rows = query(
        "SELECT r.status, r.reason, r.advocate_person_id, r.state FROM store_referral r JOIN store_program p ON p.id = r.program_id"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.friend_id = %(friend)s::uuid AND p.slug = %(program)s",
        ws=workspace,
        friend=person(workspace, friend),
        program=program,
    )
    ((status, reason, advocate, state),) = rows
    return status, reason, advocate and name_of(advocate), load_state(state)


def name_of(key: str) -> str:
    found = "SELECT value FROM store_identity WHERE person_id = %(id)s::uuid AND kind = 'customer_id'"
    return str(query(found, id=key)[0][0])


def has(workspace: str, name: str) -> dict[str, int]:
    """What somebody is owed by the ledger, by unit."""
    rows = query(
        "SELECT a.unit, SUM(CASE WHEN t.kind NOT IN ('single', 'post', 'reversal') THEN 0 WHEN t.credit_id = a.id THEN t.amount"
        " ELSE -t.amount END) FROM store_account a JOIN store_transfer t ON a.id IN (t.debit_id, t.credit_id)"
        " WHERE a.workspace_id = %(ws)s::uuid AND a.person_id = %(person)s::uuid GROUP BY a.unit ORDER BY a.unit",
        ws=workspace,
        person=person(workspace, name),
    )
    return {unit: int(minor) for unit, minor in rows if minor}


def findings(workspace: str) -> list[str]:
    return [
        r[0]
        for r in query("SELECT kind FROM store_finding WHERE workspace_id = %(ws)s::uuid ORDER BY id", ws=workspace)
    ]


def count(table: str, workspace: str) -> int:
    return int(query(f"SELECT COUNT(*) FROM store_{table} WHERE workspace_id = %(ws)s::uuid", ws=workspace)[0][0])
