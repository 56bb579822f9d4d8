"""Ada brings Ben to a shop, and both spend what they get: short ways to say it."""

from typing import Any

from django.db import connection

from passaparola.actions.acting import Asked, Performed, Refusal
from passaparola.domain.instant import DAY
from passaparola.domain.people.identity import canonical
from passaparola.store.read import gather
from passaparola.store.session import reading
from tests.histories import START, a_workspace, friend_buys, tell

GIVE_TEN = """
program: give-ten
name: Give ten
currency: EUR
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 10.00}
  - {side: friend, kind: store_credit, amount: 10.00}
"""
HOLD_TEN = GIVE_TEN.replace("give-ten", "hold-ten").replace("amount: 10.00}", "amount: 10.00, hold_days: 14}")
LAST_TEN = GIVE_TEN.replace("give-ten", "last-ten").replace("amount: 10.00}", "amount: 10.00, expires_days: 30}")
FRIEND_VOUCHER = """
program: welcome
name: Welcome
currency: EUR
trigger: first_purchase
rewards:
  - {side: friend, kind: voucher, VOUCHER}
"""


def voucher_program(terms: str = "amount: 10.00") -> str:
    return FRIEND_VOUCHER.replace("VOUCHER", terms)


def day(number: float) -> int:
    return START + int(number * DAY)


def asked(workspace: str, at: float = 2, actor: str = "olga", **more: Any) -> Asked:
    return Asked(workspace, day(at), actor, **more)


def ben_buys(document: str = GIVE_TEN, *, orders: tuple[tuple[str, int, str], ...] = (("o1", 10_000, "EUR"),)) -> str:
    """A workspace in which Ada has brought Ben, who bought on the first day."""
    workspace = a_workspace(document)
    tell(workspace, friend_buys("ben", 1, *orders))
    return workspace


def person(workspace: str, name: str) -> str:
    identity = canonical("customer_id", name)
    with reading() as session:
        return gather.people_by_identity(session, workspace, [identity])[identity]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a statement of the test's own finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def rewards(workspace: str, name: str | None = None) -> list[Any]:
    """Rewards as stored, of one person or of all, the oldest first."""
    from passaparola.store.models import Reward

    found = Reward.objects.filter(workspace_id=workspace)
    if name is not None:
        found = found.filter(beneficiary_id=person(workspace, name))
    return list(found.order_by("created_at", "id"))


def the_reward(workspace: str, name: str) -> Any:
    (found,) = rewards(workspace, name)
    return found


def refusal(performed: Performed[Any]) -> str:
    assert isinstance(performed.refusal, Refusal), performed
    return performed.refusal.reason


def good(performed: Performed[Any]) -> Any:
    assert performed.refusal is None, performed.refusal
    return performed.result
