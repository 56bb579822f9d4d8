"""Joining and the portal, as browsers see them: no password, no staff account, nothing to learn for anybody else."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings

from passaparola.actions.joining.join_program import Asking
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.writer import QueueFull, Writer
from passaparola.domain.keyring import address_mac
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.advocates.answers import gone_on
from passaparola.inbound.web.advocates.channels import CHANNELS
from passaparola.store.models import (
    Advocate,
    Enrolment,
    Event,
    Identity,
    MagicLink,
    Person,
    Reward,
    ShareLink,
    Suppression,
)
from passaparola.store.write.joining import END_ENROLMENT
from tests.databases import on_both
from tests.domain.program_files import example
from tests.journeys.advocates import ADA, BEN, EVA, Browser, a_member, link_in_mail, mails
from tests.journeys.caller import PROGRAM, Shop, open_shop, purchase, sign_up
from tests.ledger_clean import assert_books_balance

LINK = re.compile(r"localhost:8000/r/([a-z0-9]{10})")
CODE = re.compile(r'<p class="code" dir="ltr">([A-Z0-9]{8})</p>')
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "${7*7}",
    "\u202eadA",
    "Ada\x00",
    "x" * 10_000,
]


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found, text
    return found[1]


def made_person(shop: Shop, address: str) -> str:
    said = shop.post("/api/v1/people", {"identities": [{"kind": "email", "value": address}]})
    assert said.status == 201, said.body
    return str(said.json["id"])


def brings(shop: Shop, code: str, friend: str = "ben") -> None:
    said = shop.event(
        [{**sign_up(friend, "x"), "referred_by": None, "code": code}, purchase(friend, f"order-{friend}")]
    )
    assert said.status == 200, said.body


# -- joining ----------------------------------------------------------------------------------------------------------------


@on_both
def test_somebody_joins_shares_confirms_elsewhere_and_gets_what_waited(shop: Shop) -> None:
    laptop, phone = Browser(), Browser()
    page = laptop.text("/join/friends")
    assert "Give 5, get 5" in page
    assert "$5 in store credit" in page
    assert laptop.join().headers["Location"] == "/join/friends?asked"
    shown = laptop.text("/join/friends?asked")
    assert LINK.search(shown)
    assert "Nothing is paid out until" in shown
    assert mails() == [("join", ADA)]
    brings(shop, code_in(shown))
    assert Reward.objects.get(side="advocate").reason == "advocate_unconfirmed"
    assert phone.confirm().headers["Location"] == "/me/"
    assert Reward.objects.get(side="advocate").state == "issued"
    portal = phone.text("/me/")
    assert code_in(portal) == code_in(shown)
    assert "A friend, since" in phone.text("/me/friends/")
    assert "$5 in store credit" in phone.text("/me/rewards/")
    assert not LINK.search(laptop.text("/join/friends")), "the browser that asked sees nothing any more"
    assert_books_balance(shop.workspace)
    assert verify_replay(shop.workspace) == []


def test_a74_a_known_address_sees_exactly_the_same(shop: Shop) -> None:
    a_member(EVA)

    def said(address: str) -> list[Any]:
        browser = Browser()
        form, asked = browser.get("/join/friends"), browser.join(address)
        after = browser.get("/join/friends?asked")
        sign_in = Browser().send("/me/sign-in/", {"email": address})
        return [
            *(
                (a.status_code, a.headers.get("Location"), sorted(a.headers), _alike(a))
                for a in (form, asked, after, sign_in)
            )
        ]

    assert said(EVA) == said(BEN)


def _alike(answer: Any) -> str:
    """A page without what is new in every page."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    text = LINK.sub("LINK", re.sub(r"[0-9a-f]{32}", "ID", text))
    return re.sub(r"[rl]/[a-z0-9]{10}", "LINK", CODE.sub("CODE", text))


def test_a74_planted_a_page_that_knows_the_address_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from passaparola.inbound.web.advocates import joining

    asked = [""]

    def asking(*given: Any) -> Any:
        asked.append(given[1])
        return Asking(*given)

    def tells(address: str) -> Any:
        return gone_on("/me/sign-in/" if Identity.objects.filter(value=asked[-1]).exists() else address)

    monkeypatch.setattr(joining, "Asking", asking)
    monkeypatch.setattr(joining, "gone_on", tells)
    with pytest.raises(AssertionError):
        test_a74_a_known_address_sees_exactly_the_same(shop)


