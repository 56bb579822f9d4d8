"""Any programs, any history, played through the store: the books are proved, a backtest gives them to the cent, and no limit is passed."""

import itertools
import os
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed

from passaparola.actions.rehearsal.backtest import LIVE, Outcome, Trial, backtest_log
from passaparola.analytics.report import report
from passaparola.domain.ledger.proof import balance_sheet
from passaparola.domain.programs.compiled import Cap, CapMetric, CapPer, Program
from passaparola.domain.rewards.change import LIVE as COUNTS
from passaparola.domain.rewards.change import RewardState
from passaparola.domain.rewards.periods import Period, period_of
from passaparola.store.models import ProgramVersion, Reward
from tests.databases import Database, only_sqlite
from tests.gauntlet.books_mutants import BOOKS_MUTANTS
from tests.gauntlet.conftest import SMALL, Say
from tests.gauntlet.player import Player, Story, stories
from tests.ledger_clean import assert_books_balance, assert_log_gives_the_books
from tests.planted import Mutant, first_line, in_doses
from tests.store.test_backtest import live_lines

pytestmark = only_sqlite  # what SQL of ours differs in is told to a model in G-01 on both
_numbers = itertools.count(1)


def assert_within_limits(player: Player, program: Program) -> None:
    """Added up anew from the rewards; a cap of people is not bound by what two had who are one now."""
    used: Counter[tuple[Any, ...]] = Counter()
    for reward in Reward.objects.filter(workspace_id=player.workspace, program_id=program.key, queued_on=None):
        if reward.state not in COUNTS and reward.state != RewardState.EXPIRED:
            continue
        net = reward.amount - reward.reversed
        for cap in program.caps:
            if (who := _whose(cap, reward, program)) and net:
                counts = 1 if cap.metric == CapMetric.COUNT else net
                used[(cap, cap.maximum, who, _period(reward, cap.period, program))] += counts
        for budget in program.budgets:
            if budget.unit == reward.unit:
                used[(budget, budget.total, "", _period(reward, budget.period, program))] += net
        for rule in program.every_rule:
            if rule.stock is not None and rule.id == reward.rule:
                used[(rule.id, rule.stock, "", "")] += net
    for (limit, most, who, period), amount in used.items():
        assert amount <= most, f"{limit} of {who} {period}: {amount}"


def _whose(cap: Cap, reward: Reward, program: Program) -> str | None:
    if cap.metric != CapMetric.COUNT and cap.unit != reward.unit:
        return None
    if cap.per == CapPer.PROGRAM:
        return program.key
    if cap.per == CapPer.REFERRAL:
        return reward.referral_id.hex if reward.referral_id else None
    return reward.beneficiary_id.hex if reward.side == cap.per else None


def _period(reward: Reward, period: Period | None, program: Program) -> str:
    return period_of(reward.earned_at or reward.created_at, period, program.timezone) if period else ""


def assert_backtest_gives_the_books(player: Player, program: Program, *, tried: bool) -> None:
    """As it was; and the file itself in the place of the program, where it was the same throughout."""
    found = backtest_log(player.workspace, Trial(program.document), against=Trial(LIVE))
    assert found.not_replayed == {}
    assert found.against is not None
    for outcome in (found.against, *((found.result,) if tried else ())):
        assert_gives(outcome, player.workspace, program.slug)


def assert_gives(outcome: Outcome, workspace: str, slug: str) -> None:
    told, sums = report(workspace, slug), outcome.sums
    keys = ("side", "kind", "currency", "state", "count", "value_minor")
    rewards = [dict(zip(keys, (*key, *sums.rewards[key]), strict=True)) for key in sorted(sums.rewards)]
    assert rewards == told["rewards"]
    assert [line for unit in balance_sheet("", outcome.books).units for line in unit.lines] == live_lines(workspace)
    assert dict(sums.refusals) == told["refusals"]
    assert dict(sums.revenue) == told["revenue_minor"]
    assert (sums.referrals["converted"], sums.advocates) == (
        told["converted_friends"], told["advocates_with_conversion"],
    )  # fmt: skip


def holds(story: Story) -> None:
    player = Player(story, f"any-{next(_numbers)}")
    player.play(story)
    assert_books_balance(player.workspace)
    assert_log_gives_the_books(player.workspace)
    for program in player.live():
        single = ProgramVersion.objects.filter(program_id=program.key).count() == 1
        if single and not player.merged:
            assert_within_limits(player, program)
        by_time = program.contest is not None or program.scale is not None
        assert_backtest_gives_the_books(player, program, tried=single and not by_time)


def shown(story: Story) -> None:
    """The same; what fails is made as short as it fails, where GAUNTLET_SHRINK asks for it, and printed."""
    try:
        holds(story)
    except Exception as fault:
        if os.environ.get("GAUNTLET_SHRINK"):
            story = shorter(story, type(fault))
            print(*story.programs, *story.later, *story.steps, sep="\n")
        raise


def shorter(story: Story, fault: type[Exception]) -> Story:
    """Without each half, quarter … and step that it fails without in the same way."""
    size = len(story.steps)
    while size := size // 2:
        for start in range(len(story.steps) - len(story.steps) % size, -1, -size):
            without = replace(story, steps=story.steps[:start] + story.steps[start + size :])
            try:
                holds(without)
            except fault:
                story = without
            except Exception:  # noqa: BLE001  another fault
                continue
    return story


def play(examples: int, seed: int) -> None:
    dose = settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with_seed(seed)(dose(given(stories())(shown)))()


def test_any_history_of_any_programs_is_proved_and_rehearsed_to_the_cent(
    database: Database, dose: str, seed: int, say: Say
) -> None:
    examples = 6 if dose == SMALL else 2_000
    began = time.monotonic()
    say(f"any books: seed {seed}")
    play(examples, seed)
    say(f"any books: {examples:,} histories, 0 faults, {time.monotonic() - began:.0f} s")


@pytest.mark.parametrize("mutant", in_doses(BOOKS_MUTANTS, small=1))
def test_the_books_notice_that(database: Database, mutant: Mutant, monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    mutant.plant(monkeypatch)
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it breaks
        play(200, 1)
    say(f"any books: planted “{mutant.says}”, caught: {first_line(caught.value)}")
