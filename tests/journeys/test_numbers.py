"""The dashboard's numbers and the lists behind them agree, and a step for many rewards has its own outcome for each."""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client

from passaparola.actions.programs.apply import apply_program
from passaparola.actions.tallies import fill_tallies
from passaparola.analytics.overview import forget_overviews, overview
from passaparola.inbound.web.operators.numbers import rows as lists
from passaparola.inbound.web.operators.numbers import together
from passaparola.inbound.web.operators.programs import funnel_of
from passaparola.store.models import Act, Advocate, Person, Reward, ShareLink
from tests.databases import only_sqlite
from tests.journeys.caller import HELD, Shop, now, purchase, sign_up
from tests.journeys.staff import CSRF, TOKEN, signed_in

pytestmark = only_sqlite
HOW_MANY = re.compile(r'<h2 class="card-title" id="list">([\d,]+) ')


@pytest.fixture
def olga(shop: Shop) -> Iterator[Client]:
    """Olga's browser, before a shop with two programs: friends who came, signed up, bought, were refunded, and brought themselves."""
    cache.clear()
    forget_overviews()
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion(order="A-1001")
    shop.event(
        [
            {"id": "s1", "type": "share", "person": {"customer_id": "ada"}, "to": {"customer_id": "cid"}, "channel": "whatsapp"},
            {"id": "v1", "type": "visit", "referred_by": {"customer_id": "ada"}, "channel": "mail"},
            sign_up("cora", "ada"),
            *(e for n in range(4) for e in (sign_up(f"dan{n}", "ada"), purchase(f"dan{n}", f"B-{n}"))),
            sign_up("ada", "ada"),
        ]
    )  # fmt: skip
    yield signed_in()
    forget_overviews()
    cache.clear()


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def counted(olga: Client, where: str) -> int:
    found = HOW_MANY.search(olga.get(where).content.decode())
    assert found is not None, where
    return int(found.group(1).replace(",", ""))


@pytest.mark.parametrize("ahead", [False, True])
def test_each_number_leads_to_the_rows_that_it_counts(olga: Client, shop: Shop, ahead: bool) -> None:
    if ahead:
        fill_tallies(shop.workspace, now=now())
    for where in ("/dashboard/", "/programs/friends/numbers/?days=30", "/programs/held/numbers/"):
        page = olga.get(where).content.decode()
        tiles = re.findall(r'<p class="h1 mb-1"><a class="text-reset" href="([^"]+)">([\d,]+)</a>', page)
        assert len(tiles) == 5
        for link, number in tiles:
            assert counted(olga, html.unescape(link)) == int(number), link
        rows = re.findall(r'<td class="number" data-label="(?:Shares|Visits)"><a href="([^"]+)">([\d,]+)</a>', page)
        assert len(rows) >= 2
        for link, number in rows:
            assert counted(olga, html.unescape(link)) == int(number), link
        money = re.findall(r'<a (?:class="text-reset" )?href="([^"]*money=[^"]+)">(?:<bdi class="sum">)?([\d.]+)', page)
        assert {found for link, _ in money for found in re.findall(r"money=(\w+)", link)} >= {
            "earned",
            "issued",
            "used",
            "expired",
        }
        for link, amount in money:
            head = words(olga.get(html.unescape(link)))
            assert float(amount) == 0 or f"{amount} USD" in head, (link, amount)
        for link, number in re.findall(r'href="([^"]*reason=[^"]+)">[^<]*</a><span class="number">([\d,]+)', page):
            assert counted(olga, html.unescape(link)) == int(number)
        assert "The numbers as a table" in page
    assert "A day is written like" in olga.get("/dashboard/?from=yesterday").content.decode()


def test_a_list_is_filtered_searched_and_taken_away_as_a_file(olga: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "FILE_PAGE", 3)
    assert counted(olga, "/referrals/?q=dan1") == 2, "one in each program"
    assert counted(olga, "/referrals/?q=dan1&program=friends&state=converted") == 1
    assert counted(olga, "/rewards/?q=B-2") >= 2
    assert counted(olga, "/referrals/?q=nobody-at-all") == 0
    assert counted(olga, "/arrivals/?channel=whatsapp") == 1
    assert counted(olga, "/referrals/?from=2099-01-01") == 0
    assert counted(olga, "/referrals/?from=2099-01-01&to=2020-01-01") == counted(olga, "/referrals/"), "turned round"
    assert "A day is written like" in olga.get("/referrals/?from=0001-01-01&to=9999-12-31").content.decode()
    assert counted(olga, "/referrals/?state=nonsense&reason=%00&from=x&channel=%27;--") == 0
    for where in ("/rewards/", "/programs/held/rewards/?state=pending", "/referrals/", "/arrivals/"):
        sent = olga.get(where + ("&" if "?" in where else "?") + "as=csv")
        assert sent.headers["Content-Type"].startswith("text/csv")
        table = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode())))  # type: ignore[attr-defined]
        assert len(table) - 1 == counted(olga, where), where
        assert {len(line) for line in table} == {len(table[0])}


