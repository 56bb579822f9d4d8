"""What is given: points, things that are sent, access, small presents."""

import csv
import io

from tests.journeys.caller import Answer
from tests.programs.stage import Stage


def test_x16_points(stage: Stage) -> None:
    """Three friends give 300 points; 250 are spent and 50 are left; more than there is is refused."""
    stage.play("x16")
    stage.friends(3)
    assert stage.has("ada", "POINTS") == 300
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]

    def spend(order: str, points: int) -> Answer:
        body = {"person": person, "order": order, "amount_minor": points, "kind": "points"}
        return stage.shop.post("/api/v1/credit/reservations", body, idempotency=order)

    assert spend("too-much", 301).status == 409
    kept = spend("cart", 250)
    assert kept.status in (200, 201), kept.body
    used = stage.shop.post(f"/api/v1/credit/reservations/{kept.json['id']}/capture", idempotency="cart")
    assert used.status == 200, used.body
    assert spend("more", 51).status == 409
    assert spend("rest", 50).status in (200, 201)


def test_x26_small_and_again(stage: Stage) -> None:
    """Both get 2.00 at the friend's first order, and the friend again at each fifth."""
    stage.play("x26")
    stage.signs_up("ben")
    for n in range(1, 12):
        stage.buys("ben", "9.00", day=2 + n)
    assert stage.has("ada") == 200
    assert stage.has("ben", rule="welcome") == 200
    assert stage.has("ben", rule="regular") == 400  # the fifth and the tenth order


def test_x35_a_week_before_everybody_else(stage: Stage) -> None:
    stage.play("x35")
    stage.friends(1)
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    said = stage.shop.get(f"/api/v1/people/{person}/entitlements")
    assert said.status == 200, said.body
    (held,) = said.json["entitlements"]
    assert held["item"] == "spring-collection"
    assert (held["begins"][:10], held["open_to_all"][:10]) == ("2027-02-22", "2027-03-01")


def test_x36_nothing_is_sent_before_the_size_is_known(stage: Stage) -> None:
    stage.play("x36")
    stage.friends(1)
    (line,) = stage.shop.items("/api/v1/payouts?way=shipping")
    assert line["missing"] == ["name", "size"]
    sent = {"lines": [{"reward": line["reward"], "reference": "parcel-1"}]}
    (said,) = stage.shop.post("/api/v1/payouts/confirm", sent, idempotency="parcel-1").json["items"]
    assert (said["outcome"], said["missing"]) == ("details_missing", ["name", "size"])


def test_x23_the_statement_is_the_ledger(stage: Stage) -> None:
    """Ten per cent of each sale; the month's statement adds up to what the ledger owes."""
    stage.play("x23")
    stage.signs_up("ben")
    for n, amount in enumerate(["100.00", "20.05", "7.77"]):
        stage.buys("ben", amount, day=2 + n)
    stage.clock(40)
    assert stage.has("ada") == 1000 + 201 + 78
    assert stage.cost() == stage.has("ada")
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    said = stage.shop.get(f"/api/v1/people/{person}/statement?since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z")
    assert said.status == 200, said.body
    (statement,) = said.json["statements"]
    assert (statement["earned_minor"], statement["closing_minor"]) == (1279, 1279)
    file = stage.shop.get(f"/api/v1/people/{person}/statement?until=2026-03-01T00:00:00Z&format=csv")
    assert (file.status, file.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert file.headers["content-disposition"] == f'attachment; filename="statement-{person}.csv"'
    rows = list(csv.DictReader(io.StringIO(file.body.decode(), newline="")))
    assert [row["what"] for row in rows] == ["opening", *["earned"] * 3, "closing"]
    assert (rows[-1]["earned"], rows[-1]["balance"]) == ("12.79", "12.79")
    assert stage.shop.get(f"/api/v1/people/{person}/statement?format=xls").status == 422
    assert stage.shop.get(f"/api/v1/people/per_{'0' * 32}/statement?format=csv").status == 404


def test_x30_two_bundles_and_then_credit(stage: Stage) -> None:
    stage.play("x30")
    stage.friends(3)
    assert [rule for _, rule, net, _, _ in stage.rewards("ada") if net] == ["bundle", "bundle", "credit"]
