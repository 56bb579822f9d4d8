"""G-01: the product and a model of the rules are told the same, and never disagree."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Database
from tests.gauntlet.conftest import SMALL
from tests.gauntlet.machine import Ledger


def test_the_product_agrees_with_the_model(database: Database, dose: str) -> None:
    examples, steps = (200, 50) if dose == SMALL else (5_000, 100)
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, print_blob=True,
                                  suppress_health_check=list(HealthCheck))
    )
