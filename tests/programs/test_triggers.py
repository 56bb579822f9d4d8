"""What earns: rides, stays, verified sign-ups, invoices, stages, content, and what staff give."""

import pytest

from passaparola.actions.acting import Asked, done
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.rehearsal.backtest import Trial, backtest_log
from passaparola.actions.rewards.give import give
from passaparola.domain.explain import sentence_for_advocate
from tests.programs.stage import Stage, at, file_text


def stage_of(play: Stage, person: str, word: str, day: float, by: str = "", **more: object) -> None:
    named = {"referred_by": by} if by else {}
    play.tell(play.event("stage", day, person=person, stage=word, **named, **more))


def test_x03_the_first_ride_pays_and_the_sign_up_alone_does_not(stage: Stage) -> None:
    stage.play("x03-uber")
    stage.signs_up("ben")
    stage.buys("ben", "8.00", day=2)  # not a ride
    assert stage.rewards() == []
    ride = stage.buys("ben", "12.00", day=3, item="ride")
    stage.buys("ben", "14.00", day=4, item="ride")
    assert (stage.has("ada"), stage.has("ben")) == (1000, 0)
    stage.refunds(ride, day=5)
    assert stage.states("ada") == ["reversed"]


def test_x03_a_ride_that_is_refunded_while_its_reward_is_held_cancels_it(stage: Stage) -> None:
    stage.play("x03-uber", ("expires_days: 90", "expires_days: 90, hold_days: 7"))
    stage.signs_up("ben")
    ride = stage.buys("ben", "12.00", day=3, item="ride")
    assert stage.states("ada") == ["pending"]
    stage.refunds(ride, day=5)
    assert stage.states("ada") == ["cancelled"]


def test_x03_both_ride(stage: Stage) -> None:
    stage.play("x03-uber-both")
    stage.signs_up("ben")
    stage.buys("ben", "12.00", day=3, item="ride")
    assert (stage.has("ada"), stage.has("ben")) == (1000, 1000)


def test_x03_who_rode_before_is_no_new_rider(stage: Stage) -> None:
    stage.play("x03-uber")
    stage.buys("ben", "12.00", day=1, item="ride")
    stage.signs_up("ben", day=2)
    stage.buys("ben", "12.00", day=3, item="ride")
    assert stage.rewards() == []


@pytest.mark.parametrize(("stay", "given"), [("74.99", 0), ("75.00", 2500)])
def test_x04_a_stay_of_seventy_five(stage: Stage, stay: str, given: int) -> None:
    stage.play("x04")
    stage.signs_up("ben")
    booked = stage.buys("ben", stay, day=9, item="stay")
    assert stage.has("ada") == given
    stage.refunds(booked, day=10)
    assert stage.has("ada") == 0  # booked, and cancelled


def test_x05_verified_users_until_the_money_is_gone(stage: Stage) -> None:
    """A thousand users exhaust 10,000.00; the 800th alerts, the 1,001st gets nothing and is told why."""
    stage.play("x05")

    def verified(first: int, last: int) -> None:
        told = range(first, last + 1)
        stage.tell(
            *(stage.event("stage", 1 + n / 1e4, person=f"u{n}", stage="verified", referred_by="ada") for n in told)
        )

    for first, last, alerts in ((1, 799, 0), (800, 800, 1), (801, 1000, 1), (1001, 1001, 1)):
        verified(first, last)
        assert (len(stage.rewards("ada")), len(stage.findings("budget_alert"))) == (min(last, 1000), alerts)
    assert stage.refusals() == {"budget_exhausted": 1}
    assert set(stage.states("ada")) == {"pending"}
    stage.clock(40)
    assert set(stage.states("ada")) == {"issued"}


def test_x07_a_discount_to_share(stage: Stage) -> None:
    """Three advocates share five times; four purchases."""
    stage.play("x07")
    for n, sharer in enumerate(["ada", "ada", "ada", "bea", "cleo"]):
        stage.tell(stage.event("share", 1 + n * 0.1, person=sharer, channel="copy"))
    for n, by in enumerate(["ada", "ada", "bea", "cleo"], 1):
        stage.signs_up(f"friend-{n}", by=by, day=2)
        stage.buys(f"friend-{n}", "50.00", day=3)
    said = stage.report()
    assert (said["sharers"], said["shares"], said["referred_orders"]) == (3, 5, 4)
    assert said["revenue_minor"] == {"USD": 20000}
    assert stage.rewards("ada") == []


def test_x09_money_off_the_bill_and_the_rest_is_carried_forward(stage: Stage) -> None:
    stage.play("x09")
    stage.signs_up("firm-b", by="firm-a")
    stage.buys("firm-b", "90.00", item="invoice")
    assert (stage.has("firm-a"), stage.has("firm-b")) == (3000, 3000)
    stage.signs_up("firm-c", by="firm-d")
    stage.signs_up("firm-e", by="firm-d")
    stage.buys("firm-c", "90.00", item="invoice")
    stage.buys("firm-e", "90.00", item="invoice")
    assert stage.has("firm-d") == 6000  # several in one month add up
    person = stage.shop.items("/api/v1/people?customer_id=firm-a")[0]["id"]
    bill = {"person": person, "invoice": "2026-03", "amount_minor": 2000, "currency": "EUR"}
    said = stage.shop.post("/api/v1/credit/bills", bill, idempotency="2026-03")
    assert said.status == 200, said.body
    assert (said.json["to_pay_minor"], said.json["left_minor"]) == (0, 1000)


