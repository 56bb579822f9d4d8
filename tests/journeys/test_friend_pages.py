"""A friend's pages over HTTP: what each state says, what no page does, and what none gives away."""

import re
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from django.test import Client

from passaparola.actions.acting import Asked
from passaparola.actions.advocates.standing import suspend
from passaparola.actions.offers.accept import Taker
from passaparola.actions.offers.show import new_visit, show_offer
from passaparola.actions.programs.status import end_program, pause_program
from passaparola.domain.keyring import keyring
from passaparola.domain.tokens import link_token
from passaparola.domain.visits import VisitKind
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.friends import landing as pages
from passaparola.inbound.web.friends.answers import gone_on
from passaparola.inbound.web.friends.confirming import _gift
from passaparola.store.read.offers import GivenReward
from passaparola.store.session import writing
from tests.databases import on_both
from tests.journeys.caller import Shop, now
from tests.journeys.friends import BY_SIGNUP, NAVIGATES, Link, ada, browser, firm, hidden, one, rows, settled

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7654321*7}}x",
    "${7654321*7}x",
    "\u202egnp.exe",
    "x" * 10_000,
    "a\x00b",
    "</title><h1>x",
]


def asked(shop: Shop) -> Asked:
    return Asked(shop.workspace, now(), "Olga")


def text_of(page: Any) -> str:
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.content.decode())).replace("\u2068", "").replace("\u2069", "")
    )


def title_of(page: Any) -> str:
    return str(re.findall("<title>(.*?)</title>", page.content.decode(), re.DOTALL)[0])


def kinds() -> list[str]:
    settled()
    return [row[0] for row in rows("SELECT kind FROM store_visit ORDER BY id")]


def test_the_page_says_who_recommends_what_both_get_and_on_which_conditions(shop: Shop) -> None:
    firm(shop.workspace)
    page = browser().get(ada(shop).page)
    assert page.status_code == 200
    text = text_of(page)
    for words in (
        "Ada recommends Corner Shop",
        "You get $5 in store credit, and so does Ada",
        "with your first order of at least $20",
        "within 30 days",
        "This is a paid recommendation",
        "hello@shop.example",
    ):
        assert words in text
    assert page.content.decode().count("<button") == 1


def test_a_friend_takes_the_offer_without_account_or_cookie_and_the_order_is_attributed(shop: Shop) -> None:
    link, ben = ada(shop), browser()
    came = ben.get(f"/r/{link.slug}")
    assert came.status_code == 404, "the redirect stands before Django: the journey in a browser has it"
    token = link.token()
    page = ben.get(f"{link.page}?v={token}")
    assert hidden(page) == token
    taken = ben.post(f"{link.page}/accept", {"v": token})
    assert taken.status_code == 303
    shown = ben.get(taken.headers["Location"])
    assert link.code in text_of(shown)
    assert ben.post(f"{link.page}/accept", {"v": token}).headers["Location"] == taken.headers["Location"]
    assert one("SELECT COUNT(*) FROM store_acceptance") == 1
    wrong = ben.post(f"{link.page}/accept", {"v": token, "email": "ben@"})
    assert (wrong.status_code, "Write an address such as" in text_of(wrong)) == (422, True)
    assert 'value="ben@"' in wrong.content.decode(), "what was typed is there, beside what is wrong with it"
    assert not ben.cookies
    order = {"id": "p1", "type": "purchase", "person": "ben", "order": "1", "amount_minor": 4000, "currency": "USD"}
    assert shop.event({**order, "visit": token}).status == 201
    assert {r["side"] for r in shop.items("/api/v1/rewards")} == {"advocate", "friend"}


@on_both
def test_an_accept_without_a_right_token_takes_nothing(shop: Shop) -> None:
    link, other = ada(shop), ada(shop, BY_SIGNUP)
    forged, right = link.token(keys=keyring("mallory")), link.token()
    spoiled = right[:-8] + right[-8:].swapcase()
    for token in ("", "v_", "nonsense", forged, other.token(), spoiled, "v_" + "A" * 5000):
        said = browser().post(f"{link.page}/accept", {"v": token} if token else {})
        assert (said.status_code, said.headers["Location"]) == (303, link.page), token
    assert one("SELECT COUNT(*) FROM store_acceptance") == 0
    assert one("SELECT COUNT(*) FROM store_event") == 0


def test_a_page_that_takes_any_token_is_caught(shop: Shop) -> None:
    """The planted fault: an accept that does not look at the token."""
    with (
        patch.object(pages, "visit_of", lambda link, *_: new_visit(link, now())),
        pytest.raises(AssertionError),
    ):
        test_an_accept_without_a_right_token_takes_nothing(shop)


