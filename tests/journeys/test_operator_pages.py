"""The pages of staff: closed to everybody else, few statements each, and acts that are done once and by name."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, path, reverse

import passaparola
from passaparola.actions.acting import Asked
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.rewards.operate import approve
from passaparola.analytics.overview import forget_overviews, overview
from passaparola.analytics.report import report
from passaparola.domain.money import money_text
from passaparola.inbound.templatetags.desk import because
from passaparola.inbound.web.operators import people, urls
from passaparola.inbound.web.operators.entry import needs
from passaparola.inbound.web.operators.permits import Permit
from passaparola.store.models import Act, ApiKey, Finding, Person, Referral, Reward, RewardTransition
from tests.databases import Database, only_sqlite
from tests.domain.tongues import entries_below, marked
from tests.journeys.caller import HELD, Shop, now, open_shop, purchase, sign_up
from tests.journeys.staff import TOKEN, a_browser, send, signed_in
from tests.journeys.staff_pages import views

pytestmark = only_sqlite
OPEN = "accounts/"  # sign-in itself
ZEROS = "0" * 32


@pytest.fixture
def olga(shop: Shop) -> Iterator[Client]:
    """Olga's browser, before a shop in which Ada brought Ben, who bought: one reward waits and one is issued."""
    cache.clear()
    forget_overviews()
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion(order="A-1001")
    yield signed_in()
    forget_overviews()
    cache.clear()


