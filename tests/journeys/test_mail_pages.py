"""No more mail by a link, and the workspace's word (A71, P05, A36)."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from passaparola.actions.contact import ATTESTATION
from passaparola.actions.messages.forget import forget_invited
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.wishes import unsubscribe as end_news
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.domain.instant import DAY
from passaparola.domain.tokens import _bytes, link_token, read_link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_site
from passaparola.inbound.today import now
from passaparola.store.ids import new_id
from tests.databases import only_sqlite
from tests.journeys.caller import Answer, Shop, request, sign_up
from tests.postbox import Postbox, postbox
from tests.shops import rows

ADA = "ada@example.com"
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def sender(box: Postbox) -> Iterator[MailSender]:
    sender = MailSender(the_site(), box.post())
    yield sender
    sender.close()


def mail(sender: MailSender) -> None:
    while fan_out(keys=the_keyring(), now=now()):
        pass
    while jobs := sender.lease(50, now=now()):
        sender.record([(job, sender.send(job)) for job in jobs], now=now())


def a_friend_comes(shop: Shop, friend: str = "ben") -> None:
    said = shop.event({**sign_up(friend, "ada"), "referred_by": {"customer_id": "ada", "email": ADA}})
    assert said.status == 201, said.body


def link(letter: Any) -> str:
    """The path of the link that ends all news."""
    address = str(letter["List-Unsubscribe"]).strip(" <>")
    assert address.startswith(settings.PUBLIC_URL)
    return address.removeprefix(settings.PUBLIC_URL)


def get(path: str, method: str = "GET") -> Answer:
    return request(method, path, b"", "", {})


def one_click(path: str) -> Answer:
    return request("POST", path, ONE_CLICK, FORM, {})


def suppressed() -> list[Any]:
    return rows("SELECT reason FROM store_suppression")


def test_a71_p05_only_a_post_ends_the_mails_at_once_and_without_cookies(
    shop: Shop, box: Postbox, sender: MailSender
) -> None:
    a_friend_comes(shop)
    mail(sender)
    path = link(box.mails[0])
    for method in ("GET", "HEAD"):
        said = get(path, method)
        assert said.status == 200
        assert not suppressed(), "a scanner followed the link"
    said = get(path)
    assert ADA.encode() not in said.body
    assert b"example.com" not in said.body, "the link tells nothing of the address"
    assert said.headers["referrer-policy"] == "no-referrer"
    assert "no-cache" in said.headers["cache-control"]
    a_friend_comes(shop, "cid")
    said = one_click(path)
    assert said.status == 200
    assert "set-cookie" not in said.headers
    assert suppressed() == [("unsubscribed",)]
    assert one_click(path).status == 200
    mail(sender)
    assert len(box.mails) == 1
    assert shop.get(f"/api/v1/suppressions?email={ADA}").json["reason"] == "unsubscribed"


@only_sqlite
def test_a_planted_page_that_ends_mails_when_it_is_looked_at_is_caught(
    shop: Shop, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def eager(key: bytes, purpose: str, token: str) -> str | None:
        message = read_link_token(key, purpose, token)
        if message is not None:
            end_news(message, now=now())
        return message

    monkeypatch.setattr("passaparola.inbound.web.unsubscribe.read_link_token", eager)
    with pytest.raises(AssertionError):
        test_a71_p05_only_a_post_ends_the_mails_at_once_and_without_cookies(shop, box, sender)


def test_a71_a_forged_link_is_a_page_that_is_not_there(shop: Shop, box: Postbox, sender: MailSender) -> None:
    a_friend_comes(shop)
    mail(sender)
    path = link(box.mails[0])
    ((message,),) = rows("SELECT id FROM store_message")
    keys = the_keyring()
    forged = [
        "/u/x", path[:-1], path + "A", path[:-4] + ("AAAA" if path[-4:] != "AAAA" else "BBBB"), f"/u/{message}",
        "/u/" + link_token(keys.visits, "unsubscribe", new_id()), "/u/" + link_token(keys.links, "portal", str(message).replace("-", "")),
        "/u/" + link_token(keys.links, "unsubscribe", new_id()),
    ]  # fmt: skip
    for wrong in forged:
        assert get(wrong).status == 404, wrong
        assert one_click(wrong).status == 404, wrong
    assert not suppressed()


@only_sqlite
def test_a71_a_planted_page_that_believes_a_signature_is_caught(
    shop: Shop, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the id from the token, whoever signed it, for whatever purpose."""

    def trusting(_: bytes, __: str, token: str) -> str | None:
        raw = _bytes(token)
        return raw[:16].hex() if raw is not None and len(raw) >= 16 else None

    monkeypatch.setattr("passaparola.inbound.web.unsubscribe.read_link_token", trusting)
    with pytest.raises(AssertionError):
        test_a71_a_forged_link_is_a_page_that_is_not_there(shop, box, sender)


