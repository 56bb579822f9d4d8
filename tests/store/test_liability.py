"""RWD-09: what a program owes is what the ledger says, and what it is going to owe follows from how that moved."""

from passaparola.actions.clock import run_clock
from passaparola.actions.rehearsal.plan import propose
from passaparola.analytics.liability import liability_of
from passaparola.domain.calculations.liability import liability_forecast
from passaparola.domain.instant import DAY
from passaparola.store.models import Finding
from tests.databases import Database
from tests.histories import START, a_workspace, friend_buys, tell
from tests.store.telling import has

TEN = """
program: ten
name: Ten
currency: EUR
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 10.00, expires_days: 20}
  - {id: held, side: friend, kind: store_credit, amount: 5.00, hold_days: 60}
budget: {total: 100.00}
"""


def test_the_liability_is_that_of_the_ledger_and_rolls_forward(database: Database) -> None:
    """Three friends: one tens lapsed, two are owed; 15.00 wait, and the budget has 55.00 left."""
    workspace = a_workspace(TEN)
    for name, day in (("ben", 1), ("cleo", 15), ("dan", 20)):
        tell(workspace, friend_buys(name, day, (f"o-{name}", 5_000, "EUR")))
    now = START + 25 * DAY
    run_clock(workspace, now=now)
    said = liability_of(workspace, "ten", days=30, periods=2, now=now)
    (line,) = said["liabilities"]
    assert {"EUR": line["owed_minor"]} == has(workspace, "ada") == {"EUR": 2_000}
    assert (line["waiting_minor"], line["issued_minor"], line["gone_minor"]) == (1_500, 3_000, 1_000)
    assert (line["budget_left_minor"], line["gone_percent"]) == (5_500, 33.33)
    expected = liability_forecast(owed=2_000, issued=3_000, gone=1_000, waiting=1_500, room=7_000, periods=2)
    assert (line["given_minor"], line["liability_minor"]) == (6_000, 4_222)
    assert (expected["given"], round(expected["liability"])) == (6_000, 4_222)
    tight = a_workspace(TEN.replace("{total: 100.00}", "{total: 30.00, on_exhausted: queue}"), slug="tight")
    for name, day in (("ben", 1), ("cleo", 15), ("dan", 20)):
        tell(tight, friend_buys(name, day, (f"o-{name}", 5_000, "EUR")))
    (full,) = liability_of(tight, "ten", days=30, periods=2, now=now)["liabilities"]
    assert (full["waiting_minor"], full["given_minor"]) == (2_500, 1_000), (
        "of 25.00 that wait 15.00 are queued: no room"
    )
    (recent,) = liability_of(workspace, "ten", days=6, periods=1, now=now)["liabilities"]
    assert (recent["owed_minor"], recent["issued_minor"], recent["gone_minor"]) == (2_000, 1_000, 1_000)


def test_a_budget_by_month_lets_through_what_each_month_has_and_a_week_ahead_is_warned_of(database: Database) -> None:
    """Five friends in five days, 15.00 each (a third of it waits): at this rate the 30.00 left of the month are used up in two days,
    and the 150.00 of all three months are gone at the end of each."""
    monthly = TEN.replace("{total: 100.00}", "{total: 105.00, period: month}")
    workspace = a_workspace(monthly)
    run_clock(workspace, now=START)
    for day in range(1, 6):
        tell(workspace, friend_buys(f"f{day}", day, (f"o{day}", 5_000, "EUR")))
    now = START + 6 * DAY
    (line,) = liability_of(workspace, "ten", days=6, periods=20, now=now)["liabilities"]
    (budget,) = line["budgets"]
    assert (budget["period"], budget["left_minor"], line["budget_left_minor"]) == ("month", 3_000, None)
    assert budget["used_up_at"] < budget["begins_anew_at"]
    assert line["given_minor"] < 20 * line["issued_minor"], "no month gives more than its budget"
    run_clock(workspace, now=now)
    ending = Finding.objects.get(kind="budget_ends_soon")
    assert '"left":[3000,"EUR"]' in ending.detail
    found = [f for f in propose(monthly, workspace=workspace, now=now).findings if f.reason == "budget_ends_soon"]
    assert [(f.severity, f.path, f.line) for f in found] == [("warning", "budget", 9)]
    assert "30.00 EUR left and 75.00 EUR given in the last 6 days" in found[0].found
    for mended in ("total: 500.00", "total: 40.00, period: week"):
        richer = monthly.replace("total: 105.00, period: month", mended)
        findings = propose(richer, workspace=workspace, now=now).findings
        assert "budget_ends_soon" not in {f.reason for f in findings}, mended
