"""The whole way in a real browser: Ada joins and shares, Ben opens the link and takes the offer, the shop reports the order, both are told.

Pages are held to `assert_sound`: strict policy, nothing from elsewhere, 360 pixels, light and dark, axe.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser
from standardwebhooks.webhooks import Webhook

from passaparola.actions.clock import run_clock
from passaparola.actions.messages.queue import MessageKind
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.outbox.sending import Sender
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.webhooks.sending import webhook_sender
from passaparola.domain.design.blocks import Block
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_site
from passaparola.outbound.webhooks.addresses import read_networks
from tests.browser import PHONE, Window, windowed
from tests.databases import only_sqlite
from tests.journeys.caller import Shop, now, open_shop
from tests.journeys.friends import BY_ORDER, BY_SIGNUP, NAVIGATES, ada, firm, one, rows, settled
from tests.journeys.staff import signed_in
from tests.journeys.test_design import photo, take
from tests.ledger_clean import assert_books_balance
from tests.postbox import Postbox, postbox, text_of
from tests.receivers import Receiver, receiver

pytestmark = [pytest.mark.browser, only_sqlite]
STORED = "() => [localStorage.length, sessionStorage.length, document.cookie]"


@pytest.fixture
def here(site: str) -> Iterator[Shop]:
    """The firm, at the address at which its pages are served."""
    with override_settings(PUBLIC_URL=site):
        shop = open_shop()
        firm(shop.workspace)
        yield shop


def nothing_is_kept(window: Window) -> None:
    """P10: no cookie, no storage."""
    assert window.page.evaluate(STORED) == [0, 0, ""]
    assert window.page.context.cookies() == []


def magic(kind: MessageKind) -> str:
    """The id of the one-time link in the latest mail of this kind."""
    purposes = {MessageKind.JOIN: "enrol", MessageKind.ACCEPT: "accept"}
    found = rows("SELECT id FROM store_magiclink WHERE purpose = %(p)s ORDER BY id DESC", p=purposes[kind])
    return link_token(the_keyring().links, purposes[kind], found[0][0])


def order(shop: Shop, visit: str, **more: Any) -> None:
    event = {"id": "paid-1", "type": "purchase", "person": "ben", "order": "1", "amount_minor": 4144, "currency": "USD"}
    said = shop.event({**event, "visit": visit, **more})
    assert said.status == 201, said.body


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def hears(here: Shop) -> Iterator[Receiver]:
    """The shop's other system, which hears of rewards."""
    with override_settings(WEBHOOK_NETWORKS=read_networks("127.0.0.0/8")), receiver() as ours:
        said = here.post("/api/v1/webhooks", {"url": ours.url, "topics": ["reward."]})
        assert said.status in (200, 201), said.body
        here.made["secret"] = said.json["secret"]
        yield ours


def everybody_is_told(box: Postbox) -> None:
    """What the server's loop does: hand out, then send mails and webhooks."""
    while fan_out(keys=the_keyring(), now=now()):
        pass
    mails = MailSender(the_site(), box.post())
    senders: tuple[Sender, ...] = (mails, webhook_sender(the_keyring(), read_networks("127.0.0.0/8")))
    for sender in senders:
        while jobs := list(sender.lease(20, now=now())):
            sender.record([(job, sender.send(job)) for job in jobs], now=now())
    mails.close()


def heard(shop: Shop, ours: Receiver) -> list[tuple[str, str]]:
    """(topic, side) of each message, whose signature is right."""
    return [
        (said["type"], said["data"]["side"])
        for said in (Webhook(shop.made["secret"]).verify(body, headers) for headers, body in ours.got)
    ]


