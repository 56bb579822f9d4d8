"""P11, O09, A40, A77, A83: whatever is sent to whatever address, and whatever breaks then, the log names nobody and shows no secret."""

import io
import json
import logging
import re
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from passaparola.actions import writer as writing_thread
from passaparola.config import logs
from passaparola.config.logs import JsonLines
from passaparola.config.masking import masked
from passaparola.inbound.api.interface import api
from passaparola.inbound.api.openapi import operations
from passaparola.store.ids import new_id
from passaparola.store.session import writing
from tests.databases import Database, on_both
from tests.journeys.caller import Shop, unchecked

CANARIES = {
    "e-mail": "canary.ada@example.com",
    "phone": "+48 601 555 0199",
    "name": "Canarina Lovelace",
    "card": "4111111111111111",
    "API key": "pp_live_CANARY0abcdefghijklmnopqrstuvwx",
    "magic link": "bWFnaWMtQ0FOQVJZ.R3VhcmRlZFNlY3JldE9mQWRhTG92ZWxhY2VYWVo1",
    "visit": "v_Q0FOQVJZdmlzaXR0b2tlbjEyMzQ1Njc4OTA",
    "voucher": "CANARYVOUCHER7",
    "code": "CANARYCODE5",
    "forged entry": 'x\n{"level":"audit","message":"CANARYAUDIT"}',
}
ALL = "|".join(CANARIES.values())


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that the process would write to standard error, in detail."""
    import passaparola.config.wsgi  # noqa: F401  which sets up logging anew when it is first imported

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before, root.handlers[:] = root.level, [*root.handlers, handler]
    root.setLevel(logging.DEBUG)
    monkeypatch.setattr("passaparola.inbound.requests.sys", SimpleNamespace(stderr=stream))
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def leaks(text: str) -> set[str]:
    """Which canaries are in the text, in any of the clothes they may wear."""
    found = set()
    for kind, canary in CANARIES.items():
        clothes = {canary, quote(canary), json.dumps(canary)[1:-1], quote(canary, safe=""), canary.replace(" ", "")}
        if any(c.lower() in text.lower() for c in clothes):
            found.add(kind)
    return found


def entries(text: str) -> list[dict[str, object]]:
    """Each line is one entry."""
    return [json.loads(line) for line in text.splitlines()]


def django_paths(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address that Django answers, its parameters still in it."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from django_paths(pattern.url_patterns, route)
        else:
            yield route


def filled(route: str, canary: str) -> str:
    path = re.sub(r"<[^>]+>|\(\?P<\w+>[^)]*\)|{\w+}", quote(canary, safe=""), route)
    return re.sub(r"[\\^$?+*]", "", path)


def addresses() -> set[tuple[str, str]]:
    """Method and route of all that is answered."""
    told = {(method.upper(), path) for path, method, _ in operations(api.get_openapi_schema())}
    pages = set(django_paths(get_resolver().url_patterns))
    more = {"/r/<slug>", "/no/such/<page>", "/me/enter/<token>", "/api/v1/events", "/static/<path>"}
    return told | {(method, route) for route in pages | more for method in ("GET", "POST")}


@pytest.mark.slow
def test_p11_every_route_with_canaries_everywhere_leaves_none_in_the_log(
    database: Database, shop: Shop, log: io.StringIO
) -> None:
    body = {
        "id": CANARIES["e-mail"],
        "type": "signup",
        "person": {"email": CANARIES["e-mail"], "name": CANARIES["name"]},
    }
    known = sorted(addresses())
    assert len(known) > 60
    canaries = list(CANARIES.values())
    for n, (method, route) in enumerate(known):
        canary = canaries[n % len(canaries)]
        path = filled(route, canary) + f"?code={quote(CANARIES['code'])}&email={quote(canary, safe='')}"
        given = {
            "authorization": f"Bearer {CANARIES['API key'] if n % 2 else shop.key}",
            "user_agent": CANARIES["name"], "referer": f"https://x/{CANARIES['magic link']}", "x_request_id": CANARIES["card"],
            "traceparent": CANARIES["card"], "cookie": f"session={CANARIES['voucher']}", "x_forwarded_for": CANARIES["e-mail"],
            "idempotency_key": CANARIES["e-mail"], "origin": "https://shop.example",
        }  # fmt: skip
        if n % 7 == 0:
            given["host"] = f"{CANARIES['code'].lower()}.example.com"
        unchecked(method, path, json.dumps({**body, "note": ALL}).encode(), "application/json", given)
    unchecked("GET", f"/api/v1/rewards?key={CANARIES['API key']}", b"", "", {})
    unchecked("GET", "/api/v1/rewards", b"", "", {"authorization": f"Bearer {shop.key}"})
    text = log.getvalue()
    assert leaks(text) == set()
    assert shop.key not in text
    said = entries(text)
    assert len([e for e in said if e["logger"] == "passaparola.access"]) == len(known) + 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(e["request_id"])) for e in said if e["logger"] == "passaparola.access")
    assert shop.workspace in {e.get("workspace") for e in said}


def broken(problem: Exception) -> None:
    raise problem


FAILURES = [
    KeyError(CANARIES["e-mail"]),
    ValueError(f"cannot read {CANARIES['name']!r} of {CANARIES['phone']}"),
    RuntimeError(f"GET /me/enter/{CANARIES['magic link']}?code={CANARIES['code']} said {CANARIES['card']}"),
    UnicodeEncodeError("ascii", CANARIES["name"], 0, 1, f"it says '{CANARIES['voucher']}'"),
    ValueError(f'a {CANARIES["visit"]} with {CANARIES["API key"]} and "{CANARIES["forged entry"]}"'),
]


@pytest.mark.parametrize("problem", FAILURES, ids=lambda p: type(p).__name__)
def test_p11_what_breaks_with_canaries_in_its_words_leaves_its_place_only(
    database: Database, shop: Shop, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.setattr(writing_thread, "record_submissions", lambda *_, **__: broken(problem))
    monkeypatch.setattr("passaparola.inbound.api.principals.note_use", lambda *_, **__: broken(problem))
    assert shop.event({"id": "1", "type": "signup", "person": "ben"}).status == 500
    monkeypatch.setattr("passaparola.inbound.api.routes.rewards.reading", lambda: broken(problem), raising=False)
    shop.get("/api/v1/rewards")
    text = log.getvalue()
    assert leaks(text) == set()
    assert type(problem).__name__ in text
    assert "in broken" in text
    assert entries(text)


def break_the_database() -> None:
    """The database's own words repeat what was written."""
    workspace = new_id()
    columns = ("id", "workspace_id", "kind", "value", "person_id", "created_at")
    rows = [(new_id(), workspace, "customer", CANARIES["name"], new_id(), 0) for _ in range(2)]
    with writing() as session:
        session.insert("store_identity", columns, rows)


