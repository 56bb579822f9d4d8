"""The advocates' links: the visit is recorded durably, and the friend is sent to where the program says and nowhere else."""

from typing import Any

import pytest

from passaparola.actions.visits.confirm import confirm_visit
from passaparola.domain.tokens import Clicked, read_visit_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.store.session import reading
from tests.journeys.caller import PROGRAM, Answer, Shop, now, purchase

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
NAVIGATES = {
    "sec_fetch_mode": "navigate",
    "sec_fetch_dest": "document",
    "sec_fetch_site": "none",
    "sec_fetch_user": "?1",
}
LANDING = PROGRAM + "landing: {{url: 'https://shop.example/welcome?a=1', hosts: [blog.shop.example]}}\n"


def open_link(shop: Shop, path: str, *, method: str = "GET", agent: str = BROWSER, **headers: str) -> Answer:
    return shop.call(method, path, key="", user_agent=agent, **headers)


def as_person(shop: Shop, path: str, **more: Any) -> Answer:
    return open_link(shop, path, **NAVIGATES, **more)


def ada(shop: Shop) -> dict[str, Any]:
    """Ada's link."""
    said = shop.event({"id": "share-1", "type": "share", "person": "ada", "to": "somebody"})
    assert said.status == 201
    links = shop.items("/api/v1/links")
    return links[0]


def visits() -> list[tuple[Any, ...]]:
    with reading() as session:
        return session.rows("SELECT id, kind, channel, confirmed_at, at FROM store_visit ORDER BY id")


def token_of(said: Answer) -> str:
    return (
        said.headers["location"].partition("v=")[2] or said.headers["location"].partition("visit=")[2].partition("&")[0]
    )


def test_a_click_is_recorded_and_sent_to_the_landing_page(shop: Shop) -> None:
    link = ada(shop)
    before = now()
    said = as_person(shop, f"/r/{link['slug']}?c=whatsapp")
    assert said.status == 302
    assert said.headers["location"].startswith(f"/l/{link['slug']}?v=v_")
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["x-robots-tag"] == "noindex"
    assert "referrer-policy" in said.headers
    ((key, kind, channel, confirmed, at),) = visits()
    assert (kind, channel, confirmed) == ("person", "whatsapp", None)
    assert before <= at <= now()
    assert read_visit_token(the_keyring().visits, shop.workspace, token_of(said)) == Clicked(key, at, link["code"])


def test_a_token_binds_the_friend_without_cookie_or_code_and_confirms_the_visit(shop: Shop) -> None:
    link = ada(shop)
    token = token_of(open_link(shop, f"/r/{link['slug']}"))
    ((key, kind, *_),) = visits()
    assert kind == "unconfirmed"
    signed_up = {"id": "signup-ben", "type": "signup", "person": "ben", "visit": token}
    assert shop.event(signed_up).status == 201
    assert shop.event(purchase("ben", "o1")).status == 201
    ((referral),) = [r for r in shop.items("/api/v1/referrals") if r["status"] == "converted"]
    assert referral["advocate"] is not None
    ((same, kind, _, confirmed, _),) = visits()
    assert (same, kind) == (key, "person")
    assert confirmed is not None
    with reading() as session:
        rows = session.rows("SELECT source, external_id, type FROM store_event WHERE external_id = %(id)s", id=key)
    assert rows == [("link", key, "visit")]
    assert shop.event(signed_up).json["outcome"] == "duplicate"


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2] + "xx", lambda _: "v_1", lambda t: t + "A", lambda _: "v_" + "A" * 80]
)
def test_a_forged_token_is_refused_and_says_how_to_mend_it(shop: Shop, spoil: Any) -> None:
    link = ada(shop)
    token = token_of(as_person(shop, f"/r/{link['slug']}"))
    publishable = shop.new_key(publishable=True)
    for key, name in ((None, "signup-ben"), (publishable, "web-signup-ben")):
        wrong = shop.event({"id": name, "type": "signup", "person": "ben", "visit": spoil(token)}, key=key)
        assert (wrong.status, wrong.fields) == (422, {"visit"})
        assert "token" in wrong.json["errors"][0]["message"]
        right = shop.event({"id": name, "type": "signup", "person": "ben", "visit": token}, key=key)
        assert right.status == 201


def test_the_landing_page_confirms_a_visit_whose_row_is_still_on_its_way(shop: Shop) -> None:
    link = ada(shop)
    clicked = Clicked("0" * 31 + "1", now(), link["code"])
    for _ in range(2):
        the_writer().run(lambda: confirm_visit(shop.workspace, clicked, now()))
    ((key, kind, _, confirmed, at),) = visits()
    assert (key, kind, at) == (clicked.visit, "person", clicked.at)
    assert confirmed is not None


@pytest.mark.parametrize("slug", ["nosuchlink", "x" * 65, "a%0d%0aSet-Cookie:b", "a;b", "../../etc", "A B"])
def test_a_slug_that_nobody_gave_away_is_a_plain_page(shop: Shop, slug: str) -> None:
    said = as_person(shop, f"/r/{slug}")
    assert said.status == 404
    assert "set-cookie" not in said.headers
    assert said.headers["x-robots-tag"] == "noindex"
    assert (
        "script" not in said.headers["content-security-policy"]
        or "'unsafe" not in said.headers["content-security-policy"]
    )
    assert visits() == []