SCANNERS: list[dict[str, str]] = [
    {"user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"user-agent": "curl/8.5.0"},
    {"user-agent": ""},
    {"sec-purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-dest": "iframe"},
    {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"},
]


@on_both
def test_a_persons_navigation_confirms_the_visit_and_a_machines_look_counts_nothing(shop: Shop) -> None:
    link = ada(shop)
    for headers in SCANNERS:
        for path in (link.page, f"{link.page}?v={link.token()}"):
            assert Client(headers={**NAVIGATES, **headers}).get(path).status_code == 200
    assert Client(headers=NAVIGATES).head(link.page).status_code == 200
    assert kinds() == []
    browser().get(f"{link.page}?v={link.token()}")
    assert kinds() == ["person"]
    browser().get(link.page)
    assert kinds() == ["person", "person"]


def test_a_page_that_counts_scanners_is_caught(shop: Shop) -> None:
    with patch.object(pages, "kind_of", lambda *_, **__: VisitKind.PERSON), pytest.raises(AssertionError):
        test_a_persons_navigation_confirms_the_visit_and_a_machines_look_counts_nothing(shop)


def test_a_visit_that_looked_unconfirmed_is_a_persons_once_the_offer_is_taken(shop: Shop) -> None:
    link = ada(shop)
    plain = Client(
        headers={"user-agent": NAVIGATES["user-agent"], "host": "localhost"}
    )  # says nothing of how it navigates
    token = hidden(plain.get(link.page))
    assert kinds() == []
    plain.post(f"{link.page}/accept", {"v": token})
    assert kinds() == ["person"]


def closed(shop: Shop, link: Link, how: str) -> None:
    if how == "paused":
        pause_program(link.program, asked=asked(shop))
    elif how == "ended":
        end_program(link.program, asked=asked(shop))
    elif how == "suspended":
        suspend(link.advocate, asked=asked(shop))
    else:
        with writing() as session:
            session.run("UPDATE store_sharelink SET active = %(no)s WHERE id = %(id)s::uuid", no=False, id=link.id)


@pytest.mark.parametrize("how", ["paused", "ended", "suspended", "switched off"])
def test_a_closed_offer_says_so_kindly_and_accuses_nobody(shop: Shop, how: str) -> None:
    link = ada(shop)
    token = link.token()
    closed(shop, link, how)
    page = browser().get(f"{link.page}?v={token}")
    assert page.status_code == (200 if how == "paused" else 410)
    text = text_of(page)
    assert ("rests for now" if how == "paused" else "This offer is over") in text
    assert not re.search("Ada|suspend|switched|ended", text)
    assert b"<form" not in page.content
    said = browser().post(f"{link.page}/accept", {"v": token})
    assert (said.status_code, said.headers["Location"]) == (303, link.page)
    assert one("SELECT COUNT(*) FROM store_acceptance") == 0


def test_over_looks_the_same_for_whatever_reason(shop: Shop) -> None:
    said = set()
    for how in ("ended", "suspended", "switched off"):
        link = ada(shop, BY_SIGNUP if how == "ended" else BY_SIGNUP.replace("by-signup", how.replace(" ", "-")))
        closed(shop, link, how)
        said.add(browser().get(link.page).content)
    assert len(said) == 1


def test_a_provisional_advocates_link_works_the_same(shop: Shop) -> None:
    link = ada(shop)
    before = browser().get(f"{link.page}?v={(token := link.token())}").content
    with writing() as session:
        session.run("UPDATE store_advocate SET status = 'provisional'")
    assert browser().get(f"{link.page}?v={token}").content == before
    assert browser().post(f"{link.page}/accept", {"v": token}).headers["Location"].endswith(token)


def every_page(shop: Shop) -> list[Any]:
    """Each page that a friend can come to."""
    firm(shop.workspace)
    ben, found = browser(), []
    by_order, by_signup, over = ada(shop), ada(shop, BY_SIGNUP), ada(shop, BY_SIGNUP.replace("by-signup", "over"))
    closed(shop, over, "ended")
    found += [ben.get(p) for p in (by_order.page, by_signup.page, over.page, "/l/nothing", f"{by_order.page}/x.css")]
    for link, email in (
        (by_order, ""),
        (by_order, "ben@example.com"),
        (by_signup, "ben@example.com"),
        (by_signup, "x"),
    ):
        given = {"v": link.token(), **({"email": email} if email else {})}
        found.append(ben.post(f"{link.page}/accept", given))
        if "Location" in found[-1].headers:
            found.append(ben.get(found[-1].headers["Location"]))
    magic = one("SELECT id FROM store_magiclink")
    confirm = f"/l/accept/{link_token(the_keyring().links, 'accept', magic)}"
    found += [ben.get(confirm), ben.post(confirm)]
    return [*found, ben.get(found[-1].headers["Location"]), ben.get("/l/taken/" + "A" * 43)]


def test_p10_no_page_keeps_or_loads_anything_or_may_be_kept(shop: Shop) -> None:
    for page in every_page(shop):
        name = f"{page.request['REQUEST_METHOD']} {page.request['PATH_INFO']} {page.status_code}"
        assert not page.cookies, name
        assert "Set-Cookie" not in page.headers, name
        if page.status_code != 404 or page.request["PATH_INFO"].startswith("/l/nothing"):
            assert page.headers["Cache-Control"] == "no-store", name
            assert page.headers["Referrer-Policy"] == "no-referrer", name
            assert "noindex" in page.headers["X-Robots-Tag"], name
            assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';"), name
        html = page.content.decode()
        assert not re.search(r"<script|<iframe|<style|\sstyle=|\son[a-z]+=", html), name
        assert not [
            u for u in re.findall(r'(?:src|href|action)="([^"]*)"', html) if not u.startswith(("/", "data:", "mailto:"))
        ]


@on_both
def test_a26_no_code_and_no_name_in_a_title_or_an_address_of_ours(shop: Shop) -> None:
    pages_seen = every_page(shop)
    for page in pages_seen:
        if page.content:
            assert title_of(page).replace(" · Corner Shop", "").isascii()
            assert "Ada" not in title_of(page)
            assert 'content="noindex, nofollow"' in page.content.decode()
    codes = rows("SELECT code FROM store_sharelink UNION ALL SELECT code FROM store_voucher")
    assert len(codes) == 4
    for page in pages_seen:
        for (code,) in codes:
            assert code not in str(page.headers.get("Location", "")) + page.request["PATH_INFO"]


def test_a25_a_page_tells_no_surname_address_count_or_id(shop: Shop) -> None:
    link = ada(shop, name="Ada Lovelace")
    shop.event([{"id": f"s{n}", "type": "signup", "person": f"f{n}", "code": link.code} for n in range(3)])
    html = browser().get(link.page).content.decode()
    for secret in ("Lovelace", "ada-", link.person, link.id, link.program, link.workspace, "f1"):
        assert secret not in html
    unknown = [browser().get(f"/l/{slug}") for slug in ("aaaaaaaaaa", link.slug[:-1], link.id, "1")]
    assert {(p.status_code, p.content) for p in unknown} == {(404, unknown[0].content)}


def inert(shop: Shop, name: str) -> None:
    """Whatever the database holds: the column admits 200 characters and no null, a later one may admit more."""
    link = ada(shop)

    def named(slug: str) -> Any:
        shown = show_offer(slug)
        return shown and replace(shown, link=replace(shown.link, name=name))

    with patch.object(pages, "show_offer", named):
        page = browser().get(link.page)
    html = page.content.decode()
    assert page.status_code == 200
    assert not re.search(r"<script|<img|<h1>x|onerror=alert\(1\)>", html)
    assert not re.search("[\u202a-\u202e\u2066\u2067\x00]", html)
    assert "53580247" not in text_of(page)
    assert len(html) < 60_000


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a33_a_hostile_name_is_inert(shop: Shop, name: str) -> None:
    inert(shop, name)


def test_a33_an_unsafe_rendering_is_caught(shop: Shop) -> None:
    """The planted fault: the name goes into the page as it is."""
    with (
        patch("passaparola.inbound.web.friends.offers.public_name", lambda name: name),
        patch("django.template.base.conditional_escape", str),
        pytest.raises(AssertionError),
    ):
        inert(shop, HOSTILE[1])


@pytest.mark.parametrize(
    "rest", ["/x.css", ";x.css", "%2fx.css", "/accept/x.css", ".css", "/../x", "//", "/", "%00", "?x.css"]
)
def test_a78_nothing_may_follow_a_slug(shop: Shop, rest: str) -> None:
    link = ada(shop)
    page = browser().get(f"{link.page}{rest}")
    if rest.startswith("?"):
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
    else:
        assert page.status_code in (404, 301), page.status_code
        assert b"Ada" not in page.content


def test_a78_no_header_of_a_request_gets_into_a_page(shop: Shop) -> None:
    link = ada(shop)
    token = link.token()
    plain = browser().get(f"{link.page}?v={token}").content
    evil = {
        "x-forwarded-host": "mallory.example",
        "x-original-url": "/me/",
        "x-rewrite-url": "/me/",
        "referer": "https://mallory.example",
    }
    assert Client(headers={**NAVIGATES, **evil}).get(f"{link.page}?v={token}&utm=1").content == plain


def test_the_page_and_its_style_are_small(shop: Shop) -> None:
    ben = browser()
    html = ben.get(ada(shop, name="x" * 200).page).content
    sheets = re.findall(rb'rel="stylesheet" href="([^"]+)"', html)
    styles = [b"".join(ben.get(sheet.decode()).streaming_content) for sheet in sheets]  # type: ignore[attr-defined]
    assert len(styles) == 2
    assert len(html) + sum(map(len, styles)) < 60_000


@on_both
def test_a74_a_known_address_is_answered_like_an_unknown_one(shop: Shop) -> None:
    link = ada(shop, BY_SIGNUP)
    shop.event({"id": "s", "type": "signup", "person": {"customer_id": "cara", "email": "cara@example.com"}})
    said = []
    for email in ("cara@example.com", "nobody@example.com"):
        token = link.token()
        taken = browser().post(f"{link.page}/accept", {"v": token, "email": email})
        page = browser().get(taken.headers["Location"])
        onward = taken.headers["Location"].replace(token, "")
        said.append((taken.status_code, onward, page.status_code, page.content.replace(token.encode(), b"")))
    assert said[0] == said[1]
    assert one("SELECT COUNT(*) FROM store_message") == 2


@on_both
def test_a74_a_planted_page_that_greets_whom_it_knows_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [""]

    def noted(clicked: Any, address: str, *more: Any) -> Any:
        given.append(address)
        return Taker(clicked, address, *more)

    def greets(address: str) -> Any:
        known = one("SELECT COUNT(*) FROM store_identity WHERE value = %(address)s", address=given[-1])
        return gone_on(f"{address}&known" if known else address)

    monkeypatch.setattr(pages, "Taker", noted)
    monkeypatch.setattr(pages, "gone_on", greets)
    with pytest.raises(AssertionError):
        test_a74_a_known_address_is_answered_like_an_unknown_one(shop)


@on_both
def test_opening_the_mails_link_confirms_nothing_pressing_the_button_does(shop: Shop) -> None:
    link, ben = ada(shop, BY_SIGNUP), browser()
    ben.post(f"{link.page}/accept", {"v": link.token(), "email": "Ben@Example.com"})
    confirm = f"/l/accept/{link_token(the_keyring().links, 'accept', one('SELECT id FROM store_magiclink'))}"
    for _ in range(2):
        assert ben.get(confirm).status_code == 200
    assert rows("SELECT 1 FROM store_voucher") == []
    taken = ben.post(confirm)
    assert taken.status_code == 303
    page = ben.get(taken.headers["Location"])
    code = one("SELECT code FROM store_voucher")
    assert "-".join(code[i : i + 4] for i in range(0, 14, 4)) in text_of(page)
    assert "A voucher worth €10" in text_of(page)
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert code not in page.request["PATH_INFO"]
    other = f"/l/accept/{link_token(the_keyring().links, 'enrol', one('SELECT id FROM store_magiclink'))}"
    assert (ben.get(other).status_code, ben.post(other).status_code) == (404, 404), (
        "a word for one purpose is none for another"
    )


HOW = ("We pay it out to you.", "We send it to you.", "You have used it.", "It waits for your next order")


@pytest.mark.parametrize(
    ("kind", "state", "says"),
    [
        ("cash", "issued", [0]),
        ("gift", "issued", [1]),
        ("store_credit", "redeemed", [2]),
        ("store_credit", "issued", [3]),
        ("upgrade", "issued", []),
    ],
)
def test_what_a_friend_has_says_how_it_comes_to_them(kind: str, state: str, says: list[int]) -> None:
    given = GivenReward(kind, "EUR", 500, state, *[None] * 8)
    page = render_to_string("friend/taken.html", {"gifts": [_gift(given, "UTC")]})
    assert [n for n, words in enumerate(HOW) if words in page] == says


def test_an_existing_customer_is_not_told_so(shop: Shop) -> None:
    link, ben = ada(shop, BY_SIGNUP), browser()
    old = {"customer_id": "ben", "email": "ben@example.com"}
    shop.event({"id": "p0", "type": "purchase", "person": old, "order": "0", "amount_minor": 900, "currency": "EUR"})
    ben.post(f"{link.page}/accept", {"v": link.token(), "email": "ben@example.com"})
    confirm = f"/l/accept/{link_token(the_keyring().links, 'accept', one('SELECT id FROM store_magiclink'))}"
    text = text_of(ben.get(ben.post(confirm).headers["Location"]))
    assert "Your address is confirmed" in text
    assert "customer" not in text.partition("Conditions")[0]
    assert rows("SELECT 1 FROM store_voucher") == []
