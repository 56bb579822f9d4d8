"""A backtest is the live engine: the live program on the live history gives the live books, to the cent, and nothing is written."""

from typing import Any

import pytest

from passaparola.actions.ledger.replay import ledger_digest
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.rehearsal.backtest import Backtest, Trial, Wish, backtest_log
from passaparola.analytics.report import report
from passaparola.domain.ledger.proof import TrialLine, balance_sheet
from passaparola.store.models import Program, ProgramVersion
from tests.databases import Database
from tests.histories import a_full_history


def rows_of(database: Database) -> dict[str, int]:
    """How many rows each table of the store holds."""
    from django.apps import apps

    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("store").get_models()}


def live_lines(workspace: str) -> list[TrialLine]:
    return [line for unit in trial_balance(workspace).units for line in unit.lines]


def books_of(found: Backtest) -> list[TrialLine]:
    return [line for unit in balance_sheet("", found.result.books).units for line in unit.lines]


def rewards_of(found: Backtest) -> list[dict[str, Any]]:
    keys = ("side", "kind", "currency", "state", "count", "value_minor")
    sums = found.result.sums.rewards
    return [dict(zip(keys, (*key, *sums[key]), strict=True)) for key in sorted(sums)]


def text_of(slug: str) -> str:
    """The file of a program as it is live."""
    program = Program.objects.get(slug=slug)
    return str(ProgramVersion.objects.get(program=program, number=program.live_version or 0).document)


def assert_gives_the_live_figures(workspace: str, slug: str, trial: Trial, **wish: Any) -> Backtest:
    found = backtest_log(workspace, trial, wish=Wish(**wish))
    told = report(workspace, slug)
    assert books_of(found) == live_lines(workspace)
    assert rewards_of(found) == told["rewards"]
    assert dict(found.result.sums.refusals) == told["refusals"]
    assert dict(found.result.sums.revenue) == told["revenue_minor"]
    assert found.result.sums.referrals["converted"] == told["converted_friends"]
    assert found.result.sums.advocates == told["advocates_with_conversion"]
    return found


@pytest.mark.parametrize("slug", ["give-5-get-5", "two-friends", "small-budget"])
def test_the_live_program_on_the_live_history_gives_the_live_books(database: Database, slug: str) -> None:
    workspace = a_full_history()
    before, digest = rows_of(database), ledger_digest(workspace)
    assert_gives_the_live_figures(workspace, slug, Trial(text_of(slug)))
    assert (rows_of(database), ledger_digest(workspace)) == (before, digest)
