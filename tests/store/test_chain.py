"""The chain below a person: a tree with exact sums, whatever was merged."""

from typing import Any

import pytest

from passaparola.actions.people.merge import merge
from passaparola.analytics.chain import chain_document, chains_of
from passaparola.domain.instant import DAY, SECOND
from passaparola.domain.referrals.kept import load_state
from passaparola.store.read.chains import asked_by
from passaparola.store.read.known_people import NobodyKnown
from passaparola.store.read.snapshot import Session, snapshot
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, tell
from tests.shops import GIVE_TEN, asked, person, rows


def day(number: float) -> int:
    return int(number * DAY // SECOND)


@pytest.fixture
def shop(database: Database) -> str:
    """Ada brings Ben and Cid; Ben brings Dan, who only signs up, and Eva, who brings Fay. Ben and Eva ask people who do not come."""
    workspace = a_workspace(GIVE_TEN)
    tell(
        workspace,
        [
            *friend_buys("ben", 1, ("o1", 10_000, "EUR"), ("o2", 500, "EUR")),
            *friend_buys("cid", 2, ("o3", 2_000, "JPY")),
            *friend_buys("dan", 3, by="ben"),
            *friend_buys("eva", 4, ("o4", 3_001, "EUR"), by="ben"),
            *friend_buys("fay", 5, ("o5", 7, "EUR"), by="eva"),
            *friend_buys("zoe", 5, ("o6", 900, "EUR"), by="yan"),
            {"id": "s1", "type": "share", "after": day(6), "person": "ben", "to": "gus@example.com"},
            {"id": "s2", "type": "share", "after": day(7), "person": "eva", "to": "gus@example.com"},
            {"id": "s3", "type": "share", "after": day(7), "person": "eva", "to": "hal@example.com"},
        ],
    )
    return workspace


def chain(workspace: str, name: str = "ada", **more: Any) -> dict[str, Any]:
    (found,) = chains_of(workspace, name, **more)
    return chain_document(found)


def tree(found: dict[str, Any]) -> dict[str, tuple[str, int, str]]:
    names = {node["person"]: node["name"] for node in found["nodes"]}
    return {n["name"]: (names[n["parent"]], n["generation"], n["status"]) for n in found["nodes"] if n["parent"]}


def test_the_tree_has_depth_three_and_its_sums_are_exact(shop: str) -> None:
    found = chain(shop)
    known = {name: place for name, place in tree(found).items() if not name.startswith("per_")}
    assert known == {
        "ben": ("ada", 1, "converted"),
        "cid": ("ada", 1, "converted"),
        "dan": ("ben", 2, "bound"),
        "eva": ("ben", 2, "converted"),
        "fay": ("eva", 3, "converted"),
    }
    assert (found["depth"], found["complete"], found["friends"], found["prospects"]) == (3, True, 5, 2)
    assert (found["signed_up"], found["converted"], found["orders"]) == (5, 4, 5)
    assert found["revenue_minor"] == {"EUR": 13_008, "JPY": 2_000}
    each = [(g["generation"], g["friends"], g["prospects"], g["revenue_minor"]) for g in found["generations"]]
    assert each == [
        (1, 2, 0, {"EUR": 10_000, "JPY": 2_000}),
        (2, 2, 1, {"EUR": 3_001}),
        (3, 1, 1, {"EUR": 7}),
    ]
    assert chain(shop, "ben")["depth"] == 2
    assert chain(shop, "fay", program="give-ten")["nodes"][0]["status"] == "root"
    assert chains_of(shop, "fay") == (), "an advocate of no program"


def test_who_was_asked_by_two_stands_below_the_first_who_asked(shop: str) -> None:
    asked_people = sorted(place for place in tree(chain(shop)).values() if place[2] == "prospect")
    assert asked_people == [("ben", 2, "prospect"), ("eva", 3, "prospect")]


def test_whoever_was_asked_is_found_by_the_asking_as_in_every_open_referral(shop: str) -> None:
    """By e-mail, by a visit through a link, by a visit that names somebody; by either record of a person, and whoever they are now."""
    (code,) = [c for (c,) in rows("SELECT code FROM store_sharelink WHERE person_id = %s", person(shop, "ada"))]
    visit = {"type": "visit", "after": day(8)}
    share = {"type": "share", "after": day(8)}
    tell(
        shop,
        [
            {**visit, "id": "v1", "person": "gina", "code": code},
            {**visit, "id": "v2", "person": "hugo", "referred_by": "ben"},
            {**visit, "id": "v3", "code": code},
            {**share, "id": "s5", "person": "ada", "to": {"customer_id": "ivy"}},
            {**share, "id": "s6", "person": "zoe", "to": {"customer_id": "ivy-too"}},
            {**share, "id": "s7", "person": "ada", "to": {"customer_id": "ben"}},
            {**visit, "id": "v4", "person": "old", "code": code},
            {"id": "c1", "type": "signup", "after": day(9), "person": "jan", "referred_by": "ada", "visit": "v3"},
        ],
    )
    for keep, gone in (("ivy", "ivy-too"), ("new", "old")):
        tell(shop, [{"id": f"seen-{keep}", "type": "visit", "after": day(9), "person": keep, "code": code}])
        assert merge(person(shop, keep), duplicate=person(shop, gone), asked=asked(shop, 10)).result is not None
    everybody = [as_hex(key) for (key,) in rows("SELECT id FROM store_person")]
    (program,) = [as_hex(key) for (key,) in rows("SELECT id FROM store_program")]
    for some in (everybody, [person(shop, "ada")], [person(shop, "ben")], [person(shop, "zoe")]):
        with snapshot() as session:
            found = asked_by(session, shop, program, some)
            assert sorted(found) == sorted(_in_every_referral(session, shop, some))
            assert found


def as_hex(key: object) -> str:
    return str(key).replace("-", "")


def _in_every_referral(session: Session, workspace: str, people: list[str]) -> list[tuple[str, str, str, int]]:
    """The same, read out of the state of every open referral."""
    found = session.rows(
        "SELECT COALESCE(f.alias_of_id, f.id), r.state FROM store_referral r JOIN store_person f ON f.id = r.friend_id"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.status = 'open'",
        ws=workspace,
    )
    touches = [(friend, touch) for friend, state in found for touch in load_state(state).touches.values()]
    return [(friend, t.advocate, str(t.kind), t.at) for friend, t in touches if t.advocate in people]


def test_two_records_of_one_person_are_one_node_and_a_circle_ends(shop: str) -> None:
    assert merge(person(shop, "ada"), duplicate=person(shop, "fay"), asked=asked(shop, 8)).result is not None
    found = chain(shop)
    assert "fay" not in tree(found)
    assert found["depth"] == 2
    assert sorted(name for name in tree(found) if not name.startswith("per_")) == ["ben", "cid", "dan", "eva"]
    assert {n["person"] for n in chain(shop, "fay")["nodes"]} == {n["person"] for n in found["nodes"]}
    below_ben = chain(shop, "ben")
    assert len({n["person"] for n in below_ben["nodes"]}) == len(below_ben["nodes"])


def test_a_circle_that_is_in_the_data_ends(shop: str) -> None:
    rows(
        "UPDATE store_referral SET advocate_person_id = %s WHERE friend_id = %s RETURNING id",
        person(shop, "fay"),
        person(shop, "ben"),
    )
    found = chain(shop, "eva")
    assert [n["name"] for n in found["nodes"] if n["status"] != "prospect"] == ["eva", "fay", "ben", "dan"]
    assert chain(shop, "zoe", program="give-ten")["people"] == 0


def test_more_people_than_are_wanted_are_not_read_and_it_says_so(shop: str) -> None:
    found = chain(shop, limit=2)
    assert (found["people"], found["complete"]) == (2, False)
    assert chain(shop, limit=7)["complete"] is True


def test_a_link_that_somebody_else_handed_on_is_seen(shop: str) -> None:
    (code,) = [c for (c,) in rows("SELECT code FROM store_sharelink WHERE person_id = %s", person(shop, "ada"))]
    told = {"id": "s4", "type": "share", "after": day(8), "person": "cid", "code": code, "to": {"customer_id": "ida"}}
    tell(
        shop,
        [told, {"id": "u-ida", "type": "signup", "after": day(9), "person": "ida", "code": code}],
    )
    found = chain(shop)
    names = {node["person"]: node["name"] for node in found["nodes"]}
    (ida,) = [node for node in found["nodes"] if node["name"] == "ida"]
    assert (names[ida["parent"]], names[ida["forwarded_by"]], found["forwarded"]) == ("ada", "cid", 1)


def test_nobody_and_no_program_are_said(shop: str) -> None:
    with pytest.raises(NobodyKnown, match="nobody 'mallory'"):
        chains_of(shop, "mallory")
    assert chain(shop, f"per_{person(shop, 'ada')}", program="give-ten")["depth"] == 3
