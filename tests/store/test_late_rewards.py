"""A promised reward has a day on which it is to be expected, and is found when the firm lets it go by."""

from typing import Any

import orjson
import pytest

from passaparola.actions.clock import run_clock
from passaparola.actions.documents import reward_document
from passaparola.actions.rewards.late import forget_looks
from passaparola.actions.rewards.operate import approve
from passaparola.domain.instant import iso
from passaparola.inbound.clock import tick
from passaparola.inbound.running import stop_writer
from passaparola.store.read.gather import rewards_by_id
from passaparola.store.session import reading
from tests.databases import Database, only_sqlite
from tests.shops import GIVE_TEN, HOLD_TEN, asked, ben_buys, day, good, rows, the_reward

CASH = GIVE_TEN.replace("kind: store_credit", "kind: cash")
ASKS = GIVE_TEN.replace("amount: 10.00}", "amount: 10.00, fulfil: approval}")
CLAIM = GIVE_TEN.replace("amount: 10.00}", "amount: 10.00, fulfil: claim}")


def shown(workspace: str) -> tuple[str | None, str | None]:
    key = the_reward(workspace, "ada").id.hex
    with reading() as session:
        (reward,) = rewards_by_id(session, workspace, [key])
    document = reward_document(reward)
    return document["waits_for"], document["expected_at"]


def late(workspace: str, at: float) -> list[dict[str, Any]]:
    forget_looks()
    run_clock(workspace, now=day(at))
    found = rows("SELECT detail FROM store_finding WHERE kind = 'reward_late' ORDER BY id")
    return [orjson.loads(detail) for (detail,) in found]


@pytest.mark.parametrize(
    ("document", "waits_for", "day_due"), [(ASKS, "approval", 1 + 1 / 24 + 7), (CASH, "handover", 1 + 1 / 24 + 30)]
)
def test_it_is_found_on_the_day_and_not_before(
    database: Database, document: str, waits_for: str, day_due: float
) -> None:
    workspace = ben_buys(document)
    assert shown(workspace) == (waits_for, iso(day(day_due)))
    assert late(workspace, day_due - 0.001) == []
    found = late(workspace, day_due)
    assert [(one["waits_for"], one["expected_at"]) for one in found] == [(waits_for, iso(day(day_due)))] * 2
    assert len(late(workspace, day_due + 5)) == 2, "once for each"


def test_what_was_given_or_lies_with_the_person_is_not_late(database: Database) -> None:
    workspace = ben_buys(ASKS)
    for who in ("ada", "ben"):
        good(approve(the_reward(workspace, who).id.hex, asked=asked(workspace, 3)))
    assert shown(workspace) == (None, None)
    assert late(workspace, 40) == []


@pytest.mark.parametrize(("document", "waits_for"), [(CLAIM, "claim"), (HOLD_TEN, "hold")])
def test_a_hold_says_its_end_and_a_claim_no_day(database: Database, document: str, waits_for: str) -> None:
    workspace = ben_buys(document)
    waits, at = shown(workspace)
    assert (waits, at is None) == (waits_for, waits_for == "claim")
    assert late(workspace, 400) == []


@only_sqlite
def test_the_server_looks_where_nobody_waits_for_it(database: Database) -> None:
    """Not in the writer, and nobody else tells it meanwhile."""
    workspace = ben_buys(CASH)
    forget_looks()
    run_clock(workspace, now=day(40), serving=True)
    assert rows("SELECT 1 FROM store_finding") == []
    tick(verify=False)
    stop_writer()
    assert rows("SELECT kind FROM store_finding") == [("reward_late",)] * 2
