"""What is owed leaves the firm: by API and command line, as files that a spreadsheet opens, and in agreement with the ledger."""

import csv
import io
import re
from datetime import date

import pytest

from passaparola.actions.payables.details import keep_details
from passaparola.actions.payables.owed import first_to_hand_over
from passaparola.actions.programs.apply import apply_program
from passaparola.analytics.entitlements import entitlements_of
from passaparola.analytics.owing import statement
from passaparola.domain.cells import csv_text, safe_cell
from passaparola.domain.instant import parse_instant
from passaparola.domain.rewards.kinds import Handover
from passaparola.inbound.payout_files import columns_of, confirm_lines, exported, read_confirmed
from passaparola.inbound.programs_known import programs_of
from passaparola.store.models import Reward
from tests.databases import on_both
from tests.histories import friend_buys, tell
from tests.journeys.advocates import EVA, Browser, a_member
from tests.journeys.caller import Shop, now, purchase, sign_up
from tests.journeys.command_line import ran, run, said
from tests.ledger_clean import assert_books_balance
from tests.shops import asked, ben_buys, day, good, person, the_reward
from tests.store.telling import has

AFFILIATE = """
program: affiliate
name: Affiliates
currency: EUR
timezone: Etc/UTC
trigger: purchase
rewards:
  - {side: advocate, kind: commission, percent: 10}
"""
SWAG = """
program: swag
name: Swag
currency: EUR
timezone: Etc/UTC
trigger: first_purchase
rewards:
  - {side: advocate, kind: swag, item: "=Hoodie", personal: [size, name]}
"""
pytestmark = pytest.mark.usefixtures("database")


@on_both
def test_a_payout_file_goes_out_comes_back_and_is_booked_once() -> None:
    workspace = ben_buys(AFFILIATE, orders=(("o1", 10_000, "EUR"), ("o2", 2_050, "EUR")))
    lines = exported(workspace, "payout")
    oldest = first_to_hand_over(workspace, Handover.PAYOUT, until=now(), most=1)
    assert [line.amount for line in oldest.lines] == [1000]
    assert (oldest.worth, oldest.count) == ((("EUR", 1205),), 2)
    assert [(line["amount"], line["currency"]) for line in lines] == [("10.00", "EUR"), ("2.05", "EUR")]
    heads = columns_of("payout", lines)
    paid = [{**line, "reference": "SEPA-7", "run": "2026-03"} for line in lines]
    text = csv_text(heads, [[line.get(head, "") for head in heads] for line in paid])
    confirmed, problems = read_confirmed(text)
    assert (len(confirmed), problems) == (2, [])
    assert read_confirmed(text.replace(",", ";")) == (confirmed, [])
    for spoiled, why in (
        (text.replace("reward,", "id,"), "there is no column reward"),
        (text.replace("SEPA-7", "SEPA\x077"), "a character that nobody sees"),
        (text.replace("SEPA-7", "7" * 200_000), "is no CSV"),
    ):
        lines, problems = read_confirmed(spoiled)
        assert (lines, why in problems[0]) == ([], True)
    first = confirm_lines(asked(workspace), confirmed)
    again = confirm_lines(asked(workspace, 3), confirmed)
    assert [line["outcome"] for line in first] == ["handed_over"] * 2
    assert [line["outcome"] for line in again] == ["already_handed_over"] * 2
    assert exported(workspace, "payout") == []
    assert_books_balance(workspace)


def test_the_statement_of_an_affiliate_is_the_ledger_to_the_cent() -> None:
    """X23: three sales, one paid; what is left is what the ledger owes."""
    workspace = ben_buys(AFFILIATE, orders=(("o1", 10_000, "EUR"), ("o2", 2_055, "EUR")))
    (first, _) = exported(workspace, "payout")
    confirm_lines(asked(workspace, 3), [{"reward": first["reward"][4:], "reference": "b1", "run": "", "amount": None}])
    tell(workspace, friend_buys("cleo", 10, ("o3", 30_000, "EUR")))
    (whole,) = statement(workspace, person(workspace, "ada"), begin=0, end=day(30)) or ()
    assert [(line.what, line.amount) for line in whole.lines] == [
        ("issue", 1_000), ("issue", 206), ("spend", -1_000), ("issue", 3_000),
    ]  # fmt: skip
    assert whole.lines[2].reference == "b1"
    assert {whole.unit: whole.closing} == has(workspace, "ada")
    (later,) = statement(workspace, person(workspace, "ada"), begin=day(5), end=day(30)) or ()
    assert (later.opening, later.closing) == (206, 3_206)
    assert statement(workspace, "0" * 32, begin=0, end=1) is None


