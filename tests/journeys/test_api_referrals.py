"""Olga's till enters by API whom a friend named when she asked."""

from passaparola.actions.ledger.replay import verify_replay
from tests.journeys.caller import Shop, purchase

TOLD = {
    "program": "friends",
    "advocate": "ada",
    "friend": "ben",
    "at": "2026-01-11T10:00:00Z",
    "reason": "said so at the till",
}
PATH = "/api/v1/referrals"


def test_a_recommendation_that_staff_are_told_of_is_entered_once_and_earns(shop: Shop) -> None:
    first = shop.post(PATH, TOLD, idempotency="till-1")
    assert (first.status, first.json) == (201, {"program": "friends", "entered": True})
    replay = shop.post(PATH, TOLD, idempotency="till-1")
    assert (replay.status, replay.replayed, replay.body) == (201, True, first.body)
    again = shop.post(PATH, TOLD, idempotency="till-2")
    assert (again.status, again.json["entered"]) == (200, False)
    (referral,) = shop.items(PATH)
    assert (referral["status"], referral["bound_by"]) == ("bound", "named")
    assert shop.event([purchase("ben", "o1")]).status == 200
    assert len(shop.items("/api/v1/rewards")) == 2
    assert verify_replay(shop.workspace) == []


def test_what_cannot_be_entered_is_refused_by_name_and_changes_nothing(shop: Shop) -> None:
    assert shop.post(PATH, TOLD).problem == "idempotency_key_required"
    reader = shop.new_key("people:read")
    assert shop.post(PATH, TOLD, key=reader, idempotency="a").problem == "scope_missing"
    for wrong in ({"program": "none"}, {"at": "soon"}, {"reason": ""}, {"at": "2199-01-01T00:00:00Z"}):
        said = shop.post(PATH, TOLD | wrong, idempotency="one")
        assert (said.status, said.problem) == (422, "invalid"), said.body
    assert shop.items(PATH) == []
    assert shop.post(PATH, TOLD, idempotency="one").status == 201
    assert shop.post(PATH, TOLD | {"friend": "cleo"}, idempotency="one").problem == "idempotency_key_reused"
    later = shop.post(PATH, TOLD | {"at": "2026-01-12T10:00:00Z"}, idempotency="two")
    assert (later.status, later.problem) == (409, "event_conflict")
