"""What only a browser told is little trusted: anybody can send it."""

import pytest

from passaparola.actions.acting import Asked, done
from passaparola.actions.events.confirm import confirm_order
from passaparola.actions.events.record import Arrival, record_events
from passaparola.domain.events.event import BROWSER_SOURCE
from passaparola.domain.events.read import read_event
from passaparola.domain.keyring import keyring
from tests.databases import Database, only_sqlite
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance, assert_log_gives_the_books
from tests.store.telling import GIVE_FIVE, NOW, order, person, query, signup, tell

FOR_SIGN_UPS = GIVE_FIVE.replace("first_purchase", "signup")
REWARDS = "SELECT DISTINCT state, reason FROM store_reward WHERE workspace_id = %(ws)s::uuid"


@pytest.fixture
def workspace(database: Database) -> str:
    return a_workspace(FOR_SIGN_UPS)


def by_code(workspace: str) -> dict[str, str]:
    tell(workspace, {"id": "share-1", "type": "share", "at": "2026-01-01T00:00:00Z", "person": "ada", "channel": "qr"})
    return {"code": query("SELECT code FROM store_sharelink WHERE workspace_id = %(ws)s::uuid", ws=workspace)[0][0]}


@pytest.mark.parametrize(("event", "state"), [("web-1", ("pending", "unconfirmed")), ("s-1", ("issued", None))])
def test_a_sign_up_that_only_a_browser_told_waits_for_a_person(
    workspace: str, event: str, state: tuple[str, str]
) -> None:
    tell(workspace, {**signup("ben"), "id": event, **by_code(workspace)})
    assert query(REWARDS, ws=workspace) == [state]
    assert_books_balance(workspace)


def test_an_order_by_a_secret_key_pays_though_the_sign_up_came_from_a_browser(database: Database) -> None:
    workspace = a_workspace(GIVE_FIVE)
    tell(workspace, {**signup("ben"), "id": "web-1", **by_code(workspace)}, order("ben", "o1"))
    assert query(REWARDS, ws=workspace) == [("issued", None)]


@pytest.mark.parametrize(("event", "known"), [("web-1", False), ("s-1", True)])
def test_a_browser_adds_no_identity_to_somebody_who_is_known(workspace: str, event: str, known: bool) -> None:
    tell(workspace, signup("ben"))
    tell(workspace, {**signup("ben", day=2), "id": event, "email": "mallory@example.com"})
    emails = query("SELECT person_id FROM store_identity WHERE kind = 'email'")
    assert emails == ([(person(workspace, "ben"),)] if known else [])


@only_sqlite
@pytest.mark.parametrize("confirmed_by", ["staff", "shop"])
def test_the_log_with_orders_that_only_a_browser_told_gives_the_same_books(
    database: Database, confirmed_by: str
) -> None:
    workspace = a_workspace(GIVE_FIVE)
    code = by_code(workspace)
    told = {key: {**order("ben", "o1"), "id": f"web-{key}", "order": "o1", "amount_minor": amount, **code}
            for key, amount in (("a", 1_000), ("b", 9_000))}  # fmt: skip
    read = [read_event(event, source=BROWSER_SOURCE, now=NOW) for event in told.values()]
    record_events([Arrival(event, NOW) for event in read], workspace=workspace)
    assert query(REWARDS, ws=workspace) == []
    assert_log_gives_the_books(workspace)
    if confirmed_by == "shop":
        tell(workspace, order("ben", "o1", day=1.5))
    else:
        event = query("SELECT id FROM store_event WHERE external_id = 'web-a'")[0][0]
        done(confirm_order(event, asked=Asked(workspace, NOW, "Olga"), keys=keyring("x")))
    assert query(REWARDS, ws=workspace) == [("issued", None)]
    assert_books_balance(workspace)
    assert_log_gives_the_books(workspace)