def test_the_workspace_says_who_it_is_and_allows_invitations_by_the_api(
    shop: Shop, box: Postbox, sender: MailSender
) -> None:
    a_friend_comes(shop)
    advocate = shop.items("/api/v1/advocates")[0]["id"]
    body = {"advocate": advocate, "email": "zoe@example.com", "words": "Good bread"}
    said = shop.post("/api/v1/invitations", body)
    assert (said.status, said.problem) == (409, "invitations_off")
    allow = "/api/v1/workspace/invitations/allow"
    assert shop.post(allow, {"attestation": ATTESTATION}).problem == "postal_address_missing"
    contact = {
        "name": "Bottega Lina",
        "contact_email": "Ciao@Bottega.example",
        "postal_address": "Via Roma 1",
        "website": "https://b.example",
    }
    said = shop.post("/api/v1/workspace", contact)
    assert (said.status, said.json["contact_email"]) == (200, "ciao@bottega.example")
    assert shop.post(allow, {"attestation": ATTESTATION}).json["invites_allowed_at"]
    first = shop.post("/api/v1/invitations", body)
    again = shop.post("/api/v1/invitations", body)
    assert (first.status, first.body) == (again.status, again.body) == (202, b'{"accepted":true}')
    mail(sender)
    (letter,) = box.to("zoe@example.com")
    assert (letter["Reply-To"], letter["Subject"]) == (
        "ciao@bottega.example",
        "A friend recommends Bottega Lina to you",
    )
    assert shop.post("/api/v1/workspace", {"invite_countries": ["pl", "IT"]}).json["invite_countries"] == ["IT", "PL"]
    for n, country in enumerate(("DE", "", "IT")):
        said = shop.post("/api/v1/invitations", {**body, "email": f"zoe{n}@example.com", "country": country})
        assert (said.status, said.body) == (first.status, first.body)
    mail(sender)
    assert [len(box.to(f"zoe{n}@example.com")) for n in range(3)] == [0, 0, 1]
    assert shop.post("/api/v1/invitations", {**body, "country": "XX"}).problem == "invalid"
    assert shop.post("/api/v1/workspace", {"invite_countries": ["XX"]}).problem == "invalid_contact"
    assert shop.post("/api/v1/workspace", {"invite_countries": []}).json["invite_countries"] == []
    assert shop.post("/api/v1/workspace", {"lateness_days": 7, "name": "Lina"}).json["lateness_days"] == 7
    assert shop.post("/api/v1/workspace", {"lateness_days": -1}).problem == "invalid"
    assert shop.post("/api/v1/workspace/invitations/forbid").json["invites_allowed_at"] is None


def test_p04_a_forgotten_friend_whose_address_the_shop_tells_is_the_advocates(
    shop: Shop, box: Postbox, sender: MailSender
) -> None:
    a_friend_comes(shop)
    assert shop.post("/api/v1/workspace", {"postal_address": "Via Roma 1"}).status == 200
    shop.post("/api/v1/workspace/invitations/allow", {"attestation": ATTESTATION})
    advocate = shop.items("/api/v1/advocates")[0]
    zoe = "zoe@example.com"
    assert shop.post("/api/v1/invitations", {"advocate": advocate["id"], "email": zoe}).status == 202
    mail(sender)
    assert forget_invited(shop.workspace, now=now() + 15 * DAY, keys=the_keyring()) == 1
    shown = [person["identities"] for person in shop.items("/api/v1/people")]
    assert [] in shown
    assert "email_mac" not in str(shown)
    said = shop.event({**sign_up("zoe", "ada"), "referred_by": None, "person": {"customer_id": "zoe", "email": zoe}})
    assert said.status == 201, said.body
    (found,) = shop.items("/api/v1/people?customer_id=zoe")
    assert {i["kind"] for i in found["identities"]} == {"customer_id", "email"}
    (referral,) = [r for r in shop.items("/api/v1/referrals") if r["friend"] == found["id"]]
    assert referral["advocate"] == advocate["person"]


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\nBcc: c@d.example",
        "a@b.example\r\nSubject: x",
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "<a@b.example>",
        "a",
        "",
    ],
)
@only_sqlite
def test_a36_an_address_that_is_more_than_one_is_refused(shop: Shop, email: str) -> None:
    for path in ("/api/v1/invitations", "/api/v1/suppressions"):
        said = shop.post(path, {"email": email, **({"advocate": "adv_" + "0" * 32} if "inv" in path else {})})
        assert (said.status, said.problem) == (422, "invalid"), path
    for name in ("name", "contact_email", "postal_address", "website"):
        said = shop.post("/api/v1/workspace", {name: f"{email or 'a'}\x00\x07"})
        assert said.status == 422, name
    assert shop.post("/api/v1/workspace", {"name": "Lina\nBcc: c@d.example"}).problem == "invalid_contact"


@only_sqlite
def test_mail_pauses_and_goes_on_by_the_api(shop: Shop, box: Postbox, sender: MailSender) -> None:
    assert shop.post("/api/v1/workspace/mail/pause", {"note": "wrong texts"}).json == {"paused": True, "changed": True}
    assert shop.get("/api/v1/workspace").json["mail_paused_at"]
    a_friend_comes(shop)
    mail(sender)
    assert not box.mails
    assert shop.post("/api/v1/workspace/mail/resume").json == {"paused": False, "changed": True}
    mail(sender)
    assert len(box.mails) == 1


@only_sqlite
def test_suppressions_by_the_api(shop: Shop) -> None:
    path = "/api/v1/suppressions"
    assert shop.get(f"{path}?email={ADA}").json == {"suppressed": False, "reason": None, "since": None}
    assert shop.post(path, {"email": ADA.upper(), "reason": "complaint"}).json["reason"] == "complaint"
    said = shop.post(f"{path}/remove", {"email": ADA})
    assert (said.status, said.problem) == (409, "own_wish")
    assert shop.post(f"{path}/remove", {"email": ADA, "wished": True}).json == {"changed": True}


@only_sqlite
def test_the_page_works_by_hand_too(shop: Shop, box: Postbox, sender: MailSender) -> None:
    a_friend_comes(shop)
    mail(sender)
    browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    said = browser.get(link(box.mails[0]))
    assert b'<form method="post">' in said.content
    said = browser.post(link(box.mails[0]))
    assert "Done" in io.BytesIO(said.content).read().decode()