@pytest.mark.parametrize(
    "given", [{}, {"email": ""}, {"email[]": ADA}, {"email": "null"}, {"email": "a@b\nBcc: c@d.example"}]
)
def test_a13_a_form_without_an_address_begins_nothing(shop: Shop, given: dict[str, str]) -> None:
    assert Browser().send("/join/friends", given).status_code == 400
    assert (Enrolment.objects.count(), mails()) == (0, [])


def test_a81_forms_of_other_sites_change_nothing(shop: Shop) -> None:
    browser = Browser()
    browser.get("/join/friends")
    assert browser.client.post("/join/friends", {"email": ADA}).status_code == 403
    browser.join()
    path = link_in_mail()
    browser.get(path)
    for forged in ({}, {"hand": "0" * 32}):
        assert browser.client.post(path, forged).status_code == 200, "the page again"
    assert Browser().client.post(path, {"hand": "x" * 32}).status_code == 200
    assert Enrolment.objects.get().state == "provisional"
    member = a_member(EVA)
    link = ShareLink.objects.latest("id").id.hex
    for address in ("/me/name", "/me/words", "/me/language", "/me/sign-out", f"/me/share/{link}/x"):
        assert member.client.post(address, {}).status_code == 403
        assert member.get(address).status_code == 405, "a GET has no effect"


def test_a32_scanners_that_open_a_link_use_nothing_up(shop: Shop) -> None:
    browser = Browser()
    browser.join()
    path = link_in_mail()
    for _ in range(3):
        page = Browser().get(path)
        assert page.status_code == 200
        assert "ad…@example.com" in page.content.decode()
        assert ADA not in page.content.decode()
        Browser().client.head(path)
    assert MagicLink.objects.get().used_at is None
    assert browser.confirm(path).status_code == 303


