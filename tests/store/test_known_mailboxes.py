"""A21: an existing customer who poses as a new friend under another spelling of their address is not new."""

import sqlite3
from typing import Any

import pytest

from passaparola.actions.ledger.replay import verify_replay
from passaparola.domain.people.mailbox import keys_of, mailbox
from passaparola.store.read.mailboxes import mailbox_key
from tests.databases import Database, only_postgres
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.store.telling import GIVE_FIVE, at, has, order, query, referral, signup, tell

ASKS = GIVE_FIVE.replace("give-five", "asks").replace(
    "trigger: first_purchase", "trigger: {kind: first_purchase, friend_must_be: new}"
)


def by(name: str, address: str, day: float) -> dict[str, Any]:
    """A sign-up with Ada's name and an address."""
    return signup(name, day) | {"person": {"customer_id": name, "email": address}, "referred_by": "ada"}


THE_STORY = [
    order("old", "o1", day=0.2),
    {"id": "invited", "type": "share", "at": at(0.4), "person": "ada", "to": "ol.d+x@gmail.com"},
    signup("old", 0.5) | {"person": {"customer_id": "old", "email": "Old@googlemail.com"}},
    by("ben", "ol.d+x@gmail.com", 1),
    order("ben", "o2", day=2),
    by("cid", "cid@firm.example", 1),
    order("cid", "o3", day=2),
    by("dan", "CID+2@firm.example", 3),
    by("eve", "cid+3@firm.example", 1.5),  # before Cid had bought
    order("eve", "o4", day=4) | {"person": {"customer_id": "eve", "email": "cid+3@firm.example"}},
    by("fay", "c.id@firm.example", 3),
    {"id": "back", "type": "refund", "at": at(3), "order": "o3"},
    by("gil", "cid+4@firm.example", 4),
    signup("hal", 3, referred_by="ada"),
    order("hal", "o5", day=3.5),
    order("hal", "o6", day=5) | {"person": {"customer_id": "hal", "email": "cid+5@firm.example"}},
]


@pytest.mark.parametrize("size", [1, len(THE_STORY)])
def test_a_customer_in_another_spelling_is_not_new_however_it_is_told(database: Database, size: int) -> None:
    """Only in the program that asks; an invitation that told the address before, a refund and the size of a batch change nothing."""
    workspace = a_workspace(ASKS, GIVE_FIVE)
    for first in range(0, len(THE_STORY), size):
        tell(workspace, *THE_STORY[first : first + size])
    tell(workspace, *THE_STORY)  # told again
    asked = {name: referral(workspace, name, "asks")[:2] for name in ("ben", "cid", "dan", "eve", "fay", "gil", "hal")}
    refused, paid = ("refused", "known_mailbox"), ("converted", None)
    assert asked == {
        "ben": refused,
        "cid": paid,
        "dan": refused,
        "eve": paid,
        "fay": ("bound", None),
        "gil": refused,
        "hal": refused,
    }
    assert {referral(workspace, name)[0] for name in ("dan", "gil")} == {"bound"}
    assert has(workspace, "ada") == {"EUR": 500 + 1_000 + 500}
    why = query(
        "SELECT DISTINCT reason FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state = 'reversed'",
        ws=workspace,
    )
    assert {reason for (reason,) in why} == {"order_refunded", "existing_customer"}, (
        "a reward says nothing of addresses"
    )
    named = signup("ivy", 6) | {"referred_by": {"customer_id": "cid", "email": "kid@firm.example"}}
    for told in (
        [(named,), (by("jon", "kid+1@firm.example", 7),)]
        if size == 1
        else [(named, by("jon", "kid+1@firm.example", 7))]
    ):
        tell(workspace, *told)
    assert referral(workspace, "jon", "asks")[:2] == refused, "whom another's event tells a new address of"
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


@only_postgres
def test_postgres_finds_a_mailbox_by_the_key_that_sqlite_does(database: Database) -> None:
    """What SQLite does is held to odd addresses in tests/domain/test_mailboxes.py."""
    odd = [
        "+b@b+c.com",
        "a+é+@firm.example",
        "日.本+x@gmail.com",
        "..@gmail.com",
        "o'k._-@xn--bcher-kva.example",
        "ßſ@gmail.com",
    ]
    keys = [query(f"SELECT {mailbox_key('%(it)s::text', postgres=True)}", it=address)[0][0] for address in odd]
    assert all(key in keys_of(mailbox(address)) for key, address in zip(keys, odd, strict=True))
    of_sqlite = sqlite3.connect(":memory:")
    plain = [
        of_sqlite.execute(f"SELECT {mailbox_key('?1', postgres=False)}", (address,)).fetchone()[0] for address in odd
    ]
    assert keys == plain
