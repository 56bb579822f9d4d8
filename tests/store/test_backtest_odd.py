"""A backtest in odd histories: paused and resumed, merged before it began, told late, and full of what waits for room."""

from passaparola.actions.clock import run_clock
from passaparola.actions.people.change import create_person
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.status import end_program, pause_program, resume_program
from passaparola.actions.rehearsal.backtest import Trial, backtest_lines, backtest_log
from passaparola.analytics.report import report
from passaparola.domain.instant import DAY, SECOND, iso
from passaparola.store.models import Program
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace, example, friend_buys, tell
from tests.shops import asked, good, person, refusal
from tests.store.test_backtest import assert_gives_the_live_figures


@only_sqlite
def test_a_paused_program_goes_on_with_its_next_version_and_one_that_ended_is_not_resumed(database: Database) -> None:
    text = example("give-5-get-5")
    workspace = a_workspace(text)
    program = Program.objects.get().id.hex
    good(pause_program(program, asked=asked(workspace, 1)))
    apply_program(text + "# again\n", workspace=workspace, now=START + 2 * DAY, actor="olga")
    apply_program(LATER + "status: draft\n", workspace=workspace, now=START + 2 * DAY, actor="olga")
    tell(workspace, friend_buys("ben", 3, ("o1", 5_000, "USD")))
    good(end_program(program, asked=asked(workspace, 4)))
    assert refusal(resume_program(program, asked=asked(workspace, 5))) == "illegal_transition"
    tell(workspace, friend_buys("cid", 6, ("o2", 5_000, "USD")))
    found = assert_gives_the_live_figures(workspace, "give-5-get-5", Trial(text))
    assert found.result.sums.referrals["converted"] == 1


LATER = """
program: later
name: Later, and before the other
currency: USD
trigger: purchase
precedence: 200
rewards:
  - {side: advocate, kind: store_credit, amount: 3.00}
"""


@only_sqlite
def test_a_program_that_begins_later_knows_who_was_merged_before_and_comes_behind_for_earlier_orders(
    database: Database,
) -> None:
    workspace = a_workspace(example("give-5-get-5"))
    tell(workspace, friend_buys("old-ben", 1, ("o1", 5_000, "USD"), by="eve")[1:])
    ben = good(create_person([("customer_id", "ben")], asked=asked(workspace, 2)))
    good(merge(ben, duplicate=person(workspace, "old-ben"), asked=asked(workspace, 3)))
    apply_program(LATER, workspace=workspace, now=START + 5 * DAY, actor="olga")
    tell(workspace, friend_buys("ben", 6, ("o2", 5_000, "USD")))
    late = [{"at": iso(START + 4 * DAY), **event} for event in friend_buys("cid", 7, ("o3", 5_000, "USD"))]
    tell(workspace, late)
    found = assert_gives_the_live_figures(workspace, "later", Trial(LATER))
    assert dict(found.result.sums.refusals) == {"another_program": 1, "existing_customer": 1}


@only_sqlite
def test_who_is_merged_with_somebody_new_to_a_program_keeps_earning_in_the_other_alone(database: Database) -> None:
    workspace, text = a_workspace(LATER), example("give-5-get-5")
    tell(workspace, [{"id": "s", "type": "signup", "after": 60, "person": "ben"}])
    apply_program(text, workspace=workspace, now=START + 2 * DAY, actor="olga")
    tell(workspace, friend_buys("old-ben", 3, ("o1", 5_000, "USD")))
    good(merge(person(workspace, "ben"), duplicate=person(workspace, "old-ben"), asked=asked(workspace, 4)))
    found = assert_gives_the_live_figures(workspace, "give-5-get-5", Trial(text))
    assert (dict(found.result.sums.refusals), dict(found.result.sums.rewards)) == ({"another_program": 1}, {})
    cara = good(create_person([("customer_id", "cara")], asked=asked(workspace, 5)))
    good(merge(cara, duplicate=person(workspace, "ben"), asked=asked(workspace, 5)))
    assert_gives_the_live_figures(workspace, "later", Trial(LATER))


QUEUED = """
program: queued
name: One a month, the rest later
currency: EUR
timezone: Europe/Rome
trigger: purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 4.00}
budget: {total: 4.00, period: month, on_exhausted: queue}
"""


@only_sqlite
def test_what_waits_for_room_is_let_go_when_there_is_some_also_without_the_clock_of_a_log(database: Database) -> None:
    workspace = a_workspace(QUEUED)
    story = friend_buys("ben", 1, *[(f"o{n}", 5_000, "EUR") for n in range(3)])
    late = friend_buys("cid", 40, ("o9", 5_000, "EUR"))
    tell(workspace, story)
    run_clock(workspace, now=START + 39 * DAY)
    tell(workspace, late)
    states = {row["state"]: row["count"] for row in report(workspace, "queued")["rewards"]}
    assert states == {"issued": 2, "pending": 2}
    as_it_was = assert_gives_the_live_figures(workspace, "queued", Trial(QUEUED))
    tried = backtest_log(workspace, Trial(QUEUED.replace("One a month", "One each month")))
    lines = [(n, {"at": iso(START + e["after"] * SECOND), **e}) for n, e in enumerate([*story, *late])]
    told = [(n, {name: value for name, value in line.items() if name != "after"}) for n, line in lines]
    for found in (tried, backtest_lines(Trial(QUEUED), lambda: told)):
        assert found.result.sums.rewards == as_it_was.result.sums.rewards
    every = backtest_log(workspace, Trial(QUEUED.replace("period: month", "period: day")))
    assert {state: n for (*_, state), (n, _) in every.result.sums.rewards.items()} == {"issued": 4}
