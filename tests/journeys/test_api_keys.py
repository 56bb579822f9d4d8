"""API keys: who may do what, how soon a revoked one dies, and what is remembered of their use."""

import time

import pytest

from passaparola.actions.keys.scopes import SCOPES
from passaparola.actions.keys.verify import verify_key
from passaparola.inbound.api import principals
from passaparola.store.read.keys import KeyRow
from tests.databases import Database, on_both, only_postgres
from tests.journeys.caller import Shop, served, sign_up

KEYS = "/api/v1/api-keys"


def test_a_request_without_a_right_key_is_refused(shop: Shop) -> None:
    wrong = [
        "", "nonsense", shop.key[:-1] + ("a" if shop.key[-1] != "a" else "b"), shop.key + "a", shop.key.upper(), shop.key[:19],
        "x" * 5000, "pp_live_é",
    ]  # fmt: skip
    for key in wrong:
        for said in (shop.event(sign_up("ben", "ada"), key=key), shop.get("/api/v1/people", key=key)):
            assert (said.status, said.problem) == (401, "unauthenticated"), key
            assert said.headers["www-authenticate"].startswith("Bearer")
    assert shop.call("GET", "/api/v1/people", key="", authorization=f"Basic {shop.key}").status == 401
    assert shop.get("/api/v1/people").status == 200


def test_a83_a_key_in_the_address_is_refused(shop: Shop) -> None:
    for path in (f"/api/v1/people?key={shop.key}", f"/api/v1/events?api_key={shop.key}"):
        said = shop.get(path)
        assert (said.status, said.problem) == (400, "key_in_address")
    assert shop.post(f"/api/v1/events?key={shop.key}", sign_up("ben", "ada"), key="").problem == "key_in_address"


SAMPLES = {
    "events:write": ("POST", "/api/v1/events"),
    "events:read": ("GET", "/api/v1/events"),
    "offers:read": ("GET", "/api/v1/offers?code=NOBODYS"),
    "programs:read": ("GET", "/api/v1/programs"),
    "programs:write": ("POST", "/api/v1/programs/friends/pause"),
    "people:read": ("GET", "/api/v1/people"),
    "people:write": ("POST", "/api/v1/people"),
    "rewards:read": ("GET", "/api/v1/rewards"),
    "rewards:write": ("POST", "/api/v1/rewards/rwd_" + "0" * 32 + "/deny"),
    "checkout": ("GET", "/api/v1/vouchers"),
    "ledger:read": ("GET", "/api/v1/ledger/trial-balance"),
    "log:read": ("GET", "/api/v1/acts"),
    "findings:read": ("GET", "/api/v1/findings"),
    "findings:write": ("POST", "/api/v1/findings/fnd_" + "0" * 32 + "/resolve"),
    "webhooks:read": ("GET", "/api/v1/webhooks"),
    "webhooks:write": ("POST", "/api/v1/webhooks/whk_" + "0" * 32 + "/test"),
    "reports:read": ("GET", "/api/v1/report?program=friends"),
    "keys": ("GET", "/api/v1/api-keys"),
    "workspace:read": ("GET", "/api/v1/workspace"),
    "workspace:write": ("POST", "/api/v1/workspace"),
    "design:read": ("GET", "/api/v1/branding"),
    "design:write": ("PATCH", "/api/v1/branding"),
    "mail:read": ("GET", "/api/v1/suppressions?email=ada@example.com"),
    "mail:write": ("POST", "/api/v1/suppressions"),
}


@on_both
def test_each_scope_opens_its_operations_and_no_others(shop: Shop) -> None:
    assert set(SAMPLES) == set(SCOPES)
    for scope in SCOPES:
        key = shop.new_key(scope)
        for needed, (method, path) in SAMPLES.items():
            said = shop.call(method, path, {} if method == "POST" else None, key=key)
            if needed == scope:
                assert said.status not in (401, 403), (scope, path, said.body)
            else:
                assert (said.status, said.json["scope"]) == (403, needed), (scope, path)