def test_x18_each_is_paid_for_their_own(stage: Stage) -> None:
    """Ada brings Ben, Ben brings Cleo: Ada gets nothing for Cleo."""
    stage.play("x18")
    stage.signs_up("ben", by="ada")
    stage.buys("ben", "20.00")
    stage.signs_up("cleo", by="ben", day=3)
    stage.buys("cleo", "20.00", day=4)
    assert (stage.has("ada", rule="thanks"), stage.has("ben", rule="thanks")) == (500, 500)
    assert stage.has("cleo", rule="thanks") == 0
    ada = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    (chain,) = stage.shop.get(f"/api/v1/people/{ada}/chain").json["chains"]
    assert (chain["depth"], chain["friends"], chain["revenue_minor"]) == (2, 2, {"EUR": 4000})


def test_x19_the_firm_knows_them_already(stage: Stage) -> None:
    stage.play("x19")
    stage.buys("ben", "20.00", day=1)
    stage.signs_up("ben", day=2)
    stage.buys("ben", "20.00", day=3)
    assert stage.rewards() == []
    assert stage.refusals() == {"existing_customer": 1}


def test_x19_a_known_address_in_another_spelling_is_known(stage: Stage) -> None:
    """Also `+tag` and, at Gmail, dots: nobody is paid for; who has a mailbox of their own is new."""
    stage.play("x19")
    stage.buys({"email": "Anna.Rossi@gmail.com"}, "20.00", day=1)
    stage.buys({"email": "bruno@firm.example"}, "20.00", day=1)
    spellings = [
        "annarossi+deal@gmail.com",
        "a.n.n.a.rossi@GoogleMail.com",
        "Bruno+2@firm.example",
        "b.runo@firm.example",
    ]
    for n, spelling in enumerate(["ANNA.ROSSI@gmail.com", *spellings]):
        stage.signs_up({"customer_id": f"friend-{n}", "email": spelling}, day=2)
        stage.buys(f"friend-{n}", "20.00", day=3 + n / 10)
    assert stage.refusals() == {"existing_customer": 1, "known_mailbox": 3}
    assert backtest_log(stage.workspace, Trial(file_text("x19"))).result.sums.refusals == stage.refusals()
    assert stage.has("ada") == 1000
    ada = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    told = next(r["id"] for r in stage.shop.items("/api/v1/referrals") if r["reason"] == "known_mailbox")
    why = stage.shop.get(f"/api/v1/referrals/{told}/explanation").json["decisions"][-1]
    assert "before, under another spelling of their e-mail address" in why["words"][1]
    assert sentence_for_advocate(why["explanation"], ada) == "This friend was with us already."
    assert verify_replay(stage.workspace) == []


def test_x25_three_invoices_three_commissions_and_none_after_the_end(stage: Stage) -> None:
    stage.play("x25")
    stage.signs_up("ben")
    for day in (30, 60, 90):
        stage.buys("ben", "50.00", day=day, item="invoice")
    assert [net for _, _, net, _, _ in stage.rewards("ada")] == [1000] * 3
    stage_of(stage, "ben", "cancelled", day=100)
    stage.buys("ben", "50.00", day=120, item="invoice")
    assert stage.has("ada") == 3000


@pytest.mark.parametrize(("name", "whole"), [("x24", 50_000), ("x34", 100_000)])
def test_x24_x34_a_part_at_each_stage(stage: Stage, name: str, whole: int) -> None:
    """10, 20 and 70 per cent at the lead, the meeting and the contract."""
    stage.play(name)
    found = []
    for n, word in enumerate(["lead", "meeting", "contract"]):
        stage_of(stage, "firm", word, day=1 + 100 * n, by="ada" if n == 0 else "")
        found.append(stage.has("ada"))
    assert found == [whole // 10, whole * 3 // 10, whole]


def test_x31_a_month_on_us(stage: Stage) -> None:
    """Given on 31 January, it ends at the end of February."""
    slug = stage.play("x31")
    stage.signs_up("ada", by="", day=0)
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    body = {"program": slug, "person": person, "rule": "upgrade", "reason": "ten years with us"}
    said = stage.shop.post("/api/v1/rewards/grants", body, idempotency="surprise")
    again = stage.shop.post("/api/v1/rewards/grants", body, idempotency="surprise")
    assert (said.status, again.status, len(stage.rewards("ada"))) == (201, 201, 1)
    stage.signs_up("ben", by="", day=0)
    ben = stage.shop.items("/api/v1/people?customer_id=ben")[0]["id"]
    done(
        give(
            ben.removeprefix("per_"),
            program=slug,
            reason="ten years with us",
            asked=Asked(stage.workspace, at(30), "Olga"),
        )
    )
    (held,) = stage.shop.get(f"/api/v1/people/{ben}/entitlements").json["entitlements"]
    assert (held["begins"][:10], held["ends"]) == ("2026-01-31", "2026-03-01T00:00:00Z")
    stage.clock(58)  # the last of February
    assert stage.states("ben") == ["issued"]
    stage.clock(59)
    assert stage.states("ben") == ["expired"]


def test_x37_a_free_month(stage: Stage) -> None:
    stage.play("x37")
    stage.signs_up("ben")
    stage.buys("ben", "15.00", item="invoice")
    assert stage.has("ada", "MONTH") == 1
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    assert stage.shop.get(f"/api/v1/people/{person}/entitlements?renewal=2027-01-31").json["renewal"] == "2027-02-28"


def test_x38_a_visit_counts_once_a_visitor_and_day(stage: Stage) -> None:
    stage.play("x38")
    stage.joins("ada")
    (link,) = [item["code"] for item in stage.shop.items("/api/v1/links")]
    for day in (1, 1.1, 1.2, 2, 5):
        stage.tell(stage.event("visit", day, person={"device": "phone-of-ben"}, code=link))
    assert stage.has("ada", "POINTS") == 3