def test_a_commission_statement_is_read_by_program_and_month_as_table_csv_and_json() -> None:
    """AMB-04: March opens with nothing, pays one of two sales and closes with 2.06; another program's part is apart."""
    workspace = ben_buys(AFFILIATE, orders=(("o1", 10_000, "EUR"), ("o2", 2_055, "EUR")))
    (first, _) = exported(workspace, "payout")
    confirm_lines(asked(workspace, 3), [{"reward": first["reward"][4:], "reference": "b1", "run": "", "amount": None}])
    ada = f"per_{person(workspace, 'ada')}"
    (page,) = said("person", "statement", ada, "--program", "affiliate", "--month", "2026-03")["statements"]
    sums = ("opening", "earned", "taken_back", "paid", "lapsed", "closing")
    assert [page[f"{name}_minor"] for name in sums] == [0, 1_206, 0, 1_000, 0, 206]
    rows = list(csv.DictReader(io.StringIO(ran("person", "statement", ada, "--month", "2026-03", "--csv"))))
    assert [(row["what"], row["earned"], row["paid"], row["balance"]) for row in rows] == [
        ("opening", "", "", "0.00"),
        ("earned", "10.00", "", "10.00"),
        ("earned", "2.06", "", "12.06"),
        ("paid", "", "10.00", "2.06"),
        ("closing", "12.06", "10.00", "2.06"),
    ]
    assert "2.06" in ran("person", "statement", ada)
    apply_program(SWAG, workspace=workspace, now=day(4), actor="olga")
    assert said("person", "statement", ada, "--program", "swag")["statements"] == []
    refusals = (("--program", "none"), "There is no program"), (("--month", "2026-13"), "is no month")
    for options, words in refusals:
        wrong = run("person", "statement", ada, *options)
        assert (wrong.exit_code, words in wrong.stderr) == (1, True)


def test_a_thing_is_not_sent_before_its_size_is_known_and_no_cell_is_a_formula() -> None:
    """X36: a missing size blocks the shipping, by name."""
    workspace = ben_buys(SWAG)
    reward = the_reward(workspace, "ada").id.hex
    good(keep_details(reward, {"name": '=cmd|"/c calc"!A1'}, asked=asked(workspace)))
    (line,) = exported(workspace, "shipping")
    assert line["missing"] == "size"
    told = [{"reward": reward, "reference": "parcel-1", "run": "", "amount": None}]
    assert [o["outcome"] for o in confirm_lines(asked(workspace), told)] == ["details_missing"]
    good(keep_details(reward, {"name": "=Ada", "size": "M"}, asked=asked(workspace)))
    (line,) = exported(workspace, "shipping")
    heads = columns_of("shipping", [line])
    text = csv_text(heads, [[line.get(head, "") for head in heads]])
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["item"], row["detail.name"], row["detail.size"]) == ("'=Hoodie", "'=Ada", "M")
    assert [o["outcome"] for o in confirm_lines(asked(workspace), told)] == ["handed_over"]
    assert_books_balance(workspace)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\tx", "\r=1", " =1"])
