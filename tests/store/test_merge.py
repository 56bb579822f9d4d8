"""Two records turn out to be one person: an alias, and the referrals decided anew."""

from functools import partial

import pytest

from passaparola.actions.acting import NotFound, Performed
from passaparola.actions.credit.end import capture
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.people.change import create_person
from passaparola.actions.people.merge import Merge, merge
from passaparola.store.models import Counter, Finding, Person, Referral, Workspace
from passaparola.store.read.checkout import balance
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, asked, ben_buys, day, good, person, refusal, rewards

EACH_ORDER = """
program: each-order
name: Each order
currency: EUR
trigger: purchase
rewards:
  - {side: advocate, kind: store_credit, percent: 10}
"""
EVERY_TWO = """
program: every-two
name: Every two
currency: EUR
trigger: first_purchase
rewards:
  - {id: two, side: advocate, kind: store_credit, amount: 8.00, structure: {kind: milestone, every: 2, repeat: true}}
"""
CAPPED = GIVE_TEN + "caps:\n  - {per: advocate, metric: value, max: 20.00, policy: clip}\n"


def one(workspace: str, keep: str, duplicate: str, at: float = 10) -> Merge:
    return good(ask(workspace, keep, duplicate, at))  # type: ignore[no-any-return]


def ask(workspace: str, keep: str, duplicate: str, at: float = 10) -> Performed[Merge]:
    return merge(person(workspace, keep), duplicate=person(workspace, duplicate), asked=asked(workspace, at))


def statuses(workspace: str) -> list[str]:
    return sorted(Referral.objects.filter(workspace_id=workspace).values_list("status", flat=True))


def nets(workspace: str, name: str) -> list[int]:
    """What the live rewards of one record are worth."""
    live = ("pending", "issued", "redeemed", "expired")
    return [r.amount - r.reversed for r in rewards(workspace, name) if r.state in live]


def used(workspace: str, head: str) -> dict[str, int]:
    return {c.key: c.used for c in Counter.objects.filter(workspace_id=workspace, key__startswith=head) if c.used}


def spend(workspace: str, name: str, minor: int, order: str, at: float = 9) -> None:
    held = good(reserve(Wanted(person(workspace, name), "EUR", minor, order), asked=asked(workspace, at)))
    good(capture(held.id, asked=asked(workspace, at)))


def aliases() -> dict[str, str]:
    return {p.id.hex: p.alias_of_id.hex for p in Person.objects.all() if p.alias_of_id}


def two_bens(document: str = GIVE_TEN) -> str:
    """Ben is known twice, as ben and as benny, and Ada was paid for both."""
    workspace = a_workspace(document)
    tell(workspace, friend_buys("ben", 1, ("o1", 10_000, "EUR")) + friend_buys("benny", 3, ("o2", 4_000, "EUR")))
    return workspace


def test_two_records_of_one_friend_are_one_referral_and_one_reward(database: Database) -> None:
    workspace = two_bens()
    assert sum(nets(workspace, "ada")) == 2000
    result = one(workspace, "ben", "benny")
    assert (result.changed, result.referrals_merged) == (True, 1)
    assert statuses(workspace) == ["converted", "merged"]
    assert (nets(workspace, "ada"), nets(workspace, "ben"), nets(workspace, "benny")) == ([1000], [1000], [])
    assert {r.reason for r in rewards(workspace) if r.state == "reversed"} == {"merged"}
    survivor = Referral.objects.get(status="converted")
    assert (survivor.paid_orders, survivor.friend_id.hex) == (2, person(workspace, "ben"))
    assert Referral.objects.get(status="merged").paid_orders == 0
    assert_books_balance(workspace)


def test_it_does_not_matter_which_of_the_two_is_kept(database: Database) -> None:
    workspace = two_bens()
    one(workspace, "benny", "ben")
    assert statuses(workspace) == ["converted", "merged"]
    assert (nets(workspace, "ada"), sum(nets(workspace, "ben") + nets(workspace, "benny"))) == ([1000], 1000)
    assert_books_balance(workspace)


@pytest.mark.parametrize(("keep", "duplicate"), [("ben", "benny"), ("benny", "ben")])
def test_an_advocate_who_had_reached_only_one_of_the_records_is_a_contender_for_both(
    database: Database, keep: str, duplicate: str
) -> None:
    """One record was invited by Ada, the other bought without anybody."""
    workspace = a_workspace(GIVE_TEN)
    invitation = {"id": "share-1", "type": "share", "after": 0, "person": "ada", "to": "ben@example.com"}
    known = {
        "id": "visit-1",
        "type": "signup",
        "after": 9 * 86_400,
        "person": {"customer_id": "ben", "email": "ben@example.com"},
    }
    bought = {
        "id": "buy-1",
        "type": "purchase",
        "after": 86_400,
        "person": "benny",
        "amount_minor": 5_000,
        "currency": "EUR",
    }
    tell(workspace, [invitation, bought, known])
    one(workspace, keep, duplicate)
    assert statuses(workspace) == ["converted", "merged"]
    assert nets(workspace, "ada") == [1000]
    assert_books_balance(workspace)