def olga_looks_and_undoes(olga: Window, shop: Shop) -> None:
    """She finds the referral by the friend's address, reads why, withdraws the reward, takes that back, and approves it."""
    cookie = {"name": "session", "value": signed_in().cookies["session"].value, "url": olga.origin}
    olga.page.context.add_cookies([cookie])  # type: ignore[list-item]
    olga.open("/")
    olga.page.get_by_role("searchbox").fill("Ben@Example.com")
    olga.press("Find")
    assert "ada@example.com" in olga.text
    olga.page.get_by_role("region", name="As a friend").get_by_role("link").first.click()
    assert "Considered ada@example.com, by a visit through the link" in olga.text
    olga.assert_sound()
    (reward,) = [r["id"] for r in shop.items("/api/v1/rewards") if r["side"] == "advocate"]
    olga.open(f"/rewards/{reward}/")
    assert "the amount is 5.00 USD" in olga.text
    for step, state in (("Cancel the reward", "cancelled"), ("Undo", "pending"), ("Approve", "issued")):
        olga.press(step)
        assert shop.get(f"/api/v1/rewards/{reward}").json["state"] == state
    olga.assert_sound()


def test_from_a_share_to_two_rewards(
    window: Window, browser: Browser, site: str, here: Shop, box: Postbox, hears: Receiver
) -> None:
    apply_program(BY_ORDER, workspace=here.workspace, now=now(), actor="Olga")
    window.open("/join/by-order")
    window.page.get_by_label("Your e-mail address").fill("ada@example.com")
    window.press("Get my link")
    link = window.page.locator(".to-copy").first.inner_text()
    slug = link.rpartition("/")[2]

    window.open(f"/l/{slug}")
    assert "This is your own link" in window.text

    with windowed(
        browser, site, user_agent=NAVIGATES["user-agent"]
    ) as ben:  # a headless browser by its own name is a machine
        ben.open(f"/r/{slug}?c=whatsapp")
        assert ben.path == f"/l/{slug}"
        assert "You get $5 in store credit, and so does your friend" in ben.text.replace("\u2068", "").replace(
            "\u2069", ""
        )
        assert "own link" not in ben.text
        ben.assert_sound()
        ben.press("Take the offer")
        visit = ben.page.url.partition("v=")[2]
        ben.assert_sound()
        code = ben.page.locator(".code").inner_text()
        ben.page.reload()
        assert ben.page.locator(".code").inner_text() == code
        ben.page.get_by_text("Ordering later").click()
        ben.page.get_by_label("Your e-mail address").fill("ben@example.com")
        ben.press("Remember my address")
        assert "Thank you" in ben.text
        ben.assert_sound()
        nothing_is_kept(ben)
    assert one("SELECT COUNT(*) FROM store_acceptance") == 1
    settled()
    assert rows("SELECT kind, channel FROM store_visit") == [("person", "whatsapp")]

    order(here, visit, person={"customer_id": "ben", "email": "ben@example.com"})
    waiting = {r["side"]: (r["state"], r["reason"]) for r in here.items("/api/v1/rewards")}
    assert waiting["friend"][0] == "issued"
    assert waiting["advocate"][0] == "pending", "Ada has not confirmed her address yet"
    window.open(f"/join/confirm/{magic(MessageKind.JOIN)}")
    window.press("Yes, this is my address")
    assert {r["state"] for r in here.items("/api/v1/rewards")} == {"issued"}
    run_clock(here.workspace, now=now())
    window.open("/me/rewards/")
    assert "$5" in window.text
    window.assert_sound()
    event = one("SELECT id FROM store_event WHERE external_id = 'paid-1'")
    why = str(here.get(f"/api/v1/events/evt_{event}/explanation").json)
    assert "5.00 USD" in why

    everybody_is_told(box)
    assert "You have received a reward" in [str(mail["Subject"]) for mail in box.to("ada@example.com")]
    assert any("$5" in text_of(mail) for mail in box.to("ben@example.com"))
    assert {said for said in heard(here, hears) if said[0] == "reward.issued"} == {
        ("reward.issued", "advocate"),
        ("reward.issued", "friend"),
    }
    with windowed(browser, site) as olga:
        olga_looks_and_undoes(olga, here)
    told = len(box.to("ada@example.com"))
    everybody_is_told(box)
    assert ("reward.cancelled", "advocate") in heard(here, hears)
    assert ("reward.reopened", "advocate") in heard(here, hears)
    assert len(box.to("ada@example.com")) > told, "she hears of that, too"
    assert_books_balance(here.workspace)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_voucher_by_mail_with_and_without_scripts(browser: Browser, site: str, here: Shop, scripts: bool) -> None:
    link = ada(here, BY_SIGNUP)
    with windowed(browser, site, java_script_enabled=scripts) as ben:
        ben.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        ben.open(f"/r/{link.slug}")
        ben.page.get_by_label("Your e-mail address").fill("no address")
        ben.press("Send it to me")
        assert "Write an address such as" in ben.text
        ben.page.get_by_label("Your e-mail address").fill("ben@example.com")
        ben.press("Send it to me")
        assert "Your mail is a file on this machine" in ben.text
        if scripts:
            ben.assert_sound()
        ben.open(f"/l/accept/{magic(MessageKind.ACCEPT)}")
        if scripts:
            ben.assert_sound()
        ben.press("Yes, this is my address")
        code = one("SELECT code FROM store_voucher")
        assert code in ben.text.replace("-", "")
        assert ben.page.locator("img.qr").evaluate("e => e.naturalWidth > 50") if scripts else True
        if scripts:
            ben.assert_sound()
            nothing_is_kept(ben)
        assert not ben.troubles
    assert {r["side"] for r in here.items("/api/v1/rewards")} == {"advocate", "friend"}


