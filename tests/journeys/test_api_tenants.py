"""A43 and A44: for every operation of the OpenAPI document, another workspace's things are answered like things that never were."""

import re
from typing import Any

import pytest

from passaparola.inbound.api.interface import api
from passaparola.inbound.api.openapi import operations
from passaparola.store.session import reading
from tests.databases import on_both
from tests.journeys.caller import Shop, open_shop

NOBODY = "0" * 32
PREFIX = {
    "person": "per", "advocate": "adv", "link": "lnk", "event": "evt", "referral": "ref", "reward": "rwd", "voucher": "vch",
    "reservation": "crr", "transfer": "trf", "finding": "fnd", "key": "key", "program": "prg", "account": "acc",
    "webhook": "whk", "delivery": "whd", "act": "act", "invitation": "inv", "competitor": "cmp", "material": "mat", "placement": "plc",
    "quote": "quo",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "/people/{person}/name": {"name": "Mallory"},
    "/people/{person}/identities": {"kind": "email", "value": "mallory@example.com"},
    "/people/{person}/identities/remove": {"kind": "customer_id", "value": "ben"},
    "/people/{person}": {"facts": {"tier": "gold"}},
    "/programs/{program}/exclusions": {"person": "per_" + "1" * 32, "reason": "Mallory's"},
    "/programs/{program}/exclusions/lift": {"person": "per_" + "1" * 32},
    "/people/{person}/public-name": {"name": "Mallory"},
    "/people/{person}/public-name/bar": {"reason": "Mallory's"},
    "/people/{person}/merge": {"duplicate": "per_" + "1" * 32},
    "/people/{person}/preferences": {"program": "friends", "choice": "thanks", "reward": "five"},
    "/rewards/{reward}/fulfil": {"reference": "Mallory's"},
    "/rewards/{reward}/details": {"details": {"size": "M"}},
    "/webhooks/{webhook}": {"description": "Mallory's"},
    "/programs/{program}/page/{language}/{block}": {"content": {"text": "Mallory was here."}},
    "/placements/{placement}": {"name": "Mallory's"},
    "/programs/{program}/placements": {"kind": "banner", "name": "Mallory's"},
    "/programs/{program}/materials": {"kind": "text", "title": "Mallory's", "words": "Come."},
    "/quotes/{quote}/approve": {"consent": {"by": "mail"}},
    "/programs/{program}/buttons": {"channels": ["email"]},
    "/programs/{program}/texts/{language}/{channel}": {"words": "I like it, and so will you: {link}"},
    "/webhooks/{webhook}/replay": {"since": "2026-01-01T00:00:00Z"},
}
# What an address names besides our ids.
PLAIN = {"number": "1", "language": "en", "block": "message", "digest": "0" * 64, "channel": "whatsapp"}
# Operations that name a thing in their body: the field, its prefix, and the rest of the body.
IN_BODIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("/people/{own}/merge", "duplicate", "person", {}),
    ("/advocates", "person", "person", {"program": "friends"}),
    ("/links", "advocate", "advocate", {}),
    ("/credit/reservations", "person", "person", {"amount_minor": 1, "currency": "USD", "order": "x"}),
]
FILTERS = [
    ("/events", "person", "person"),
    ("/advocates", "person", "person"),
    ("/links", "advocate", "person"),
    ("/links", "advocate", "advocate"),
    ("/referrals", "advocate", "person"),
    ("/referrals", "friend", "person"),
    ("/referrals", "program", "program"),
    ("/rewards", "person", "person"),
    ("/rewards", "referral", "referral"),
    ("/rewards", "program", "program"),
    ("/vouchers", "person", "person"),
    ("/vouchers", "reward", "reward"),
    ("/credit/reservations", "person", "person"),
    ("/ledger/accounts", "person", "person"),
    ("/ledger/accounts", "program", "program"),
    ("/ledger/transfers", "reward", "reward"),
    ("/ledger/transfers", "account", "account"),
    ("/acts", "subject", "reward"),
]