def test_what_was_issued_for_several_friends_together_is_said_where_no_friend_is_rewarded(olga: Client) -> None:
    glance = overview(Person.objects.all()[0].workspace_id.hex, now=now()).by_slug["friends"]
    assert "other reward" not in render_to_string("operator/funnel.html", {"funnel": funnel_of(glance)})
    together = funnel_of(replace(glance, rewarded=0, issued=5))
    assert "5 other rewards were issued: for several" in render_to_string("operator/funnel.html", {"funnel": together})


def send(olga: Client, where: str, **given: Any) -> Any:
    token = CSRF.findall(olga.get("/rewards/").content.decode())[-1]
    return olga.post(where, {"csrfmiddlewaretoken": token, **given})


def test_a_step_for_many_is_asked_first_done_once_each_and_undone(
    olga: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [key.hex for key in Reward.objects.filter(state="pending").order_by("id").values_list("id", flat=True)]
    issued = Reward.objects.filter(state="issued")[0].id.hex
    assert len(waiting) >= 4
    worth = sum(Reward.objects.filter(state="pending").values_list("amount", flat=True)[: len(waiting)])
    asked = send(olga, "/rewards/together/approve/", reward=[*waiting, issued, "nonsense"])
    said = words(asked)
    assert f"{len(waiting)} rewards" in said
    assert f"{worth / 100:.2f} USD" in said
    assert "1 other was left out" in said
    assert Reward.objects.filter(state="pending").count() == len(waiting), "nothing is done before it is confirmed"

    token = TOKEN.findall(asked.content.decode())[-1]
    form = {"reward": [*waiting, issued], "confirmed": "1", "note": "Paid", "token": token}
    first = words(send(olga, "/rewards/together/approve/", **form))
    assert f"{len(waiting)} rewards: done" in first
    assert "A reward that is issued cannot be approved" in first
    acts = Act.objects.filter(verb="reward.approve").count()
    again = send(olga, "/rewards/together/approve/", **form)
    assert words(again).count("Done") == len(waiting)
    listed = re.findall(r"/rewards/rwd_(\w+)/", again.content.decode())
    assert listed == sorted([*waiting, issued], reverse=True), "each under its own id, in one order on both databases"
    assert Act.objects.filter(verb="reward.approve").count() == acts, "sent again, nothing is done again"
    assert not Reward.objects.filter(state="pending").exists()

    undo = send(olga, "/rewards/together/undo/", reward=waiting)
    token = TOKEN.findall(undo.content.decode())[-1]
    send(olga, "/rewards/together/undo/", reward=waiting, confirmed="1", token=token)
    assert Reward.objects.filter(state="pending").count() == len(waiting)

    monkeypatch.setattr(together, "MOST", 2)
    some = words(send(olga, "/rewards/together/deny/", all="1", filters="program=held&state=pending"))
    assert "2 rewards" in some
    assert f"At most 2 at a time, the newest first. {len(waiting) - 2} more " in some
    assert "left out" not in some
    mixed = words(send(olga, "/rewards/together/deny/", all="1", filters=""))
    assert f"{Reward.objects.exclude(state='pending').count()} others were left out" in mixed
    older = words(send(olga, "/rewards/together/undo/", all="1", filters=""))
    assert "2 rewards" in older, "the newest, which wait, are not what fits"
    assert olga.get("/rewards/together/deny/").headers["Location"] == "/rewards/"
    assert "No reward was ticked" in words(send(olga, "/rewards/together/deny/"))
    assert send(olga, "/rewards/together/give-all/", reward=waiting).status_code == 404


def test_support_switches_a_link_and_suspends_an_advocate_and_only_whoever_helps_looks_up_names(
    olga: Client, shop: Shop
) -> None:
    link = ShareLink.objects.filter(program__slug="friends").order_by("id")[0]
    ada = Advocate.objects.get(program__slug="friends", person=link.person_id)
    page = f"/people/per_{link.person_id.hex}/"
    here = olga.get(page).content.decode()
    for verb, other in (("off", "on"), ("on", "off")):
        to = f"{page}lnk_{link.id.hex}/{verb}/"
        assert to in here
        olga.post(to, {"csrfmiddlewaretoken": CSRF.findall(here)[-1], "token": TOKEN.findall(here)[-1]})
        here = olga.get(page).content.decode()
        assert f"lnk_{link.id.hex}/{other}/" in here
    for verb, status in (("suspend", "suspended"), ("resume", "active")):
        to = f"{page}adv_{ada.id.hex}/{verb}/"
        assert to in here
        olga.post(to, {"csrfmiddlewaretoken": CSRF.findall(here)[-1], "token": TOKEN.findall(here)[-1]})
        assert Advocate.objects.get(id=ada.id).status == status
        here = olga.get(page).content.decode()
    assert send(olga, f"/people/per_{'0' * 32}/lnk_{link.id.hex}/off/", token="t" * 24).status_code == 404
    Person.objects.filter(id=link.person_id).update(name="Ada Lovelace")
    assert page in olga.get("/find?q=lovel").content.decode()
    assert counted(olga, "/referrals/?q=lovel") == counted(olga, "/referrals/?q=ada") > 0
    mia = signed_in("mia", role="marketing")
    assert page not in mia.get("/find?q=lovel").content.decode()
    assert counted(mia, "/referrals/?q=lovel") == 0 < counted(mia, "/referrals/?q=ada")
