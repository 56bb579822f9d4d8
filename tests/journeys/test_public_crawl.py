"""Every link and form of people's pages, as whoever may stand before them: none is dead, breaks, or loses what was typed."""

from collections import deque
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.urls import resolve

from passaparola.actions.acting import Asked, done
from passaparola.actions.design.pages import write_block
from passaparola.actions.programs.apply import apply_program
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.store.models import MagicLink, Message, ShareLink
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser, a_member
from tests.journeys.caller import Shop, now, purchase, sign_up
from tests.journeys.friends import BY_SIGNUP, ada, firm
from tests.journeys.test_keeping import EITHER
from tests.journeys.test_leaders import BOARD
from tests.journeys.test_staff_pages import Read

pytestmark = only_sqlite
TYPED = ("text", "textarea", "search", "email", "url", "date")
LATER = "/me/sign-out"  # sent last
STRANGERS = (
    "/join/friends",
    "/join/either",
    "/told/friends",
    "/privacy/",
    "/cookies/",
    "/me/sign-in/",
    "/me/",
    "/l/nothing",
)
PORTAL = (
    "/me/",
    "/me/missing/",
    "/me/materials/",
    "/me/shares/",
    "/me/friends/?page=2",
    "/me/rewards/",
    "/me/settings/",
    "/leaders/friends",
)


class Page(Read):
    """With its pictures, and each button that sends its form elsewhere as a form of its own."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.links.append(given["src"])
        if "formaction" in given:
            method, _, fields = self.forms[-1]
            self.forms.append((method, given["formaction"], list(fields)))


def stranger(shop: Shop) -> tuple[Any, list[str]]:
    """Nobody knows them. A link that leads nowhere answers 404, and so it should."""
    return Browser().client, [*STRANGERS, "/told/main/friends", "/join/main/friends"]


def friend(shop: Shop) -> tuple[Any, list[str]]:
    """Came by a link, took one offer at once and another by mail, and writes off further mails."""
    at_once, by_mail, client = ada(shop), ada(shop, BY_SIGNUP), Browser().client
    for block, content in {
        "product": {"name": "Rye", "link": "https://shop.example/rye"},
        "video": {"address": "https://youtu.be/dQw4w9WgXcQ"},
        "contact": {"phone": "+39 06 555 0100"},
    }.items():
        done(write_block("by-order", "en", block, content, asked=Asked(shop.workspace, now(), "Olga")))
    token, other = at_once.token(), by_mail.token()
    client.post(f"{at_once.page}/accept", {"v": token})
    client.post(f"{by_mail.page}/accept", {"v": other, "email": "ben@example.com"})
    keys = the_keyring().links
    word = link_token(keys, "accept", MagicLink.objects.get(purpose="accept").id.hex)
    stop = link_token(keys, "unsubscribe", Message.objects.latest("id").id.hex)
    ways = [f"{link.page}{end}" for link, own in ((at_once, token), (by_mail, other)) for end in ("", f"?v={own}")]
    return client, [*ways, f"{at_once.page}/accept?v={token}", f"/l/accept/{word}", f"/u/{stop}"]


def advocate(shop: Shop) -> tuple[Any, list[str]]:
    """In two programs, with a friend who earned something, and something to take away."""
    said = {"kind": "text", "title": "A word", "words": "Bread! {link}"}
    assert shop.post("/api/v1/programs/friends/materials", said).status == 201
    apply_program(BOARD, workspace=shop.workspace, now=now(), actor="Olga")
    member = a_member(program="either")
    code = ShareLink.objects.get().code
    shop.event([{**sign_up("ben", "x"), "referred_by": None, "code": code}, purchase("ben", "order-1")])
    member.join(program="friends")
    member.confirm()
    return member.client, list(PORTAL)


def walked(client: Any, start: list[str]) -> tuple[list[str], dict[str, Page]]:
    """What is wrong with what links and pictures lead to, and what stands on these pages."""
    wrong, read, waiting, known = [], {}, deque(start), set(start)
    while waiting:
        where = waiting.popleft()
        answer = client.get(where)
        if answer.status_code >= 400 and where != "/l/nothing":
            wrong.append(f"{where}: {answer.status_code}")
        if answer.status_code >= 300 or "html" not in answer.headers["Content-Type"]:
            continue
        read[where] = Page(answer.content.decode())
        for link in read[where].links:
            to = urljoin(where, link.partition("#")[0])
            if to.startswith("/") and not to.startswith("/static/") and to not in known:
                known.add(to)
                waiting.append(to)
    return wrong, read


def lost(client: Any, where: str, form: tuple[str, str, list[tuple[str, str, str]]]) -> str:
    """What went wrong when the form was sent with words that suit no field: it broke, or the words are gone."""
    method, action, fields = form
    to = urljoin(where, action)
    typed = {name: f"typed-{name}" for name, kind, _ in fields if kind in TYPED}
    others = {name: value for name, kind, value in fields if kind not in (*TYPED, "select", "checkbox")}
    if method == "get":
        return (
            "" if client.get(to, typed | dict(parse_qsl(urlsplit(to).query))).status_code == 200 else f"{where} to {to}"
        )
    answer = client.post(to, {**others, **typed}, headers={"sec-fetch-site": "same-origin"})
    if answer.status_code not in (200, 204, 302, 303, 400, 422):
        return f"{where} form to {to}: {answer.status_code}"
    if answer.status_code in (204, 302, 303):
        return ""
    text = answer.content.decode()
    gone = [name for name, words in typed.items() if words not in text]
    return f"{where} form to {to} lost {gone}" if gone else ""


@pytest.mark.parametrize("person", [stranger, friend, advocate], ids=lambda person: person.__name__)
def test_no_link_is_dead_and_no_form_breaks_or_loses_what_was_typed(shop: Shop, person: Any) -> None:
    cache.clear()
    firm(shop.workspace)
    apply_program(EITHER, workspace=shop.workspace, now=now(), actor="Olga")
    client, start = person(shop)
    wrong, read = walked(client, start)
    assert wrong == []
    forms = [(where, form) for where, page in read.items() for form in page.forms]
    sent, failed = set(), []
    for where, form in sorted(forms, key=lambda one: one[1][1] == LATER):
        way = (
            resolve(urlsplit(urljoin(where, form[1])).path).route,
            form[1].rpartition("/")[2],
            *(name for name, *_ in form[2]),
        )
        if way not in sent:
            sent.add(way)
            failed.append(lost(client, where, form))
    assert list(filter(None, failed)) == []
    assert len(read) >= 5
    assert len(sent) >= 3
    cache.clear()
