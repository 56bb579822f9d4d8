"""Before a launch each missing thing is named; each goal has a program to begin with."""

import pytest

from passaparola.domain.programs.goals import GoalKind
from passaparola.domain.programs.reader import read_document
from passaparola.domain.programs.readiness import LACKS, LaunchFacts, Missing, lacks
from passaparola.domain.programs.recommend import RECOMMENDATIONS, recommended
from tests.domain.program_files import SMALL

ALL = LaunchFacts(events_arrive=True, mail_leaves=True, public_address=True, contact=True)
WHOLE = (
    SMALL
    + "budget: {total: 100.00}\ngoal: {kind: new_customers, target: 50, months: 12}\n"
    + "economics: {order_value: 80.00, margin: 40}\nlaunch: {satisfaction_known: true, staff_briefed: true}\n"
)


def missing(text: str, facts: LaunchFacts = ALL) -> list[Missing]:
    document, _ = read_document(text)
    assert document is not None
    return [lack.what for lack in lacks(document, facts)]


def test_where_all_is_there_nothing_is_said() -> None:
    assert missing(WHOLE) == []


def line(start: str) -> str:
    return next(row for row in WHOLE.splitlines(keepends=True) if row.startswith(start))


REWARD = WHOLE[WHOLE.index("rewards:") : WHOLE.index("budget:")]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (line("budget"), "", Missing.BUDGET),
        (line("goal"), "", Missing.GOAL),
        (line("economics"), "", Missing.PRODUCTS),
        (REWARD, "rewards: []\n", Missing.INCENTIVES),
        ("satisfaction_known: true", "satisfaction_known: false", Missing.SATISFACTION),
        ("staff_briefed: true", "staff_briefed: false", Missing.STAFF),
    ],
)
def test_what_the_file_lacks_is_named(old: str, new: str, what: Missing) -> None:
    assert missing(WHOLE.replace(old, new)) == [what]


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (LaunchFacts(False, True, True, True), Missing.TECHNOLOGY),
        (LaunchFacts(True, False, True, True), Missing.MESSAGES),
        (LaunchFacts(True, True, False, True), Missing.CHANNELS),
        (LaunchFacts(True, True, True, False), Missing.TERMS),
    ],
)
def test_what_the_installation_lacks_is_named(facts: LaunchFacts, what: Missing) -> None:
    assert missing(WHOLE, facts) == [what]


def test_everything_that_may_be_missing_has_its_words_once() -> None:
    assert sorted(lack.what for lack in LACKS) == sorted(Missing)


@pytest.mark.parametrize("goal", list(GoalKind))
def test_each_goal_has_a_program_to_begin_with_and_a_reason(goal: GoalKind) -> None:
    assert len(recommended(goal).reason) > 40
    assert len([r for r in RECOMMENDATIONS if r.goal is goal]) == 1
