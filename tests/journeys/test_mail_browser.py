"""Every kind of mail, as real ways bring it about: nothing from elsewhere in it, one click ends news, and on a phone it is easy to read."""

import re
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import override_settings

from passaparola.actions.acting import Asked, done
from passaparola.actions.contact import ATTESTATION
from passaparola.actions.messages.letters import NEWS
from passaparola.actions.messages.queue import MessageKind
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.statements import queue_statements, read_month
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.requests.miss import Missing, miss_referral
from passaparola.actions.requests.settle import refuse_request
from passaparola.actions.webhooks.sending import webhook_sender
from passaparola.domain.instant import DAY, iso
from passaparola.domain.referrals.requests import Refused
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_site
from passaparola.outbound.mail.compose import compose
from passaparola.outbound.webhooks.addresses import read_networks
from tests.browser import LOOKS, Window, violations
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, BEN, Browser
from tests.journeys.caller import Shop, now, open_shop, purchase, sign_up
from tests.journeys.friends import BY_SIGNUP, ada, browser, firm, hidden, looked_up, settled
from tests.receivers import receiver, status

pytestmark = [pytest.mark.browser, only_sqlite]
OUTSIDE = re.compile(
    r"""\bsrc\s*=|\burl\(|@import|<link|<script|<iframe|\bbackground\s*=|\bsrcset\s*=""", re.IGNORECASE
)
Mails = dict[MessageKind, EmailMultiAlternatives]


def queue_every_kind(shop: Shop) -> None:
    """Ada joins and signs in, Ben takes an offer by mail and orders, somebody is invited, a month ends, an endpoint is gone."""
    firm(shop.workspace, postal_address="Via Roma 1, 00184 Roma", website="https://shop.example.com")
    assert shop.post("/api/v1/workspace/invitations/allow", {"attestation": ATTESTATION}).status == 200
    member = Browser()
    member.join(ADA)
    member.send("/me/sign-in/", {"email": ADA})
    link = ada(shop, BY_SIGNUP)
    friend = browser()
    page = friend.get(link.page)
    friend.post(f"{link.page}/accept", {"v": hidden(page), "email": BEN})
    known = {"customer_id": "ada", "email": "ada.lovelace@example.com"}
    assert shop.event({**sign_up("cleo", "x"), "referred_by": known}).status == 201
    settled()
    hand_out()  # what is handed out at once is one mail
    assert shop.event(purchase("cleo", "order-cleo")).status == 201
    (advocate,) = [a for a in shop.items("/api/v1/advocates?program=friends") if a["status"] == "active"]
    said = shop.post(
        "/api/v1/invitations", {"advocate": advocate["id"], "email": "dora@example.com", "words": "Good bread!"}
    )
    assert said.status == 202, said.body
    requests_of_all_kinds(shop)
    month = read_month(iso(now())[:7], now=now() + 40 * DAY)
    assert queue_statements(shop.workspace, month, keys=the_keyring(), now=now() + 40 * DAY)
    an_endpoint_is_gone(shop)


def requests_of_all_kinds(shop: Shop) -> None:
    """Two friends say who told them, one of them in a shop; an advocate misses a friend."""
    browser().post("/told/friends", {"said": "Ada", "name": "Ben", "email": BEN})
    said = {"program": "friends", "friend": "fred", "friend_name": "Fred", "told_by": "ada.lovelace@example.com"}
    assert shop.post("/api/v1/namings", said, idempotency="fred").status == 202
    looked_up(shop.workspace)
    (advocate,) = [a for a in shop.items("/api/v1/advocates?program=friends") if a["status"] == "active"]
    program, person = advocate["program"].removeprefix("prg_"), advocate["person"].removeprefix("per_")
    asked, keys = Asked(shop.workspace, now(), "Olga"), the_keyring()
    missing = done(
        miss_referral(Missing(program, person, ("email", "nobody@example.com"), now()), asked=asked, keys=keys)
    )
    done(refuse_request(missing, why=Refused.FRIEND_UNKNOWN, asked=asked, keys=keys))


def an_endpoint_is_gone(shop: Shop) -> None:
    sender = webhook_sender(the_keyring(), read_networks("127.0.0.0/8"))
    with override_settings(WEBHOOK_NETWORKS=read_networks("127.0.0.0/8")), receiver(status(410)) as gone:
        made = shop.post("/api/v1/webhooks", {"url": gone.url}).json["id"]
        shop.post(f"/api/v1/webhooks/{made}/test", {})
        jobs = sender.lease(5, now=now())
        sender.record([(job, sender.send(job)) for job in jobs], now=now())


def hand_out() -> None:
    while fan_out(keys=the_keyring(), now=now()):
        pass


def composed() -> Mails:
    """The first mail of each kind that is due."""
    hand_out()
    sender, at = MailSender(the_site()), now() + 41 * DAY
    found: Mails = {}
    while jobs := sender.lease(50, now=at):
        for job in jobs:
            found.setdefault(MessageKind(job.row.kind), compose(job.letter))
        at += DAY
        if set(found) == set(MessageKind):
            break
    return found


@pytest.fixture
def mails(site: str) -> Iterator[Mails]:
    with override_settings(PUBLIC_URL="https://refer.example.com"):
        shop = open_shop()
        queue_every_kind(shop)
        yield composed()


def test_no_kind_of_mail_loads_anything_and_all_are_read_on_a_phone(window: Window, mails: Mails) -> None:
    assert set(mails) == set(MessageKind)
    for kind, mail in mails.items():
        html = str(mail.alternatives[0][0])
        assert not OUTSIDE.findall(html), kind
        one_click = mail.extra_headers.get("List-Unsubscribe-Post"), "List-Unsubscribe" in mail.extra_headers
        assert one_click == (("List-Unsubscribe=One-Click", True) if kind in NEWS else (None, False)), kind
        window.page.set_content(html)
        for (width, height), scheme in LOOKS:
            window.page.set_viewport_size({"width": width, "height": height})
            window.page.emulate_media(color_scheme=scheme)
            wide = window.page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{kind} is {wide} pixels wide in a window of {width}"
            found = violations(window.page)
            assert not found, f"{kind}, {width} pixels, {scheme}: " + "\n".join(found)
    assert not window.troubles
