"""O10, O08: the checks of the numbers and the limits are checked. Each fault is planted, and the same check must notice it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passaparola.actions import counters
from passaparola.actions.events import record
from passaparola.inbound import exposition, page_limits
from tests.databases import Database, on_both, only_postgres, only_sqlite
from tests.journeys import test_probes as honest
from tests.journeys.caller import Shop

pytestmark = on_both

Check = Callable[[Database, Shop], None]
COUNTED = honest.test_o10_what_happened_is_counted_once_it_is_a_fact
LAW = honest.test_o10_a_law_that_does_not_hold_and_an_empty_budget_are_numbers


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    """What a fault has counted is no number of the tests that follow."""
    yield
    counters.CONVERSIONS.clear()


def twice(told: Any, honest: Callable[[Any], None] = counters.count_events) -> None:
    told = list(told)
    honest(told)
    honest(told)


@pytest.mark.parametrize(
    ("where", "name", "fault", "check"),
    [
        (record, "count_rewards", lambda _: None, COUNTED),
        (record, "count_events", twice, COUNTED),
        (exposition, "open_violations", lambda _: 0, LAW),
        (exposition, "counters", lambda *_: {}, LAW),
        (counters, "source_label", lambda source: source, honest.test_o10_no_number_names_a_person_a_code_or_an_id),
    ],
    ids=["rewards uncounted", "events counted twice", "laws unwatched", "budgets as at the start", "sources as told"],
)
@only_sqlite
def test_o10_a_planted_fault_is_noticed(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, fault: Any, check: Check
) -> None:
    monkeypatch.setattr(where, name, fault)
    with pytest.raises(AssertionError):
        check(database, shop)


@only_postgres
def test_o08_planted_statements_without_an_end_are_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_limits, "STATEMENT_SECONDS", 0)
    with pytest.raises(AssertionError):
        honest.test_o08_a_statement_of_a_page_is_ended_and_one_of_a_command_is_not(database)
