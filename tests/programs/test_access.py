"""Who may recommend: by invitation, all who work here, and the best customers."""

import pytest

from passaparola.actions.acting import Refusal
from passaparola.analytics.report import report
from passaparola.domain.programs import read_program
from passaparola.inbound.payout_files import exported
from passaparola.store.models import IdempotencyKey
from tests.programs.stage import Stage, file_text


def known(stage: Stage, name: str, **facts: object) -> str:
    """A person of the firm, by API, with what the firm says of them."""
    identities = [{"kind": "customer_id", "value": name}]
    key = str(stage.shop.post("/api/v1/people", {"identities": identities}).json["id"])
    if facts:
        said = stage.shop.call("PATCH", f"/api/v1/people/{key}", {"facts": facts})
        assert (said.status, said.json["facts"]) == (200, facts), said.body
    return key


def test_x02_an_ambassador_comes_by_an_invitation_that_works_once(stage: Stage) -> None:
    """A plan of 65.00: the ambassador gets 26.00 credit, the friend pays 39.00."""
    slug = stage.play("x02")
    with pytest.raises(Refusal, match="invited"):
        stage.joins("stranger")
    made = stage.shop.post(f"/api/v1/programs/{slug}/invitations")
    assert made.status == 201, made.body
    token = {"program": slug, "invitation": made.json["token"]}
    said = stage.shop.post("/api/v1/advocates", {**token, "customer_id": "ada"})
    assert (said.status, said.json["new"]) == (201, True), said.body
    again = stage.shop.post("/api/v1/advocates", {**token, "customer_id": "mallory"})
    assert (again.status, again.problem) == (409, "invitation_used")
    (listed,) = stage.shop.items(f"/api/v1/programs/{slug}/invitations")
    assert (listed["state"], listed["used_by"]) == ("used", said.json["person"])

    program, _ = read_program(file_text("x02"), key="0" * 32, version=1, effective_from=0)
    assert program is not None
    (rule,) = [r for r in program.rules if r.side == "friend"]
    assert rule.voucher is not None
    assert rule.applied
    pays = 6500 - 6500 * (rule.voucher.percent_bp or 0) // 10_000
    assert pays == 3900
    stage.signs_up("ben")
    stage.buys("ben", "39.00", item="invoice", facts={"plan_price_minor": 6500})
    assert stage.has("ada") == 2600
    assert stage.has("ben") == 0


@pytest.mark.parametrize(("percent", "warned"), [("2", 1), ("40", 0), ("90", 1)])
def test_x02_a_reward_out_of_proportion_to_the_price_is_warned_of(percent: str, warned: int) -> None:
    text = file_text("x02").replace("percent: 40, of: plan", f"percent: {percent}, of: plan")
    program, findings = read_program(text, key="0" * 32, version=1, effective_from=0)
    assert program is not None
    named = [f for f in findings if f.reason == "reward_out_of_proportion"]
    assert len(named) == warned
    assert all(f.severity == "warning" and "guards.reward_to_price" in f.expected for f in named)