def test_merging_moves_no_row_and_twice_changes_nothing(database: Database) -> None:
    workspace = two_bens()
    ben, benny = person(workspace, "ben"), person(workspace, "benny")
    one(workspace, "ben", "benny")
    assert person(workspace, "benny") == benny  # the identity stays where it was
    assert aliases() == {benny: ben}
    before = Workspace.objects.get()
    assert one(workspace, "ben", "benny", 11).changed is False
    after = Workspace.objects.get()
    assert (after.serial, after.merges) == (before.serial, before.merges) == (before.serial, 1)


def test_cycles_and_oneself_are_refused(database: Database) -> None:
    workspace = two_bens()
    assert refusal(ask(workspace, "ben", "ben")) == "same_person"
    one(workspace, "ben", "benny")
    assert refusal(ask(workspace, "benny", "ben")) == "merge_cycle"
    with pytest.raises(NotFound):
        merge(person(workspace, "ben"), duplicate="0" * 32, asked=asked(workspace))


def test_aliases_of_aliases_point_to_the_one_that_stands_for_all(database: Database) -> None:
    workspace = two_bens()
    tell(workspace, friend_buys("bruno", 4, ("o3", 3_000, "EUR")))
    one(workspace, "ben", "benny")
    one(workspace, "bruno", "ben", 11)
    bruno = person(workspace, "bruno")
    assert set(aliases().values()) == {bruno}
    assert statuses(workspace) == ["converted", "merged", "merged"]
    assert nets(workspace, "ada") == [1000]
    assert refusal(ask(workspace, "benny", "bruno", 12)) == "merge_cycle"
    assert_books_balance(workspace)


def test_later_events_of_both_records_go_to_the_surviving_referral(database: Database) -> None:
    workspace = two_bens(EACH_ORDER)
    one(workspace, "ben", "benny")
    buy = {"type": "purchase", "after": 12 * 86400, "person": "benny", "amount_minor": 7_000, "currency": "EUR"}
    tell(workspace, [{"id": "late", "order": "o9", **buy}, refund("o2", 13, 2_000), refund("o1", 14)])
    assert statuses(workspace) == ["converted", "merged"]
    assert sorted(nets(workspace, "ada")) == [200, 700]
    assert_books_balance(workspace)


def test_each_order_is_rewarded_once_and_keeps_its_reward(database: Database) -> None:
    workspace = two_bens(EACH_ORDER)
    before = {(r.id, r.amount, r.state) for r in rewards(workspace)}
    one(workspace, "ben", "benny")
    assert {(r.id, r.amount, r.state) for r in rewards(workspace)} == before
    assert_books_balance(workspace)


def test_the_referral_whose_reward_was_used_survives(database: Database) -> None:
    workspace = two_bens()
    spend(workspace, "benny", 400, "c1")
    one(workspace, "ben", "benny")
    assert Referral.objects.get(status="converted").friend_id.hex == person(workspace, "benny")
    assert (nets(workspace, "ben"), nets(workspace, "benny")) == ([], [1000])
    assert Finding.objects.filter(kind="not_recovered").count() == 0
    assert_books_balance(workspace)


def test_where_both_were_used_the_operator_is_told(database: Database) -> None:
    workspace = two_bens()
    spend(workspace, "benny", 400, "c1")
    spend(workspace, "ben", 1000, "c2")
    one(workspace, "ben", "benny")
    assert statuses(workspace) == ["converted", "merged"]
    assert Finding.objects.filter(kind="merged_after_redemption").count() == 1
    assert Finding.objects.filter(kind="not_recovered").count() == 1
    assert_books_balance(workspace)


def test_who_recommended_themselves_is_refused_when_it_comes_out(database: Database) -> None:
    workspace = ben_buys()
    one(workspace, "ada", "ben")
    referral = Referral.objects.get()
    assert (referral.status, referral.reason, referral.advocate_person_id) == ("refused", "self_referral", None)
    assert {r.state for r in rewards(workspace)} == {"reversed"}
    assert_books_balance(workspace)


def test_a_self_recommendation_that_was_spent_stands_and_the_operator_is_told(database: Database) -> None:
    workspace = ben_buys()
    spend(workspace, "ada", 400, "c1")
    one(workspace, "ada", "ben")
    assert Referral.objects.get().status == "converted"
    assert Finding.objects.filter(kind="late_event_after_redemption").count() == 1
    assert_books_balance(workspace)