def text_of(answer: Any) -> str:
    """What a person reads."""
    text = re.sub(r"<bdi[^>]*>|</bdi>", "", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def waiting() -> Reward:
    return Reward.objects.filter(state="pending").order_by("id")[0]


def address(reward: Reward, verb: str = "") -> str:
    return f"/rewards/rwd_{reward.id.hex}/{verb}/" if verb else f"/rewards/rwd_{reward.id.hex}/"


# -- who may see and do ---------------------------------------------------------------------------------------------------


def unguarded(patterns: list[Any]) -> list[str]:
    """Views that anybody could see."""
    return [where for where, pattern in views(patterns) if not getattr(pattern.callback, "permit", None)]


def test_every_page_of_staff_is_guarded(database: Database) -> None:
    assert len(urls.urlpatterns) > 12
    assert unguarded(urls.urlpatterns) == []


def test_a_planted_page_without_a_guard_is_caught(database: Database) -> None:
    def bare(_: HttpRequest) -> HttpResponse:
        return HttpResponse("everybody's rewards")

    assert unguarded([path("all/", bare), path("good/", needs(Permit.VIEW)(bare))]) == ["all/"]


def every_address(slug: str, reward: Reward) -> list[str]:
    given = {
        "slug": slug, "verb": "pause", "key": ZEROS, "language": "en", "block": "message", "name": "x14-flat", "number": 1,
        "advocate": ZEROS, "link": ZEROS,
    }  # fmt: skip
    found = []
    for pattern in urls.urlpatterns:
        if isinstance(pattern, URLPattern):
            wanted = pattern.pattern.converters
            values = {name: given[name] for name in wanted}
            if pattern.name == "picture-delete":  # its digest is no word of a converter
                values["digest"] = 2 * ZEROS
            if pattern.name in ("reward", "reward-decide"):
                values |= {"key": reward.id.hex} | ({"verb": "approve"} if "verb" in wanted else {})
            found.append(reverse(str(pattern.name), kwargs=values))
    return found


def test_strangers_see_nothing_and_do_nothing(olga: Client) -> None:
    stranger, reward = a_browser(), waiting()
    for where in every_address("friends", reward):
        got = stranger.get(where)
        assert got.status_code in (302, 405), where
        if got.status_code == 302:
            assert got.headers["Location"].startswith("/accounts/login/?next="), where
        assert stranger.post(where, {"token": "x" * 24}).status_code in (403, 405), where
    reward.refresh_from_db()
    assert reward.state == "pending"


def test_reading_changes_nothing_and_an_act_needs_the_forms_token(olga: Client) -> None:
    reward, acts = waiting(), Act.objects.count()
    for where in every_address("friends", reward):
        olga.get(where)
        assert olga.post(where, {"token": "x" * 24}).status_code in (403, 405), where
    assert Act.objects.count() == acts
    reward.refresh_from_db()
    assert reward.state == "pending"


def test_pages_are_kept_by_nobody_and_found_by_no_search_engine(olga: Client) -> None:
    for where in ("/", "/find?q=ada", "/programs/friends/", address(waiting()), "/findings/", "/settings/"):
        page = olga.get(where)
        assert page.status_code == 200, where
        assert "no-store" in page.headers["Cache-Control"], where
        assert page.headers["X-Robots-Tag"] == "noindex", where
        assert 'name="robots" content="noindex"' in page.content.decode()


def test_what_is_in_another_workspace_is_not_there(olga: Client) -> None:
    other = open_shop("other")
    other.conversion("carl", "dora", order="B-2002")
    theirs = Reward.objects.filter(workspace_id=other.workspace)[0]
    friend = Referral.objects.filter(workspace_id=other.workspace)[0]
    assert olga.get(address(theirs)).status_code == 404
    assert olga.get(f"/referrals/ref_{friend.id.hex}/").status_code == 404
    assert olga.get(f"/people/per_{friend.friend_id.hex}/").status_code == 404
    for typed in ("carl", "dora", "B-2002", f"rwd_{theirs.id.hex}", f"per_{friend.friend_id.hex}"):
        assert "Nothing goes by that" in text_of(olga.get("/find", {"q": typed})), typed
    own = olga.get(address(waiting())).content.decode()
    token = TOKEN.findall(own)[0]
    answer = send(olga, address(waiting()), to=address(theirs, "cancel"), token=token)
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "issued"


# -- deciding -------------------------------------------------------------------------------------------------------------


def test_a_reward_is_approved_by_name_with_a_note_and_undone(olga: Client) -> None:
    reward = waiting()
    assert "Approve" in text_of(olga.get(address(reward)))
    assert send(olga, address(reward), to=address(reward, "approve"), note="I know Ada").status_code == 302
    page = text_of(olga.get(address(reward)))
    assert "The reward was approved and issued." in page
    assert "staff:olga" in page
    assert "I know Ada" in page
    reward.refresh_from_db()
    assert reward.state == "issued"
    assert Act.objects.filter(verb="reward.approve", actor="staff:olga").count() == 1
    send(olga, address(reward), to=address(reward, "undo"))
    reward.refresh_from_db()
    assert (reward.state, reward.reason) == ("pending", "undone")
    forget_overviews()
    home = olga.get("/")
    assert "1 reward of Give 5, get 5 waits for a person" in text_of(home)
    assert Reward.objects.filter(state="pending").count() == 2, "the other one waits for the end of its hold"
    (rows,) = re.findall(r'<li><a href="(/programs/held/rewards/[^"]+)', home.content.decode())
    assert ' id="list">1 reward</h2>' in olga.get(rows).content.decode(), "the number is that of the rows behind it"


@pytest.mark.parametrize(("verb", "state"), [("deny", "denied"), ("cancel", "cancelled")])
def test_a_reward_is_denied_or_cancelled_and_that_is_undone(olga: Client, verb: str, state: str) -> None:
    reward = waiting()
    send(olga, address(reward), to=address(reward, verb))
    reward.refresh_from_db()
    assert reward.state == state
    assert f"{state.capitalize()}: {money_text(reward.amount, reward.unit)} " in text_of(olga.get(address(reward)))
    send(olga, address(reward), to=address(reward, "undo"))
    reward.refresh_from_db()
    assert reward.state == "pending"


def test_a_form_that_is_sent_twice_acts_once(olga: Client) -> None:
    reward = waiting()
    token = TOKEN.findall(olga.get(address(reward)).content.decode())[0]
    for _ in range(2):
        assert send(olga, address(reward), to=address(reward, "approve"), token=token).status_code == 302
        assert "The reward was approved and issued." in text_of(olga.get(address(reward)))
    assert RewardTransition.objects.filter(reward_id=reward.id, step="issued").count() == 1
    assert Act.objects.filter(verb="reward.approve").count() == 1
    again = send(olga, address(reward), to=address(reward, "approve"), token=token, note="something else")
    assert "sent before with something else in it" in text_of(again)
    assert "something else</textarea>" in again.content.decode(), "a note that was not kept is still there"


def test_support_sees_whatever_waits_and_what_was_taken_back(olga: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    reward = waiting()
    newest = Reward.objects.order_by("-id")[0]
    taken = {"beneficiary_id": reward.beneficiary_id, "state": "issued", "reversed": 100}
    assert Reward.objects.filter(id=newest.id, id__gt=reward.id).update(**taken) == 1
    monkeypatch.setattr(people, "SHOWN", 1)
    page = olga.get(f"/people/per_{reward.beneficiary_id.hex}/")
    assert address(reward, "approve") in page.content.decode(), "however many rewards are newer"
    assert f"/rewards/?q=per_{reward.beneficiary_id.hex}" in page.content.decode()
    assert "Taken back: 1.00 USD" in text_of(page)
    assert "/connect/orders/" in olga.get("/find").content.decode()


def test_what_a_rule_refuses_is_said_in_words(olga: Client, shop: Shop) -> None:
    reward = waiting()
    page = olga.get(address(reward)).content.decode()
    token = TOKEN.findall(page)[0]
    approve(reward.id.hex, asked=Asked(shop.workspace, now(), "otto"))
    send(olga, address(reward), to=address(reward, "deny"), token=token)
    assert "Not done: A reward that is issued cannot be denied. Nothing was changed." in text_of(
        olga.get(address(reward))
    )
    assert "Deny" not in text_of(olga.get(address(reward))), "only what is legal now is offered"


def test_a_program_is_paused_and_resumed_after_asking(olga: Client) -> None:
    for verb, after in (("pause", "Paused"), ("resume", "Live")):
        where = f"/programs/friends/{verb}/"
        assert "?" in text_of(olga.get(where))
        assert send(olga, where).headers["Location"] == "/programs/friends/"
        assert after in text_of(olga.get("/programs/friends/"))
        assert "That is not possible now" in text_of(olga.get(where))
    assert olga.get("/programs/friends/end/").status_code == 404


def test_a_finding_is_told_in_words_and_dealt_with(olga: Client, shop: Shop) -> None:
    shop.event(purchase("ben", "A-1001", amount=9900) | {"id": "told-again"})
    page = text_of(olga.get("/findings/"))
    assert "An order was told twice with different amounts or buyers" in page
    assert "99.00 USD" in page
    found = Finding.objects.get()
    send(olga, "/findings/", to=f"/findings/fnd_{found.id.hex}/resolve/")
    assert "All is well" in text_of(olga.get("/findings/"))
    assert "99.00 USD" in text_of(olga.get("/findings/?state=resolved"))
    assert Act.objects.get(verb="finding.resolve").actor == "staff:olga"
    late = {
        "reward": waiting().id.hex,
        "waits_for": "approval",
        "expected_at": "2026-03-01T10:00:00Z",
        "amount": 500,
        "unit": "USD",
    }
    Finding.objects.update(kind="reward_late", detail=json.dumps(late), resolved_at=None)
    page = text_of(olga.get("/findings/"))
    assert "A reward that was promised is late" in page
    for words in ("Waits for a decision of yours", "Expected 1 Mar 2026, 10:00", "Amount 5.00 USD"):
        assert words in page
    ada = waiting().beneficiary_id.hex
    for kind, told, words in (
        ("not_recovered", {"short": 500, "unit": "USD", "reward": ZEROS}, "Missing 5.00 USD"),
        ("budget_alert", {"used": 950, "total": 1000, "unit": "USD", "percent": 90}, "Used 9.50 USD Budget 10.00 USD"),
        ("grant_held_back", {"program": "held", "grant": "g", "why": "cap_reached"}, f"Why {because('cap_reached')}"),
        ("late_event_after_redemption", {"stands": ada, "now": None}, "Advocate who stays ada"),
    ):
        Finding.objects.update(kind=kind, detail=json.dumps(told))
        assert words in text_of(olga.get("/findings/"))
    assert f'href="/people/per_{ada}/"' in olga.get("/findings/").content.decode()


def test_a_key_is_shown_once_and_revoked(olga: Client) -> None:
    token = TOKEN.findall(olga.get("/settings/").content.decode())[0]
    given = {"name": "Till", "kind": "scopes", "scope": ["rewards:read"], "token": token}
    secret = re.search(
        r"(sk_\w+|pa_\w+|[a-z]+_[A-Za-z0-9_]{24,})</code>",
        send(olga, "/settings/", to="/settings/keys/", **given).content.decode(),
    )
    assert secret
    assert secret.group(1) not in send(olga, "/settings/", to="/settings/keys/", **given).content.decode()
    assert secret.group(1) not in olga.get("/settings/").content.decode()
    key = ApiKey.objects.get(name="Till")
    assert key.scopes == '["rewards:read"]'
    send(olga, "/settings/", to=f"/settings/keys/key_{key.id.hex}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None
    for wrong in (
        {"name": "", "kind": "everything"},
        {"name": "x", "kind": "scopes"},
        {"name": "x", "kind": "scopes", "scope": "nonsense"},
        {"name": "x", "kind": "publishable", "origins": "nowhere"},
    ):
        again = send(olga, "/settings/", to="/settings/keys/", **wrong).content.decode()
        assert again.count('class="wrong"') == 1
        assert f'value="{wrong["name"]}"' in again or not wrong["name"], "what was typed is still there"
    many = ",".join(f"https://{n}.example" for n in range(33))
    for origins in (",", "nowhere", many):
        again = send(olga, "/connect/", to="/connect/keys/", origins=origins).content.decode()
        assert again.count('class="wrong"') == 1, origins
    assert not ApiKey.objects.filter(publishable=True).exists()


# -- what is shown --------------------------------------------------------------------------------------------------------


STORY = (
    *("Who was considered", "Considered ada, named by the friend's own event", "won", "What the rules say"),
    *("41.44 USD", "5.00 USD in store credit", "Signed up", "Order A-1001"),
)


def test_the_story_of_a_referral_says_who_why_and_how_much(olga: Client) -> None:
    referral = Referral.objects.filter(status="converted")[0]
    page = text_of(olga.get(f"/referrals/ref_{referral.id.hex}/"))
    for said in STORY:
        assert said in page, said


def in_brackets(folder: Path) -> None:
    """A catalogue of Italian in which every text of the product stands between ⟦ and ⟧."""
    catalogue, known = Catalog(locale="it"), set()
    for entry in sorted(entries_below(Path(passaparola.__path__[0])), key=len, reverse=True):
        if entry[0] not in known:
            translated = tuple(marked(text) for text in entry)
            catalogue.add(entry if len(entry) > 1 else entry[0], translated if len(entry) > 1 else translated[0])
            known.add(entry[0])
    place = folder / "it" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalogue)


def test_the_story_the_rule_and_a_refusal_are_told_in_the_readers_language(
    olga: Client, shop: Shop, tmp_path: Path
) -> None:
    in_brackets(tmp_path)
    reward, referral = waiting(), Referral.objects.filter(status="converted")[0]
    token = TOKEN.findall(olga.get(address(reward)).content.decode())[0]
    approve(reward.id.hex, asked=Asked(shop.workspace, now(), "otto"))
    with override_settings(LOCALE_PATHS=[tmp_path]):
        olga.cookies["django_language"] = "it"
        story = text_of(olga.get(f"/referrals/ref_{referral.id.hex}/"))
        assert "⟦Considered ⟧ada⟦, named by the friend's own event of ⟧" in story
        assert "41.44 USD⟦; ⟧⟦the amount is ⟧5.00 USD" in story
        program = text_of(olga.get("/programs/friends/"))
        assert "⟦The advocate gets ⟧5.00 USD⟦ in store credit⟧" in program
        assert "⟦Friends bound to an advocate of the program who signed up.⟧" in program
        assert "rewards:read: ⟦read rewards" in text_of(olga.get("/settings/"))
        assert "reward.issued: ⟦A reward is" in text_of(olga.get("/settings/webhooks/"))
        assert "⟦Reward approved⟧ reward.approve" in text_of(olga.get("/settings/log/"))
        send(olga, "/settings/staff/", to="/settings/staff/change/", name="olga", verb="role", role="sales")
        assert "olga⟦ is the last administrator who can sign in" in text_of(olga.get("/settings/staff/"))
        for _ in range(2):  # the first time, and when it is sent again
            send(olga, address(reward), to=address(reward, "deny"), token=token)
            said = text_of(olga.get(address(reward)))
            assert "⟦Not done: ⟧⟦a reward that is ⟧⟦issued⟧⟦ cannot be denied⟧⟦. Nothing was changed.⟧" in said
    olga.cookies["django_language"] = "en"
    assert "Not done" not in text_of(olga.get(address(reward)))
    send(olga, address(reward), to=address(reward, "deny"), token=token)
    assert "Not done: A reward that is issued cannot be denied. Nothing was changed." in text_of(
        olga.get(address(reward))
    )


def test_the_numbers_of_the_first_page_are_those_of_the_report(olga: Client, shop: Shop) -> None:
    shop.event([sign_up("cora", "ada")])
    for glance in overview(shop.workspace, now=now()).programs:
        told = report(shop.workspace, glance.entry.slug)
        assert (glance.visits, glance.signups, glance.converted) == (
            told["visits"], told["referred_signups"], told["converted_friends"],
        )  # fmt: skip
        worth = sum(r["value_minor"] for r in told["rewards"] if r["state"] in ("pending", "issued"))
        assert worth == sum(cost.issued + cost.waiting for cost in glance.costs)


NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7654321*7}}",
    "${7654321*7}",
    "\u202egnp.exe",
    "N" * 200,
)