def test_x21_whoever_works_here_may_recommend_at_once_and_is_paid_with_the_wages(stage: Stage) -> None:
    slug = stage.play("x21")
    ada = known(stage, "ada", employee=True, employee_since="2026-01-01")
    eve = known(stage, "eve", employee=True)
    refused = stage.shop.post(f"/api/v1/programs/{slug}/exclusions", {"person": eve})
    assert (refused.status, refused.problem) == (422, "reason_needed")
    body = {"person": eve, "reason": "Decides about these orders herself"}
    assert stage.shop.post(f"/api/v1/programs/{slug}/exclusions", body).status == 201
    for name, why in (("eve", "excluded"), ("guest", "employees_only")):
        said = stage.shop.post("/api/v1/advocates", {"program": slug, "customer_id": name})
        assert (said.status, said.problem) == (409, why)
    wanted = {"program": slug, "customer_id": "eve"}
    first, again = (stage.shop.post("/api/v1/advocates", wanted, idempotency="once") for _ in range(2))
    assert (first.json["saw"], again.problem, again.replayed) == ({"because": body["reason"]}, "excluded", True)
    assert first.json == {**again.json, "saw": first.json["saw"]}
    assert not IdempotencyKey.objects.filter(body__contains=body["reason"]).exists()
    assert IdempotencyKey.objects.filter(key="once").exists()
    (listed,) = stage.shop.items(f"/api/v1/programs/{slug}/exclusions")
    assert (listed["person"], listed["reason"]) == (eve, body["reason"])

    stage.signs_up("ben", by="ada")
    stage.buys("ben", "80.00")
    stage.signs_up("cleo", by="eve")
    stage.buys("cleo", "80.00")
    assert [(person, net, state) for person, _, net, _, state in stage.rewards()] == [("ada", 5000, "issued")]
    (line,) = stage.shop.items("/api/v1/payouts?way=payroll")
    assert (line["person"], line["amount_minor"], line["unit"]) == (ada, 5000, "EUR")
    (row,) = exported(stage.workspace, "payroll")
    assert (row["reward"], row["gross"]) == (line["reward"], "50.00")
    (cleos,) = [r for r in stage.shop.items("/api/v1/referrals") if r["status"] == "refused"]
    told = stage.shop.get(f"/api/v1/referrals/{cleos['id']}/explanation").json["decisions"][-1]
    assert told["explanation"]["contenders"][0]["turned_away"] == {
        "rule": "excluded",
        "saw": {"because": body["reason"]},
    }
    assert any(f"(because: {body['reason']})" in line for line in told["words"])
    said = stage.shop.get(f"/api/v1/programs/{slug}/eligibility/{eve}").json
    assert (said["eligible"], said["reason"], said["saw"]) == (False, "excluded", {"because": body["reason"]})


@pytest.mark.parametrize(("probation", "paid"), [("90", 92), ("0", 2)])
def test_x22_a_candidate_is_paid_for_at_hire_or_after_the_probation_as_it_is_set(
    stage: Stage, probation: str, paid: int
) -> None:
    stage.play("x22", ("hold_days: 90", f"hold_days: {probation}"))
    known(stage, "ada", employee=True)
    stage.tell(stage.event("stage", 0.5, person="cleo", stage="meeting", referred_by="ada"))
    assert stage.rewards() == []
    stage.tell(stage.event("stage", 1, person="cleo", stage="hired"))
    assert stage.states() == (["pending"] if paid > 2 else ["issued"])
    stage.clock(paid)
    assert [(person, net, state) for person, _, net, _, state in stage.rewards()] == [("ada", 50000, "issued")]
    (referral,) = stage.shop.items("/api/v1/referrals")
    told = stage.shop.get(f"/api/v1/referrals/{referral['id']}/explanation").json["decisions"][0]
    assert "the candidate is bound" in told["words"][1]
    assert report(stage.workspace, "candidates")["subject"] == "candidate"


def test_x39_the_list_is_the_computed_segment_and_only_its_people_may_recommend(stage: Stage) -> None:
    slug = stage.play("x39")
    for n in range(1, 21):
        stage.buys(f"customer-{n}", f"{n}0.00", day=1)
    back = stage.buys("customer-20", "500.00", day=1)
    stage.refunds(back)
    said = stage.shop.get(f"/api/v1/programs/{slug}/segment").json
    named = {item["value"]: p["id"] for p in stage.shop.items("/api/v1/people?limit=200") for item in p["identities"]}
    best = [(named[f"customer-{n}"], n * 1000) for n in (20, 19)]
    assert [(m["person"], m["figure"]) for m in said["members"]] == best
    assert (said["of"], said["line"], said["next"]) == (20, 19000, None)
    first = stage.shop.get(f"/api/v1/programs/{slug}/segment?limit=1").json
    second = stage.shop.get(f"/api/v1/programs/{slug}/segment?limit=1&cursor={first['next']}").json
    assert [(m["person"], m["figure"]) for page in (first, second) for m in page["members"]] == best
    assert (second["of"], second["line"], second["next"]) == (20, 19000, None)
    assert stage.joins("customer-19", day=4).new
    with pytest.raises(Refusal, match="not in the segment"):
        stage.joins("customer-18", day=4)
    stage.signs_up("ben", by="customer-19", day=5)
    stage.buys("ben", "40.00", day=6)
    assert stage.has("customer-19") == 2000