def test_a_key_gives_no_scope_that_it_has_not_itself(shop: Shop) -> None:
    key = shop.new_key("keys", "events:read")
    for scopes in (["*"], ["events:write"]):
        said = shop.post(KEYS, {"name": "more", "scopes": scopes}, key=key)
        assert (said.status, said.problem) == (403, "scope_missing")
    made = shop.post(KEYS, {"name": "less", "scopes": ["events:read"]}, key=key)
    assert made.status == 201
    assert shop.get("/api/v1/events", key=made.json["key"]).status == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"scopes": ["*"]}, {"name"}),
        ({"name": "x", "scopes": ["all"]}, {"scopes.0"}),
        ({"name": "x", "is_admin": True}, {"is_admin"}),
        ({"name": "x\ny"}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"name": "x", "publishable": "yes"}, {"publishable"}),
        ({"name": "x", "publishable": True, "scopes": ["*"]}, {"scopes"}),
        ({"name": "x", "origins": ["https://shop.example.com"]}, {"origins"}),
        ({"name": "x", "publishable": True, "origins": ["shop.example.com"]}, {"origins.0"}),
        ({"name": "x", "publishable": True, "origins": ["https://shop.example.com/"]}, {"origins.0"}),
        ({"name": "x", "publishable": True, "origins": ["https://a.example; script-src *"]}, {"origins.0"}),
    ],
)
def test_a_wrong_wish_for_a_key_says_what_is_wrong(shop: Shop, body: dict[str, object], fields: set[str]) -> None:
    said = shop.post(KEYS, body)
    assert (said.status, said.fields) == (422, fields)
    assert len(shop.items(KEYS)) == 1


def test_a47_a_revoked_key_dies_within_five_seconds(shop: Shop) -> None:
    key = shop.post(KEYS, {"name": "shop", "scopes": ["*"]}).json
    assert shop.event(sign_up("ben", "ada"), key=key["key"]).status == 201
    revoked = shop.post(f"{KEYS}/{key['id']}/revoke")
    assert revoked.json["revoked_at"] is not None
    begun = time.monotonic()
    while shop.event(sign_up("ben", "ada"), key=key["key"]).status != 401:
        assert time.monotonic() - begun < 5
        time.sleep(0.05)
    assert shop.get("/api/v1/people", key=key["key"]).status == 401
    assert shop.post(f"{KEYS}/{key['id']}/revoke").problem == "already_revoked"


@on_both
@only_postgres
@pytest.mark.slow
def test_a47_a_key_revoked_in_one_process_dies_in_another(database: Database, shop: Shop) -> None:
    key = shop.post(KEYS, {"name": "shop", "scopes": ["*"]}).json
    with served(database) as server:
        bearer = {"Authorization": f"Bearer {key['key']}"}
        assert server.send("POST", "/api/v1/events", sign_up("ben", "ada"), **bearer).status == 201
        shop.post(f"{KEYS}/{key['id']}/revoke")
        begun = time.monotonic()
        while server.send("POST", "/api/v1/events", sign_up("ben", "ada"), **bearer).status != 401:
            assert time.monotonic() - begun < 5
            time.sleep(0.05)


def test_the_last_use_of_a_key_is_remembered_to_the_minute(shop: Shop) -> None:
    def used() -> str | None:
        last: str | None = shop.get(f"{KEYS}/{shop.key_id}").json["last_used_at"]
        return last

    shop.event(sign_up("ben", "ada"))
    until = time.monotonic() + 5
    while used() is None:
        assert time.monotonic() < until
        time.sleep(0.02)
    first = used()
    principals.forget_keys()
    shop.event(sign_up("bea", "ada"))
    assert used() == first


def test_the_hot_path_asks_the_database_for_a_key_once_in_seconds(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(text: str) -> KeyRow | None:
        asked.append(text)
        return verify_key(text)

    monkeypatch.setattr("passaparola.inbound.api.principals.verify_key", counted)
    for n in range(20):
        assert shop.event(sign_up(f"f{n}", "ada")).status == 201
    assert len(asked) == 1