@pytest.mark.parametrize("name", NAMES)
def test_a33_a_name_is_only_a_name(olga: Client, name: str) -> None:
    referral = Referral.objects.filter(status="converted")[0]
    Person.objects.filter(id=referral.friend_id).update(name=name)
    own = (f"/people/per_{referral.friend_id.hex}/", f"/referrals/ref_{referral.id.hex}/")
    for where in (*own, "/programs/friends/", "/programs/friends/referrals/", "/find?q=ben"):
        page = olga.get(where).content.decode()
        assert "<script>alert" not in page, where
        assert "<img src=x" not in page, where
        assert "53580247" not in page, where
        assert page.count("\u202e") == page.count("<bdi>\u202e"), where


def test_a_list_goes_on_page_by_page_and_by_state(olga: Client, shop: Shop) -> None:
    shop.event([e for n in range(30) for e in (sign_up(f"ben{n}", "ada"), purchase(f"ben{n}", f"more-{n}"))])
    where, seen = "/programs/friends/rewards/?state=issued", []
    while where:
        page = olga.get(where).content.decode()
        seen += re.findall(r'/rewards/rwd_([0-9a-f]{32})/"', page)
        older = re.search(r'href="[^"]*(\?state=issued&amp;before=[0-9a-f]{32})"', page)
        where = f"/programs/friends/rewards/{older.group(1).replace('&amp;', '&')}" if older else ""
    issued = Reward.objects.filter(state="issued", program__slug="friends").values_list("id", flat=True)
    assert sorted(seen) == sorted(key.hex for key in issued)
    assert olga.get("/programs/friends/rewards/?before=%27;--&state=nonsense").status_code == 200