def test_what_could_begin_a_formula_has_an_apostrophe_before_it(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


HELD = """
program: held
name: Held
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
rewards:
  - {id: better, side: advocate, kind: upgrade, item: Gold}
  - {id: free, side: advocate, kind: free_subscription, amount: 2}
  - {id: early, side: advocate, kind: exclusive_access, item: Spring, opens: 2026-04-01, early_days: 7}
"""


def test_what_a_person_holds_says_until_when_and_moves_the_renewal() -> None:
    """X31, X35, X37: the upgrade of 2 March ends with 2 April; access opens a week early; two months move the renewal."""
    workspace = ben_buys(HELD)
    ada, programs = person(workspace, "ada"), programs_of(workspace)
    held = entitlements_of(workspace, ada, programs, now=day(2), renewal=date(2026, 12, 31))
    assert held is not None
    by_kind = {one.kind: one for one in held.entitlements}
    assert by_kind["upgrade"].ends == parse_instant("2026-04-03T00:00:00+02:00")
    access = by_kind["exclusive_access"]
    assert access.begins == parse_instant("2026-03-25T00:00:00+01:00")
    assert access.open_to_all == parse_instant("2026-04-01T00:00:00+02:00")
    assert (access.in_force, by_kind["upgrade"].in_force) == (False, True)
    assert held.renewal == date(2027, 2, 28)
    assert held.totals == {("free_subscription", "MONTH"): 2, ("upgrade", "MONTH"): 1}
    later = entitlements_of(workspace, ada, programs, now=day(40))
    assert later is not None
    assert ("upgrade", "MONTH") not in later.totals
    assert ("exclusive_access", "ACCESS") in later.totals


CLAIM = """
program: thanks
name: A bag for thanks
currency: USD
trigger: first_purchase
combine: true
rewards:
  - {side: advocate, kind: swag, item: Tote bag, fulfil: claim, personal: [size]}
  - {id: points, side: advocate, kind: points, amount: 300}
  - {id: money, side: advocate, kind: commission, percent: 10}
  - {id: bill, side: friend, kind: bill_credit, amount: 30.00}
  - {id: month, side: friend, kind: free_subscription}
"""


def thanked(shop: Shop) -> tuple[Browser, Browser]:
    """Ada and Eva in the portal; Ben has bought by Ada's code."""
    apply_program(CLAIM, workspace=shop.workspace, now=now() - 1_000_000, actor="olga")
    ada, eva = a_member(program="thanks"), a_member(EVA, program="thanks")
    code = re.findall(r'<p class="code" dir="ltr">([A-Z0-9]{8})</p>', ada.text("/me/"))[0]
    said = shop.event([{**sign_up("ben", "x"), "referred_by": None, "code": code}, purchase("ben", "order-ben")])
    assert said.status == 200, said.body
    return ada, eva


@on_both
def test_an_advocate_claims_a_reward_by_one_press_and_nobody_elses(shop: Shop) -> None:
    """RWD-08: the portal's page of rewards, then the button."""
    ada, eva = thanked(shop)
    page = ada.text("/me/rewards/")
    assert "Claim it" in page
    assert "300 points" in page
    assert "Tote bag" in page
    (address,) = re.findall(r'action="(/me/rewards/[0-9a-f]{32}/claim/)"', page)
    assert eva.send("/me/rewards/", {}, to=address).status_code == 404
    assert Reward.objects.get(kind="swag").state == "pending"
    assert ada.send("/me/rewards/", {}, to=address).headers["Location"] == "/me/rewards/"
    assert Reward.objects.get(kind="swag").state == "issued"
    after = ada.text("/me/rewards/")
    assert "Claim it" not in after
    assert "We send it to you." in after
    assert_books_balance(shop.workspace)


@on_both
def test_by_api_things_are_claimed_described_and_sent_money_is_paid_and_bills_are_lowered(shop: Shop) -> None:
    """Every answer is held to the API's document by the caller."""
    thanked(shop)
    by_rule = {r["rule"]: r for r in shop.items("/api/v1/rewards?program=thanks")}
    bag, money = by_rule["advocate"]["id"], by_rule["money"]["id"]
    ada, ben = by_rule["money"]["beneficiary"], by_rule["bill"]["beneficiary"]
    assert shop.post(f"/api/v1/rewards/{bag}/claim", {}).json["state"] == "issued"
    sent = {"reward": bag, "reference": "parcel-1"}
    lines = [sent, {"reward": money, "reference": "b1", "amount_minor": 1}]
    said = shop.post("/api/v1/payouts/confirm", {"lines": lines}, idempotency="run-1")
    assert [(o["outcome"], o["missing"]) for o in said.json["items"]] == [
        ("details_missing", ["size"]),
        ("amount_mismatch", []),
    ]
    told = shop.call("PUT", f"/api/v1/rewards/{bag}/details", {"details": {"size": "M"}}).json
    assert (told["known"], told["missing"]) == (["size"], [])
    parcel = shop.post(f"/api/v1/rewards/{bag}/fulfil", {"reference": "parcel-1"}, idempotency="parcel-1").json
    assert parcel["outcome"] == "handed_over"
    owed = shop.get("/api/v1/payouts").json
    assert [line["reward"] for line in owed["items"]] == [money]
    paid = shop.post(f"/api/v1/rewards/{money}/fulfil", {"reference": "b1"}, idempotency="b1").json
    assert paid["outcome"] == "handed_over"
    (page,) = shop.get(f"/api/v1/people/{ada}/statement").json["statements"][:1]
    assert (page["earned_minor"], page["closing_minor"]) == (page["paid_minor"], 0)
    assert shop.get(f"/api/v1/people/{ada}/statement?program=thanks").json["statements"][0] == page
    assert shop.get(f"/api/v1/people/{ada}/statement?program=friends").json["statements"] == []
    assert shop.get(f"/api/v1/people/{ada}/statement?program=none").problem == "not_found"
    bill = {"person": ben, "invoice": "may", "amount_minor": 2_000, "currency": "USD"}
    lowered = shop.post("/api/v1/credit/bills", bill, idempotency="may").json
    assert (lowered["applied_minor"], lowered["to_pay_minor"], lowered["left_minor"]) == (2_000, 0, 1_000)
    kinds = {b["kind"]: b["available_minor"] for b in shop.get(f"/api/v1/credit/balance?person={ada}").json["balances"]}
    assert kinds == {"points": 300}
    assert shop.get(f"/api/v1/people/{ben}/entitlements?renewal=9999-12-31").fields == {"renewal"}
    held = shop.get(f"/api/v1/people/{ben}/entitlements?renewal=2026-01-31").json
    assert (held["renewal"], held["totals"]) == (
        "2026-02-28",
        [{"kind": "free_subscription", "unit": "MONTH", "amount": 1}],
    )
    assert_books_balance(shop.workspace)


def test_a_retry_that_comes_after_a_payment_came_back_or_a_bill_was_cancelled_books_nothing_again(shop: Shop) -> None:
    thanked(shop)
    by_rule = {r["rule"]: r for r in shop.items("/api/v1/rewards?program=thanks")}
    money, ben = by_rule["money"]["id"], by_rule["bill"]["beneficiary"]
    bill = {"person": ben, "invoice": "may", "amount_minor": 2_000, "currency": "USD"}
    payment = {"reference": "b1"}
    line = {"lines": [{"reward": money, "reference": "b1"}]}
    requests = [
        (f"/api/v1/rewards/{money}/fulfil", payment, f"/api/v1/rewards/{money}/unfulfil", None),
        ("/api/v1/payouts/confirm", line, f"/api/v1/rewards/{money}/unfulfil", None),
        ("/api/v1/credit/bills", bill, "/api/v1/credit/orders/cancel", {"order": "may"}),
    ]
    for path, body, back, order in requests:
        first = shop.post(path, body, idempotency="one")
        assert shop.post(back, order, idempotency=f"back from {path}").status == 200
        again = shop.post(path, body, idempotency="one")
        assert (again.status, again.replayed, again.body) == (200, True, first.body)
    states = {r["rule"]: (r["state"], r["available_minor"]) for r in shop.items("/api/v1/rewards?program=thanks")}
    assert (states["money"], states["bill"]) == (("issued", by_rule["money"]["amount_minor"]), ("issued", 3_000))
    assert_books_balance(shop.workspace)
