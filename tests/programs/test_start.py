"""Every shipped file starts unedited: it is applied, goes live and promises what a person can read; staff give what only they can give."""

import pytest

from passaparola.domain.programs import describe, read_program
from tests.programs.stage import FOLDER, Stage, file_text

FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_starts_unedited(stage: Stage, name: str) -> None:
    slug = stage.play(name)
    program, _ = read_program(file_text(name), key="0" * 32, version=1, effective_from=0)
    assert program is not None
    assert describe(program).count("\n") >= 2
    (shown,) = stage.shop.items("/api/v1/programs")
    assert (shown["program"], shown["status"], shown["live_version"]) == (slug, "active", 1)
    assert stage.report()["rewards"] == []


@pytest.mark.parametrize(("name", "rule"), [("x10", "sample")])
def test_staff_give_a_sample_or_a_prize_and_it_waits_to_be_sent(stage: Stage, name: str, rule: str) -> None:
    slug = stage.play(name)
    stage.signs_up("ada", by="", day=0)
    person = stage.shop.items("/api/v1/people?customer_id=ada")[0]["id"]
    body = {"program": slug, "person": person, "rule": rule, "reason": "as agreed"}
    said = stage.shop.post("/api/v1/rewards/grants", body, idempotency=rule)
    assert said.status == 201, said.body
    (line,) = stage.shop.items("/api/v1/payouts?way=shipping")
    sent = {"lines": [{"reward": line["reward"], "reference": "parcel-1"}]}
    told = [stage.shop.post("/api/v1/payouts/confirm", sent, idempotency=key).json["items"] for key in "ab"]
    assert [x["outcome"] for items in told for x in items] == ["handed_over", "already_handed_over"]
    assert stage.states("ada") == ["redeemed"]


def test_x32_a_month_has_its_winners_ties_share_a_place_and_a_prize_is_sent(stage: Stage) -> None:
    stage.play("x32")
    for day, (friend, advocate) in enumerate(
        [("f1", "bea"), ("f2", "ada"), ("f3", "cid"), ("f4", "ada"), ("f5", "bea")], 1
    ):
        stage.signs_up(friend, by=advocate, day=day)
        stage.buys(friend, "40.00", day=day + 0.1)
    returned = stage.buys("f6", "40.00", day=6, referred_by="cid")
    stage.refunds(returned, day=40)
    stage.clock(43)
    assert stage.rewards() == [], "January is closed when fourteen days are over"
    stage.clock(45)
    assert [(person, rule) for person, rule, *_ in stage.rewards()] == [
        ("ada", "first"),
        ("bea", "first"),
        ("cid", "third"),
    ]
    stage.clock(46)
    assert len(stage.rewards()) == 3
    (line,) = [item for item in stage.shop.items("/api/v1/payouts?way=shipping") if item["item"] == "book"]
    sent = {"lines": [{"reward": line["reward"], "reference": "parcel-1"}]}
    assert (
        stage.shop.post("/api/v1/payouts/confirm", sent, idempotency="a").json["items"][0]["outcome"] == "handed_over"
    )
    assert stage.states("cid") == ["redeemed"]
    stage.assert_books()


def test_x27_a_gift_at_once_and_a_shout_out_when_a_person_has_seen_that_they_agree(stage: Stage) -> None:
    stage.play("x27")
    stage.friends(3)
    assert {(rule, state) for _, rule, _, _, state in stage.rewards("ada")} == {
        ("gift", "issued"),
        ("shout-out", "pending"),
    }


def test_x11_advice_is_read_and_gives_nothing(stage: Stage) -> None:
    stage.play("x11")
    stage.joins("ada")
    (link,) = [item["code"] for item in stage.shop.items("/api/v1/links")]
    stage.tell(stage.event("visit", 1, person={"device": "phone-of-ben"}, code=link))
    assert (stage.report()["converted_friends"], stage.rewards()) == (1, [])