def everything_is_written(shop: Shop, program: str) -> None:
    """Each block of the landing page is filled, with pictures, and somebody is quoted."""
    picture = {use: take(shop, use, photo((320, 200))).json["digest"] for use in ("hero", "product", "poster")}
    link = "https://www.shop.example/bread"
    blocks: dict[Block, dict[str, Any]] = {
        Block.HERO: {"picture": picture["hero"], "alt": "A loaf of bread"},
        Block.MESSAGE: {"words": "Glad that you are here.\n\nTake a look."},
        Block.PRODUCT: {"name": "Rye", "words": "Slow.", "picture": picture["product"], "alt": "Rye", "link": link},
        Block.VIDEO: {
            "address": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "title": "How we bake",
            "poster": picture["poster"],
        },
        Block.QUESTIONS: {"items": [{"question": "Is it sour?", "answer": "A little.\nTry it."}] * 2},
        Block.VALUES: {"title": "What we care for", "words": "Flour from next door."},
        Block.CONTACT: {"words": "Ring at the side door.", "phone": "+39 06 555 0100"},
    }
    assert set(blocks) == set(Block)
    for block, content in blocks.items():
        said = shop.call("PUT", f"/api/v1/programs/{program}/page/en/{block}", {"content": content})
        assert said.status == 200, said.body
    quote = {"text": "Lovely", "shown_as": "Anna", "consent": {"by": "mail"}}
    key = shop.post("/api/v1/quotes", quote).json["id"]
    shop.post(f"/api/v1/quotes/{key}/approve")


def test_pages_read_from_the_right_and_closed_ones_are_sound(browser: Browser, site: str, here: Shop) -> None:
    link = ada(here)
    everything_is_written(here, "by-order")
    place = here.post("/api/v1/programs/by-order/placements", {"kind": "banner", "name": "Window"}).json["address"]
    with windowed(browser, site, locale="ar") as ben:
        for path in (link.page, "/l/nothing", place.removeprefix(site)):
            ben.open(path)
            assert ben.page.locator("html").get_attribute("dir") == "rtl"
            ben.assert_sound()
        ben.open(link.page)
        ben.tab_to("form button.big")
        ben.page.keyboard.press("Enter")
        ben.page.get_by_text(link.code).wait_for()
        ben.assert_sound()
        here.post(f"/api/v1/programs/prg_{link.program}/end")
        assert ben.open(link.page).status == 410
        ben.assert_sound()