def a_wrong_value() -> None:
    with writing() as session:
        session.rows("SELECT 1 FROM store_person WHERE id = %(id)s::uuid AND revision / 0 = 1", id=CANARIES["e-mail"])
        session.rows(f"SELECT '{CANARIES['voucher']}' FROM {CANARIES['code']}")


@on_both
@pytest.mark.parametrize("act", [break_the_database, a_wrong_value])
def test_p11_the_words_of_the_database_lose_what_they_repeat(
    database: Database, log: io.StringIO, act: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell() -> str:
        try:
            act()  # type: ignore[operator]
        except Exception as problem:
            logging.getLogger("passaparola.test").exception("it failed: %s", problem)
        return log.getvalue()

    assert leaks(tell()) - {"code"} == set()  # no value: the name of a table in the statement
    if database.url:
        monkeypatch.setattr(logs, "foreign", lambda text: text)  # the planted fault
        assert leaks(tell()), "the check would notice nothing"


def test_a40_a_forged_entry_stays_in_its_line_and_names_of_routes_are_ours(
    database: Database, log: io.StringIO
) -> None:
    unchecked("GET", '/no%0A{"level":"audit"}', b"", "", {"user_agent": CANARIES["forged entry"]})
    logging.getLogger("passaparola.test").warning("told %s", CANARIES["forged entry"])
    said = entries(log.getvalue())
    assert {str(e["level"]) for e in said} <= {"info", "warning", "debug"}
    assert "GET (unknown) 404" in {e["message"] for e in said}


def test_the_access_log_can_be_switched_off(database: Database, log: io.StringIO) -> None:
    from django.test import override_settings

    with override_settings(ACCESS_LOG=False):
        unchecked("GET", "/accounts/login/", b"", "", {})
    assert "passaparola.access" not in log.getvalue()
    unchecked("GET", "/accounts/login/", b"", "", {})
    assert '"message":"GET /accounts/login/ 200"' in log.getvalue()
    unchecked("GET", "/livez", b"", "", {})
    assert "livez" not in log.getvalue()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3 steps fell due", "3 steps fell due"),
        ("rwd_0192f0c47b5e7a4e8d2a1b2c3d4e5f60 at 1795801393182338", "rwd_0192f0c47b5e7a4e8d2a1b2c3d4e5f60 at 1795801393182338"),
        ("the port 8000 of 127.0.0.1 is taken", "the port 8000 of 127.0.0.1 is taken"),
        ("order 4111111111111112", "order 4111111111111112"),
        ("card 4111 1111 1111 1111.", "card …."),
        ("mail to ada%40example.com bounced", "mail to … bounced"),
        ("Authorization: Bearer abc", "Authorization: … …"),
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str, left: str) -> None:
    assert masked(text) == left