def test_a_merged_person_spends_the_credit_of_all_records(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR"), by="ada"))
    tell(workspace, friend_buys("cid", 2, ("o2", 5_000, "EUR"), by="adele"))
    one(workspace, "ada", "adele")
    assert statuses(workspace) == ["converted", "converted"]
    for name in ("ada", "adele"):
        found = balance(workspace, person(workspace, name), now=day(11))
        assert found
        assert found["EUR"].available == 2000
    spend(workspace, "adele", 1500, "c1", at=11)
    assert sorted(r.redeemed for r in rewards(workspace, "ada") + rewards(workspace, "adele")) == [500, 1000]
    assert_books_balance(workspace)


def test_a_friend_of_a_merged_advocate_keeps_the_reward_when_decided_again(database: Database) -> None:
    workspace = a_workspace(EACH_ORDER)
    tell(workspace, friend_buys("cid", 2, ("o2", 5_000, "EUR"), by="adele"))
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR"), by="ada"))
    one(workspace, "ada", "adele")
    tell(workspace, [refund("o2", 12, 2_500)])
    assert (nets(workspace, "adele"), nets(workspace, "ada")) == ([250], [500])
    assert_books_balance(workspace)


def test_caps_count_what_both_records_had(database: Database) -> None:
    workspace = a_workspace(CAPPED)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR"), by="ada"))
    tell(workspace, friend_buys("cid", 2, ("o2", 5_000, "EUR"), by="adele"))
    one(workspace, "ada", "adele")
    (counted,) = used(workspace, "cap:").items()
    assert person(workspace, "ada") in counted[0]
    assert counted[1] == 2000
    tell(workspace, friend_buys("dan", 12, ("o3", 5_000, "EUR"), by="adele"))
    assert nets(workspace, "ada") + nets(workspace, "adele") == [1000, 1000]
    tell(workspace, [refund("o2", 13)])  # the alias's reward frees the person's room
    assert sum(used(workspace, "cap:").values()) == 1000
    tell(workspace, friend_buys("eve", 14, ("o4", 5_000, "EUR"), by="ada"))
    assert sum(nets(workspace, "ada") + nets(workspace, "adele")) == 2000
    assert_books_balance(workspace)


def test_a_cap_that_both_had_used_up_stays_overrun_and_gives_nothing_more(database: Database) -> None:
    workspace = a_workspace(CAPPED)
    for number, by in enumerate(("ada", "ada", "adele", "adele")):
        tell(workspace, friend_buys(f"friend{number}", number + 1, (f"o{number}", 5_000, "EUR"), by=by))
    one(workspace, "ada", "adele")
    assert sum(used(workspace, "cap:").values()) == 4000
    tell(workspace, [refund("o0", 12), *friend_buys("dan", 13, ("o9", 5_000, "EUR"))])
    assert sum(used(workspace, "cap:").values()) == 3000
    assert_books_balance(workspace)


def test_milestones_count_the_friends_of_both_records(database: Database) -> None:
    workspace = a_workspace(EVERY_TWO)
    for number, by in enumerate(("ada", "adele", "ada", "ada", "adele")):  # 3 and 2
        tell(workspace, friend_buys(f"friend{number}", number + 1, (f"o{number}", 5_000, "EUR"), by=by))
    assert (nets(workspace, "ada"), nets(workspace, "adele")) == ([800], [800])
    one(workspace, "ada", "adele")
    assert list(used(workspace, "count:").values()) == [5]
    tell(workspace, friend_buys("friend6", 12, ("o6", 5_000, "EUR"), by="adele"))
    assert sum(nets(workspace, "ada") + nets(workspace, "adele")) == 2400  # six friends: the third milestone
    tell(workspace, [refund("o6", 13)])
    assert sum(nets(workspace, "ada") + nets(workspace, "adele")) == 1600
    tell(workspace, [refund("o1", 14), refund("o2", 15)])
    assert sum(nets(workspace, "ada") + nets(workspace, "adele")) == 800
    assert_books_balance(workspace)


def test_a_merged_friend_counts_once(database: Database) -> None:
    workspace = two_bens(EVERY_TWO)
    assert nets(workspace, "ada") == [800]
    one(workspace, "ben", "benny")
    assert list(used(workspace, "count:").values()) == [1]
    assert nets(workspace, "ada") == []
    assert_books_balance(workspace)


def test_events_that_race_the_merge_find_one_referral(database: Database) -> None:
    for number in range(4):
        keep, double = f"keep{number}", f"double{number}"
        workspace = a_workspace(EACH_ORDER)
        tell(workspace, friend_buys(keep, 1, (f"o{number}", 5_000, "EUR")))
        good(create_person([("customer_id", double)], asked=asked(workspace)))
        answers = at_once(
            partial(one, workspace, keep, double, 3),
            partial(tell, workspace, friend_buys(double, 2, (f"x{number}", 3_000, "EUR"))),
        )
        assert not [a for a in answers if isinstance(a, Exception)], answers
        group = [person(workspace, keep), person(workspace, double)]
        living = Referral.objects.filter(friend_id__in=group).exclude(status="merged")
        assert living.count() == 1
        assert living.get().paid_orders == 2
        assert_books_balance(workspace)
