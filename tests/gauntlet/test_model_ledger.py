"""G-01: the product and a model of the rules are told the same thousands of times, and never disagree."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Database, mostly_sqlite
from tests.gauntlet.conftest import SMALL, Say
from tests.gauntlet.machine import Ledger
from tests.gauntlet.mutants import MODEL_MUTANTS
from tests.planted import Mutant, first_line, in_doses

# A story of fifty steps can be read as it is; shrinking it takes minutes.
PHASES = (Phase.generate, *((Phase.shrink,) if os.environ.get("GAUNTLET_SHRINK") else ()))
pytestmark = pytest.mark.usefixtures("hasty")


@pytest.fixture
def hasty(database: Database) -> None:
    """Durability is tried elsewhere; here it only takes time."""
    from django.db import connection

    name = database.url.rsplit("/", 1)[-1]
    off = f'ALTER DATABASE "{name}" SET synchronous_commit TO off' if database.url else "PRAGMA synchronous=OFF"
    with connection.cursor() as cursor:
        cursor.execute(off)
        if database.url:
            cursor.execute("SET synchronous_commit TO off")


def play(examples: int, steps: int, seed: int) -> None:
    run_state_machine_as_test(
        with_seed(seed)(type("Ledger", (Ledger,), {})),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=PHASES,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_product_agrees_with_the_model(database: Database, dose: str, seed: int, say: Say) -> None:
    examples, steps = (200, 50) if dose == SMALL else (5_000, 100)
    began = time.monotonic()
    say(f"G-01 {database.vendor}: seed {seed}")
    play(examples, steps, seed)
    say(f"G-01 {database.vendor}: {examples:,} × {steps} steps, 0 divergences, {time.monotonic() - began:.0f} s")


def play_until_noticed() -> None:
    """Twelve draws of stories: it ends with the first that notices."""
    for seed in range(1, 13):
        play(300, 40, seed=seed)


@mostly_sqlite  # what is planted is Python
@pytest.mark.parametrize("mutant", in_doses(MODEL_MUTANTS, small=3))
def test_the_model_notices_that(database: Database, mutant: Mutant, monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    mutant.plant(monkeypatch)
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it breaks
        play_until_noticed()
    say(f"G-01 {database.vendor}: planted “{mutant.says}”, caught: {first_line(caught.value)}")