def things(shop: Shop) -> dict[str, str]:
    """One of everything that this workspace has."""
    shop.conversion()
    shop.event({"id": "paid-x", "type": "signup", "person": "bea"})
    shop.event({"id": "paid-x", "type": "signup", "person": "cleo"})
    reward = next(r for r in shop.items("/api/v1/rewards") if r["kind"] == "store_credit")
    wanted = {"person": reward["beneficiary"], "amount_minor": 1, "currency": "USD", "order": "7"}
    reservation = shop.post("/api/v1/credit/reservations", wanted, idempotency="r").json["id"]
    lists = {
        "person": "people", "advocate": "advocates", "link": "links", "event": "events", "referral": "referrals", "voucher": "vouchers",
        "transfer": "ledger/transfers", "finding": "findings", "program": "programs", "account": "ledger/accounts",
        "act": "acts",
    }  # fmt: skip
    found = {name: shop.items(f"/api/v1/{path}")[0]["id"] for name, path in lists.items()}
    webhook = shop.post("/api/v1/webhooks", {"url": "https://shop.example.com/"}).json["id"]
    delivery = shop.post(f"/api/v1/webhooks/{webhook}/test", {}).json["delivery"]
    noted = {"name": "The bakery", "currency": "USD"}
    competitor = shop.call("PUT", "/api/v1/competitors", noted).json["id"]
    tip = {"kind": "text", "title": "A tip", "words": "Say it in person."}
    material = shop.post("/api/v1/programs/friends/materials", tip).json["id"]
    placement = shop.post("/api/v1/programs/friends/placements", {"kind": "banner", "name": "Home"}).json["id"]
    quote = shop.post("/api/v1/quotes", {"text": "Lovely", "shown_as": "Anna", "consent": {"by": "mail"}}).json["id"]
    told = {
        "quote": quote,
        "material": material,
        "placement": placement,
        "competitor": competitor,
        "webhook": webhook,
        "delivery": delivery,
        "invitation": f"inv_{'2' * 32}",
    }
    return {**found, **told, "reward": reward["id"], "reservation": reservation, "key": shop.key_id}


def everything(workspace: str) -> list[Any]:
    """All rows of a workspace that an act of another one could have changed."""
    tables = [
        "person", "identity", "advocate", "sharelink", "referral", "reward", "voucher", "creditreservation", "program", "apikey",
        "finding", "act", "exclusion", "advocateinvitation", "webhookendpoint", "webhookdelivery", "competitor", "material", "placement",
        "quote", "publicname",
    ]  # fmt: skip
    with reading() as session:
        return [
            session.rows(f"SELECT * FROM store_{t} WHERE workspace_id = %(ws)s::uuid ORDER BY id", ws=workspace)
            for t in tables
        ]


@pytest.fixture
def pair(shop: Shop) -> tuple[Shop, dict[str, str], Shop]:
    """Olga's shop with one of everything, and Mallory's, who knows all its ids."""
    mine = things(shop)
    return shop, mine, open_shop("mallory")


def filled(path: str, ids: dict[str, str]) -> str:
    """The address with an id for each name in it."""
    return re.sub(r"{(\w+)}", lambda name: ids.get(name[1]) or PLAIN[name[1]], path)


def without(text: bytes, *ids: str) -> str:
    shown = text.decode()
    for key in ids:
        shown = shown.replace(key, "ID")
    return shown


@on_both
def test_a43_every_address_with_an_id_answers_a_foreign_one_like_one_that_never_was(
    pair: tuple[Shop, dict[str, str], Shop],
) -> None:
    shop, mine, mallory = pair
    before, cells = everything(shop.workspace), 0
    for path, method, _ in operations(api.get_openapi_schema()):
        names = re.findall(r"{(\w+)}", path)
        ours = [name for name in names if name not in PLAIN]
        if not ours:
            continue
        body = BODIES.get(path.removeprefix("/api/v1"))
        answers = []
        for key in (True, False):
            address = filled(path, mine if key else {n: f"{PREFIX[n]}_{NOBODY}" for n in ours})
            answers.append(
                mallory.call(method.upper(), address, body if method != "get" else None, idempotency=f"{cells}-{key}")
            )
        there, nowhere = answers
        assert there.status == 404, (method, path, there.body)
        foreign = without(there.body, *(mine[n] for n in ours))
        assert foreign == without(nowhere.body, *(f"{PREFIX[n]}_{NOBODY}" for n in ours)), (
            method,
            path,
        )
        assert there.status == nowhere.status, (method, path)
        assert set(there.headers) == set(nowhere.headers)
        cells += 1
    assert cells >= 35, "the matrix has shrunk"
    assert everything(shop.workspace) == before


@on_both
def test_a43_the_owner_is_let_in_by_the_same_addresses(pair: tuple[Shop, dict[str, str], Shop]) -> None:
    shop, mine, _ = pair
    for path, method, _operation in operations(api.get_openapi_schema()):
        if method == "get" and (names := re.findall(r"{(\w+)}", path)):
            address = filled(path, mine)
            asked = (
                404 if path.endswith(("/goal", "/segment", "/scale", "/leaderboard")) else 200
            )  # her program's file names none
            assert shop.get(address).status == asked, (address, names)