def test_a77_a_link_works_once_and_its_address_goes_nowhere(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser()
    browser.join()
    path = link_in_mail()
    page = browser.get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    form = browser.form(path)
    first, second = (browser.client.post(path, form) for _ in range(2))
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert second.headers["Location"] == browser.get(path).headers["Location"] == "/me/", "whoever is in goes on"
    assert Browser().get(path).status_code == 410
    assert Browser().send(path).status_code == 410
    torn = Browser().get(path[:-1])
    assert torn.status_code == 400
    foreign = "/me/enter/" + path.rpartition("/")[2]
    assert Browser().get(foreign).status_code == 400, "signed for another purpose"
    assert path.rpartition("/")[2][:20] not in caplog.text


def test_a77_a_link_is_good_for_ten_minutes(shop: Shop) -> None:
    browser = Browser()
    browser.join()
    MagicLink.objects.update(expires_at=1)
    path = link_in_mail()
    page = browser.get(path)
    assert page.status_code == 410
    assert "ten minutes" in page.content.decode()


@pytest.mark.parametrize("fault", ["a referrer", "no end"])
def test_a77_planted_a_link_that_leaks_or_lives_on_is_noticed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    from passaparola.inbound.web.advocates import entering
    from passaparola.inbound.web.advocates.answers import page

    if fault == "a referrer":
        monkeypatch.setattr(entering, "quiet_page", page)
    else:
        monkeypatch.setattr(entering, "now_in", lambda _: 0)
    check = {
        "a referrer": lambda: test_a77_a_link_works_once_and_its_address_goes_nowhere(shop, caplog),
        "no end": lambda: test_a77_a_link_is_good_for_ten_minutes(shop),
    }
    with pytest.raises(AssertionError):
        check[fault]()


@on_both
def test_a75_an_attacker_who_began_with_the_victims_address_has_nothing_after_the_victim_confirms(shop: Shop) -> None:
    mallory, victim = Browser(), Browser()
    mallory.join(ADA)
    begun = mallory.text("/join/friends?asked")
    link = ShareLink.objects.get().id.hex
    assert mallory.get(f"/join/qr/{link}.svg").status_code == 200
    refused = mallory.send("/join/friends", {"name": "Mallory"}, to="/me/name")
    assert refused.headers["Location"] == "/me/sign-in/", "a provisional browser sets no name"
    victim.confirm()
    assert mallory.get(f"/join/qr/{link}.svg").status_code == 404
    assert mallory.send("/join/friends", to=f"/join/share/{link}/x").status_code == 404
    assert code_in(begun) not in mallory.text("/join/friends")
    assert mallory.get("/me/").headers["Location"] == "/me/sign-in/"
    assert set(Person.objects.values_list("name", flat=True)) == {""}
    assert code_in(begun) == code_in(victim.text("/me/"))


@on_both
def test_a75_planted_a_browser_that_is_not_forgotten_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from passaparola.store.read import joining

    monkeypatch.setattr(joining, "_LIVE", "state IN ('provisional', 'confirmed') AND lapses_at > %(now)s")
    from passaparola.actions.joining import confirm

    monkeypatch.setattr(confirm, "END_ENROLMENT", END_ENROLMENT.replace(" browser = '',", ""))
    mallory = Browser()
    mallory.join(ADA)
    Browser().confirm()
    assert LINK.search(mallory.text("/join/friends")), "the same look with the fault planted sees the link"


def test_a72_links_begin_with_the_configured_origin_whatever_the_request_says(shop: Shop) -> None:
    browser = Browser()
    browser.join()
    with override_settings(ALLOWED_HOSTS=["*"]):
        said = browser.client.get(
            "/join/friends?asked", headers={"host": "mallory.example", "x-forwarded-host": "mallory.example"}
        )
    assert "mallory" not in said.content.decode()
    assert "localhost:8000/r/" in said.content.decode()


def test_a73_ten_thousand_addresses_from_one_place_issue_nothing(shop: Shop) -> None:
    browser = Browser()
    answers = [browser.join(f"m{n}@throwaway.example") for n in range(40)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/join/friends?asked")}
    assert len(mails()) == Enrolment.objects.count() == 30
    assert set(Advocate.objects.values_list("status", flat=True)) == {"provisional"}
    assert Browser("198.51.100.1").join().status_code == 303
    assert mails()[-1] == ("join", ADA)


def test_a79_an_address_that_a_caller_writes_does_not_count(shop: Shop) -> None:
    for n in range(35):
        Browser(**{"x-forwarded-for": f"203.0.113.{n}"}).join(f"m{n}@throwaway.example")
    assert len(mails()) == 30


def test_a_program_that_is_not_for_everybody_says_so_and_shows_no_link(shop: Shop) -> None:
    from passaparola.actions.programs.apply import apply_program
    from tests.journeys.caller import now

    for name in ("x32-recognition", "x22-candidates"):
        apply_program(example(f"{name}.yaml"), workspace=shop.workspace, now=now(), actor="Olga")
    assert "Place 1: weekend-trip (each month, for the most friends)" in Browser().text("/join/recognition")
    assert "when a candidate who comes through you is hired" in Browser().text("/join/candidates")
    document = PROGRAM.format(slug="buyers") + "access: customers\n"
    apply_program(document, workspace=shop.workspace, now=now(), actor="Olga")
    browser = Browser()
    assert "For customers" in browser.text("/join/buyers")
    browser.join(program="buyers")
    assert not LINK.search(browser.text("/join/buyers?asked"))
    said = browser.confirm()
    assert said.status_code == 200
    assert "This program is for customers" in said.content.decode()
    assert not Identity.objects.exists()
    paid = shop.event([{**purchase("ada", "o1"), "person": {"email": ADA}}])
    assert paid.status == 200
    browser.join(program="buyers")
    assert browser.confirm().headers["Location"] == "/me/"
    assert LINK.search(browser.text("/me/"))


def test_where_too_much_waits_the_page_says_so_and_nothing_is_begun(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser()
    form = browser.form("/join/friends")

    def full(*_: Any, **__: Any) -> None:
        raise QueueFull

    monkeypatch.setattr(Writer, "run", full)
    said = browser.client.post("/join/friends", {**form, "email": ADA})
    assert (said.status_code, said.headers["Retry-After"]) == (503, "5")
    assert mails() == []


def test_other_workspaces_have_their_own_programs(shop: Shop) -> None:
    open_shop("second", PROGRAM.replace("Give 5, get 5", "Another"))
    browser = Browser()
    assert "Another" in browser.text("/join/second/friends")
    assert browser.get("/join/nowhere/friends").status_code == 404
    assert browser.get("/join/unknown").status_code == 404
    browser.send("/join/second/friends", {"email": ADA})
    assert not LINK.search(browser.text("/join/friends")), "what was asked there is not shown here"
    browser.confirm()
    assert "Another" in browser.text("/me/")


# -- the portal -------------------------------------------------------------------------------------------------------------


def test_who_has_joined_signs_in_by_mail_and_out(shop: Shop) -> None:
    first = a_member()
    assert first.send("/me/").status_code == 405
    out = first.send("/me/", to="/me/sign-out")
    assert out.headers["Location"] == "/me/sign-in/"
    assert first.get("/me/").headers["Location"] == "/me/sign-in/"
    assert Session.objects.count() == 0
    browser = Browser()
    assert browser.send("/me/sign-in/", {"email": ADA.upper()}).headers["Location"] == "/me/sign-in/?asked"
    assert mails()[-1] == ("sign_in", ADA)
    assert browser.send(link_in_mail("portal")).headers["Location"] == "/me/"
    assert "Give 5, get 5" in browser.text("/me/")
    cookie = browser.client.cookies["portal"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 2 * 86_400)


def test_a84_a_session_has_a_new_key_and_ends_for_good(shop: Shop) -> None:
    member = a_member()
    before = member.client.cookies["portal"].value
    member.send("/me/sign-in/", {"email": ADA})
    other = Browser()
    other.client.cookies["portal"] = "planted-by-mallory-0123456789ab"
    other.join(EVA)
    other.confirm()
    assert other.client.cookies["portal"].value != "planted-by-mallory-0123456789ab"
    member.send("/me/", to="/me/sign-out")
    stale = Browser()
    stale.client.cookies["portal"] = before
    assert stale.get("/me/").status_code == 303


@on_both
def test_who_was_merged_is_who_they_were_merged_into_and_who_was_removed_is_out(shop: Shop) -> None:
    member = a_member()
    ada, eva = Identity.objects.get(value=ADA).person_id.hex, made_person(shop, EVA)
    merged = shop.post(f"/api/v1/people/{eva}/merge", {"duplicate": f"per_{ada}"})
    assert merged.status == 200, merged.body
    assert member.get("/me/").status_code == 200
    member.send("/me/settings/", {"name": "Eva"}, to="/me/name")
    assert Person.objects.get(pk=eva[4:]).name == "Eva"
    Person.objects.all().delete()
    assert member.get("/me/").headers["Location"] == "/me/sign-in/"
    assert Session.objects.count() == 0


def test_a_suspended_advocate_sees_so_and_shares_nothing(shop: Shop) -> None:
    member = a_member()
    link = ShareLink.objects.get().id.hex
    advocate = Advocate.objects.get().id.hex
    assert shop.post(f"/api/v1/advocates/adv_{advocate}/suspend").status == 200
    page = member.text("/me/")
    assert "on hold" in page
    assert not LINK.search(page)
    assert member.get(f"/me/qr/{link}.svg").status_code == 404


def test_a45_what_is_somebody_elses_does_not_exist(shop: Shop) -> None:
    a_member(EVA)
    hers = ShareLink.objects.get().id.hex
    member = a_member(ADA)
    own = ShareLink.objects.exclude(pk=hers).get().id.hex
    for path, method in (("/me/qr/%s.svg", "get"), ("/me/qr/%s.png", "get"), ("/me/share/%s/whatsapp", "post")):
        for link, status in ((own, 200 if method == "get" else 303), (hers, 404), ("0" * 32, 404)):
            answer = member.get(path % link) if method == "get" else member.send("/me/", to=path % link)
            assert answer.status_code == status, path % link
    theirs, nobodys = member.get(f"/me/qr/{hers}.svg"), member.get(f"/me/qr/{'0' * 32}.svg")
    assert theirs.content == nobodys.content
    assert Browser().get(f"/me/qr/{own}.svg").status_code == 303


@pytest.mark.parametrize("channel", [key for key, channel in CHANNELS.items() if channel.address])
def test_sharing_records_the_channel_and_hands_the_message_over(shop: Shop, channel: str) -> None:
    member = a_member()
    link = ShareLink.objects.get()
    words = "Try it & tell me: 100% good"
    answer = member.send("/me/", {"words": words}, to=f"/me/share/{link.id.hex}/{channel}")
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address.scheme in {"https", "mailto", "sms"}
    said = " ".join(v for values in parse_qs(address.query).values() for v in values)
    assert f"http://localhost:8000/r/{link.slug}?c={channel}" in said
    if channel not in {"facebook", "linkedin"}:
        assert words in said
    event = Event.objects.get(type="share")
    assert (event.channel, event.link_id) == (channel, link.id)
    policy = member.get("/me/").headers["Content-Security-Policy"]
    assert (f"https://{address.netloc}" if address.netloc else f"{address.scheme}:") in policy


def test_the_message_that_stands_ready_says_what_the_advocate_gets(shop: Shop) -> None:
    page = a_member().text("/me/")
    words = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert words.startswith("I like ")
    assert "For recommending it I get $5 in store credit." in words


def test_friends_stay_unknown_and_rewards_say_how_they_stand(shop: Shop) -> None:
    member = a_member()
    code = code_in(member.text("/me/"))
    friend = {"customer_id": "c-4711", "email": BEN, "phone": "+48123456789"}
    said = shop.event([
        {"id": "s1", "type": "signup", "person": friend, "code": code},
        {**purchase("x", "order-99"), "person": friend},
        {"id": "s2", "type": "signup", "person": "cid", "code": code},
    ])  # fmt: skip
    assert said.status == 200, said.body
    pages = member.text("/me/") + member.text("/me/friends/") + member.text("/me/rewards/")
    for private in ("c-4711", "ben", "order-99", "41.44", "4812", "per_"):
        assert private not in pages
    friends = member.text("/me/friends/")
    assert friends.count("A friend, since") == 2
    assert "bought" in friends
    assert "On the way" in friends
    assert "Yours" in member.text("/me/rewards/")


def test_a26_pages_are_found_by_no_search_engine_and_name_no_code(shop: Shop) -> None:
    member = a_member()
    code = code_in(member.text("/me/"))
    for path in ("/me/", "/me/friends/", "/me/rewards/", "/me/settings/", "/join/friends"):
        answer = member.get(path)
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert code not in answer.content.decode().partition("</title>")[0]
    assert member.get("/me/portal.css").status_code == 404


@pytest.mark.parametrize("name", NASTY)
def test_a33_a_name_is_shown_inert(shop: Shop, name: str) -> None:
    member = a_member()
    answer = member.send("/me/settings/", {"name": name}, to="/me/name")
    if answer.status_code == 303:
        shown = member.text("/me/settings/") + member.text("/me/")
    else:
        assert answer.status_code == 400
        shown = answer.content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "\u202e" not in shown
    assert len(Person.objects.get(alias_of=None).name) <= 60


def test_a_name_is_what_friends_read_and_is_optional(shop: Shop) -> None:
    member = a_member()
    member.send("/me/settings/", {"name": "Ada Lovelace"}, to="/me/name")
    assert "Friends read <bdi>Ada</bdi>" in member.text("/me/settings/")
    member.send("/me/settings/", {"name": ""}, to="/me/name")
    assert Person.objects.get().name == ""


def test_the_language_is_kept_in_the_browser(shop: Shop) -> None:
    member = a_member()
    member.send("/me/settings/", {"language": "ar"}, to="/me/language")
    assert 'dir="rtl"' in member.text("/me/")
    member.send("/me/settings/", {"language": "xx"}, to="/me/language")
    assert 'lang="ar"' in member.text("/me/")


def test_who_wants_no_news_gets_none_until_they_want_it_again(shop: Shop) -> None:
    member = a_member()
    assert "No more news" in member.text("/me/settings/")
    member.send("/me/settings/", {"news": "off"}, to="/me/news")
    assert [s.reason for s in Suppression.objects.all()] == ["unsubscribed"]
    assert "Send me news again" in member.text("/me/settings/")
    member.send("/me/settings/", {"news": "on"}, to="/me/news")
    assert not Suppression.objects.exists()
    Suppression.objects.create(address_mac=address_mac(the_keyring(), ADA), reason="bounce", at=1)
    assert "a mail came back" in member.text("/me/settings/")
    member.send("/me/settings/", {"news": "on"}, to="/me/news")
    assert [s.reason for s in Suppression.objects.all()] == ["bounce"], "only their own wish is theirs to take back"
    assert verify_replay(shop.workspace) == []


# -- a shop links its customers in ------------------------------------------------------------------------------------------


def test_a_shop_gets_a_portal_link_for_its_own_customer(shop: Shop) -> None:
    made = shop.post("/api/v1/advocates", {"program": "friends", "customer_id": "ada"}).json["id"]
    said = shop.post(f"/api/v1/advocates/{made}/portal-link", idempotency="one")
    assert said.status == 201, said.body
    address = said.json["url"]
    assert address.startswith("http://localhost:8000/me/enter/")
    again = shop.post(f"/api/v1/advocates/{made}/portal-link", idempotency="one")
    assert (again.replayed, again.json["url"]) == (True, None), "a secret is shown once"
    browser = Browser()
    assert browser.send(urlsplit(address).path).headers["Location"] == "/me/"
    assert LINK.search(browser.text("/me/"))
    weak = shop.new_key("people:read")
    assert shop.post(f"/api/v1/advocates/{made}/portal-link", key=weak).status == 403
    other = open_shop("second")
    assert other.post(f"/api/v1/advocates/{made}/portal-link").status == 404
    assert the_keyring().links
    assert link_token(the_keyring().links, "portal", "0" * 32)
