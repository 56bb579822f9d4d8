"""The widget's answers: to the pages that its key names and to no others, and nothing but what everybody may know."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

import passaparola
from passaparola.actions.acting import Asked, done
from passaparola.actions.keys.change import revoke_key
from passaparola.actions.writer import UnableToReachDatabase, Writer
from passaparola.inbound.web.widget import callers, saying, serving
from passaparola.store.models import Advocate, Event, Message
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser
from tests.journeys.caller import CutOff, Shop, now, unchecked
from tests.journeys.friends import ada, firm
from tests.journeys.widgets import Page, signed, widget_key

pytestmark = only_sqlite
HERE = "https://shop.example"
SCRIPT = Path(passaparola.__file__).parent / "inbound" / "static" / "widget" / "passaparola.js"


@pytest.fixture(autouse=True)
def named(shop: Shop) -> None:
    firm(shop.workspace)


def test_the_script_is_small_and_the_same_for_everybody() -> None:
    said = unchecked("GET", "/w/v1/passaparola.js", b"", "", {})
    assert (said.status, said.body) == (200, SCRIPT.read_bytes())
    assert said.headers["access-control-allow-origin"] == "*"
    small = unchecked("GET", "/w/v1/passaparola.js", b"", "", {"accept_encoding": "gzip, br"})
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == said.body
    assert len(small.body) < 15_000
    again = unchecked("GET", "/w/v1/passaparola.js", b"", "", {"if_none_match": said.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert not {"eval(", "new Function", "innerHTML", "document.cookie", "localStorage"} & set(
        said.body.decode().split()
    )


def test_only_the_pages_of_a_key_read_what_is_shown(shop: Shop) -> None:
    page = Page(widget_key(shop, HERE), HERE)
    said = page.call("GET", "configuration?program=friends&lang=pl")
    assert (said.status, said.headers["access-control-allow-origin"]) == (200, HERE)
    assert (said.json["lang"], said.json["program"]) == ("pl", "friends")
    assert "set-cookie" not in said.headers
    for other in ("https://evil.example", "null", "http://shop.example", HERE + ".evil.example"):
        for method in ("GET", "OPTIONS"):
            refused = page.call(method, "configuration", origin=other)
            assert refused.status == 403
            assert "access-control-allow-origin" not in refused.headers
    assert page.call("OPTIONS", "join").headers["access-control-allow-methods"] == "POST"
    assert page.call("GET", "configuration?program=none").status == 404
    assert Page(widget_key(shop), HERE).call("GET", "configuration").status == 403


def test_only_the_pages_of_a_key_frame_it(shop: Shop) -> None:
    page = Page(widget_key(shop, HERE), "")
    said = page.call("GET", "frame/share")
    assert "frame-ancestors 'self' https://shop.example" in said.headers["content-security-policy"]
    assert "unsafe" not in said.headers["content-security-policy"]
    nobodys = Page(widget_key(shop), "").call("GET", "frame/share").headers["content-security-policy"]
    assert nobodys.endswith("frame-ancestors 'self'")
    assert page.call("GET", "frame/nothing").status == 404


def test_a_publishable_key_reads_nothing_else(shop: Shop) -> None:
    key = widget_key(shop, HERE)
    for path in ("/api/v1/people", "/api/v1/events", "/api/v1/rewards", "/api/v1/api-keys", "/api/v1/workspace"):
        for given in (key.text, key.row.prefix):
            assert shop.get(path, key=given).status in (401, 403)
    done(revoke_key(key.row.id, asked=Asked(shop.workspace, now(), "Olga")))
    assert Page(key, HERE).call("GET", "configuration").status == 401


def test_a_signed_user_joins_and_has_a_link(shop: Shop) -> None:
    key = widget_key(shop, HERE)
    page, who = Page(key, HERE), signed(key, sub="kim-1", email="kim@example.com")
    assert page.call("POST", "user", {"user": who}).json == {"known": False}
    said = page.call("POST", "user", {"user": who, "join": "yes", "program": "friends"}).json
    assert said["known"]
    assert said["link"].startswith("http://localhost:8000/r/")
    assert page.call("POST", "shares", {"user": who, "channel": "whatsapp"}).json == {"recorded": True}
    assert Event.objects.filter(type="share").count() == 1
    into = page.call("POST", "portal", {"user": who}).json["url"]
    assert into.startswith("http://localhost:8000/me/enter/")
    browser = Browser()
    assert browser.confirm(into.removeprefix("http://localhost:8000")).headers["Location"] == "/me/"
    assert said["code"] in browser.text("/me/")
    Advocate.objects.update(status="suspended")
    assert page.call("POST", "portal", {"user": who}).status == 404
    assert page.call("POST", "user", {"user": who}).json == {"known": False}


FORGED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"secret": "0" * 64}, "not signed"),
    ({"alg": "none"}, "not signed"),
    ({"exp": 1}, "is over"),
    ({"exp": 1 << 39}, "more than a day"),
    ({"exp": True}, "has no exp"),
    ({"sub": ["kim-1"]}, "names nobody"),
    ({"sub": ""}, "names nobody"),
)


def test_a_forged_user_is_nobody(shop: Shop) -> None:
    key = widget_key(shop, HERE)
    for forged, why in FORGED:
        said = Page(key, HERE).call("POST", "user", {"user": signed(key, **{"sub": "kim-1", **forged}), "join": "yes"})
        assert said.status == 422
        assert why in said.json["errors"][0]["message"]
    of_another = signed(widget_key(shop, HERE), sub="kim-1")
    assert Page(key, HERE).call("POST", "user", {"user": of_another}).status == 422
    assert Advocate.objects.count() == 0


def test_every_address_gets_the_same_answer_and_a_mail(shop: Shop) -> None:
    page = Page(widget_key(shop, HERE), HERE)
    for address in ("kim@example.com", "kim@example.com", "lee@example.com"):
        assert page.call("POST", "join", {"email": address, "lang": "it"}).json == {"asked": True}
    assert {(m.address, m.language) for m in Message.objects.all()} == {
        ("kim@example.com", "it"),
        ("lee@example.com", "it"),
    }
    assert page.call("POST", "join", {"email": "no"}).status == 422


def test_while_the_database_is_away_a_widget_is_told_to_come_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(widget_key(shop, HERE), HERE)

    def away(*_: Any) -> Any:
        raise OperationalError("away")

    places = (
        ("GET", "configuration", None), ("GET", "frame/share", None), ("OPTIONS", "join", None),
        ("POST", "join", {"email": "kim@example.com"}),
        ("POST", "conversions", {"order": "1", "amount": "9.00", "currency": "EUR", "email": "kim@example.com"}),
    )  # fmt: skip
    for module, name, some in ((callers, "key_by_prefix", places), (saying, "programs_of", places[::3])):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, away)
            said = [page.call(*asked) for asked in some]
        assert {(one.status, one.headers.get("retry-after")) for one in said} == {(503, "5")}
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "submit", lambda *_: [UnableToReachDatabase()])
        assert page.call(*places[-1]).status == 503
    assert page.call("GET", "configuration").status == 200


def test_what_is_no_request_is_refused(shop: Shop) -> None:
    page = Page(widget_key(shop, HERE), HERE)
    assert page.call("POST", "join", CutOff(b'{"email": "kim@example.com"}')).status == 400
    assert not Message.objects.exists()
    for body, status in (
        (b"[" * 10_000, 400), (b'{"email": 1}', 422), (b'["a"]', 422), (b'{"email":"' + b"a" * 20_000 + b'"}', 413),
        (b'{"email":"a@b.co","workspace":"x"}', 422), (b'{"email":"a","email":"b"}', 400), (b"\xff", 400),
    ):  # fmt: skip
        assert page.call("POST", "join", body).status == status


def test_whoever_came_by_a_link_is_offered_it_by_a_name_that_is_only_text(shop: Shop) -> None:
    serving.MISSES.forget()
    link = ada(shop, name='<img/src=x>"\u202eAda Conti')
    page = Page(widget_key(shop, HERE), HERE)
    said = page.call("GET", f"configuration?program=by-order&visit={link.token()}").json
    assert said["friend"]["code"] == link.code
    assert "Conti" not in str(said)
    assert "\u202e" not in str(said)
    misses = [page.call("GET", "configuration?visit=v_nothing").json["friend"] for _ in range(25)]
    assert misses == [None] * 25
    assert page.call("GET", f"configuration?visit={link.token()}").json["friend"] is None  # too many were nobody's
    serving.MISSES.forget()