@on_both
def test_a44_a_foreign_delivery_below_an_own_webhook_is_answered_like_one_that_never_was(
    pair: tuple[Shop, dict[str, str], Shop],
) -> None:
    shop, mine, mallory = pair
    own = mallory.post("/api/v1/webhooks", {"url": "https://mallory.example.com/"}).json["id"]
    before = everything(shop.workspace)
    for method, path in (("GET", ""), ("POST", "/resend")):
        there, nowhere = (
            mallory.call(method, f"/api/v1/webhooks/{own}/deliveries/{key}{path}", None)
            for key in (mine["delivery"], f"whd_{NOBODY}")
        )
        assert there.status == nowhere.status == 404
        assert without(there.body, mine["delivery"]) == without(nowhere.body, f"whd_{NOBODY}")
    assert everything(shop.workspace) == before


@pytest.mark.parametrize(("path", "field", "kind", "rest"), IN_BODIES)
def test_a44_a_foreign_id_in_a_body_is_answered_like_one_that_never_was(
    pair: tuple[Shop, dict[str, str], Shop], path: str, field: str, kind: str, rest: dict[str, Any]
) -> None:
    shop, mine, mallory = pair
    own = mallory.post("/api/v1/people", {"name": "Mallory"}).json["id"]
    before = everything(shop.workspace)
    foreign, nobody = mine[kind], f"{PREFIX[kind]}_{NOBODY}"
    address = "/api/v1" + path.replace("{own}", own)
    there, nowhere = (mallory.post(address, {**rest, field: key}, idempotency=key) for key in (foreign, nobody))
    assert there.status == 404, there.body
    assert without(there.body, foreign) == without(nowhere.body, nobody)
    assert everything(shop.workspace) == before


def test_a44_a_foreign_voucher_code_is_answered_like_one_that_never_was(
    pair: tuple[Shop, dict[str, str], Shop],
) -> None:
    shop, _, mallory = pair
    code = shop.items("/api/v1/vouchers")[0]["code"]
    order = {"order": "1", "order_minor": 4000, "currency": "USD"}
    for path, body in (
        ("check", {**order}),
        ("reserve", order),
        ("redeem", order),
        ("release", {"order": "1"}),
        ("give-back", {"order": "1"}),
    ):
        there, nowhere = (
            mallory.post(f"/api/v1/vouchers/{path}", {**body, "code": c}, idempotency=f"{path}{c}")
            for c in (code, "A" * len(code))
        )
        assert there.status == nowhere.status
        assert without(there.body, code) == without(nowhere.body, "A" * len(code)), path
    assert shop.post("/api/v1/vouchers/check", {**order, "code": code}).json["valid"] is True


@on_both
@pytest.mark.parametrize(("path", "name", "kind"), FILTERS)
def test_a44_a_foreign_id_in_a_filter_finds_nothing(
    pair: tuple[Shop, dict[str, str], Shop], path: str, name: str, kind: str
) -> None:
    _, mine, mallory = pair
    mallory.conversion()
    assert mallory.items(f"/api/v1{path}")[:1] or path == "/credit/reservations"
    assert mallory.items(f"/api/v1{path}?{name}={mine[kind]}") == []
    assert mallory.items(f"/api/v1{path}?{name}={PREFIX[kind]}_{NOBODY}") == []


def test_a44_a_cursor_opens_only_the_list_it_was_given_for(pair: tuple[Shop, dict[str, str], Shop]) -> None:
    shop, _, mallory = pair
    cursor = shop.get("/api/v1/events?limit=1").json["next"]
    assert shop.get(f"/api/v1/events?limit=1&cursor={cursor}").status == 200
    forged = cursor[:-6] + ("B" if cursor[-6] != "B" else "C") + cursor[-5:]  # the last ones may stand for no bits
    wrong = [
        mallory.get(f"/api/v1/events?limit=1&cursor={cursor}"),
        shop.get(f"/api/v1/people?cursor={cursor}"),
        shop.get(f"/api/v1/events?type=signup&cursor={cursor}"),
        shop.get("/api/v1/events?cursor=nonsense"),
        shop.get(f"/api/v1/events?cursor={forged}"),
    ]
    assert [(a.status, a.problem) for a in wrong] == [(400, "bad_cursor")] * len(wrong)


@on_both
def test_a44_lists_and_reports_hold_nothing_of_another_workspace(pair: tuple[Shop, dict[str, str], Shop]) -> None:
    _, mine, mallory = pair
    for path, method, operation in operations(api.get_openapi_schema()):
        if method == "get" and "{" not in path:
            needed = [p["name"] for p in operation["parameters"] if p.get("required")]
            query = {
                "program": "program=friends",
                "person": f"person=per_{NOBODY}",
                "email": "email=nobody@example.com",
                "customer_id": "customer_id=nobody",
            }
            given = [query[name] for name in needed] + ["quick=true"] * path.endswith("/ledger/verify")
            said = mallory.get(f"{path}?{'&'.join(given)}")
            assert said.status in (200, 404), (path, said.body)
            assert not [key for key in mine.values() if key.encode() in said.body], path
