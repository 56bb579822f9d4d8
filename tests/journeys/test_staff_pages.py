"""Who of staff may do what, and that no link of their pages is dead and no form loses what was typed."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve

from passaparola.actions.programs.apply import apply_program
from passaparola.analytics.overview import forget_overviews
from passaparola.domain.staff import Role
from passaparola.inbound.web.operators.addresses import PREFIXES
from passaparola.inbound.web.operators.permits import PERMITS, Permit
from passaparola.store import session as sessions
from passaparola.store.models import StaffRole
from tests.databases import only_sqlite
from tests.journeys.caller import HELD, Shop, now, purchase, sign_up
from tests.journeys.staff import an_operator
from tests.journeys.staff_pages import paths, views

pytestmark = only_sqlite
ZEROS = "0" * 32
PUBLIC = ("/join/", "/me/")  # pages of people, which have crawlers of their own
EACH = 3  # addresses of one kind that are followed


@pytest.fixture(autouse=True)
def begin(shop: Shop) -> Iterator[None]:
    cache.clear()
    forget_overviews()
    apply_program(HELD.format(slug="held"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion(order="A-1001")
    yield
    forget_overviews()
    cache.clear()


def staff(role: str) -> Client:
    """A browser in which somebody of this role is signed in."""
    client = Client(headers={"host": "localhost", "sec-fetch-site": "same-origin"})
    client.force_login(an_operator(f"{role}-person", role=role))
    return client


def address(where: str) -> str:
    """An address that the pattern takes; nothing needs to be there."""
    known = {"slug": "friends", "verb": "pause"}

    def value(found: re.Match[str]) -> str:
        kind, name = found.group(1), found.group(2)
        ours = PREFIXES.get(kind.removeprefix("our_"))
        return f"{ours}_{ZEROS}" if ours else known.get(name, "1" if kind == "int" else "x")

    plain = re.sub(r"\(\?P<\w+>\[0-9a-f\]\{64\}\)", 2 * ZEROS, where).replace("^", "").removesuffix(r"\Z")
    return "/" + re.sub(r"<(\w+):(\w+)>", value, plain)


def test_each_view_is_open_to_the_roles_with_its_permit_and_to_no_other() -> None:
    found = [(address(where), getattr(pattern.callback, "permit", None)) for where, pattern in views()]
    assert len(found) > 14
    wrong = []
    for role in Role:
        client = staff(role)
        for where, permit in found:
            for method in (client.get, client.post):
                status = method(where).status_code
                if status == 405:
                    continue
                if (status == 403) == (permit in PERMITS[role]) or status >= 500:
                    wrong.append(f"{role} {method.__name__} {where} ({permit}): {status}")
    assert wrong == []


def test_every_permit_is_given_to_somebody_and_refused_to_somebody() -> None:
    assert {permit for permits in PERMITS.values() for permit in permits} == set(Permit)
    assert all(any(permit not in PERMITS[role] for role in Role) for permit in set(Permit) - {Permit.VIEW})
    assert set(PERMITS) == set(Role)


def test_an_account_without_a_role_sees_nothing_and_another_role_counts_with_the_next_request() -> None:
    client = staff("support")
    assert client.get("/").status_code == 200
    assert client.get("/settings/").status_code == 403
    StaffRole.objects.update(role="administrator")
    assert client.get("/settings/").status_code == 200
    StaffRole.objects.all().delete()
    closed = client.get("/")
    assert closed.status_code == 403
    assert "not open to your role" in closed.content.decode()


def test_what_is_not_there_is_said_in_the_frame() -> None:
    missing = staff("support").get(f"/people/per_{ZEROS}/")
    assert missing.status_code == 404
    assert 'role="search"' in missing.content.decode()


def test_light_dark_and_language_are_kept_in_the_browser_and_lead_nowhere_else() -> None:
    client = staff("sales")
    assert "data-bs-theme" not in client.get("/").content.decode()
    went = client.post("/display", {"scheme": "dark", "next": "/findings/?state=resolved"})
    assert went.headers["Location"] == "/findings/?state=resolved"
    assert client.cookies["display"]["httponly"]
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    client.post("/display", {"language": "ar", "next": "/"})
    assert 'lang="ar" dir="rtl" data-bs-theme="dark"' in client.get("/").content.decode()
    client.post("/display", {"scheme": "system"})
    assert "data-bs-theme" not in client.get("/").content.decode()
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:1", "/\\evil.example"):
        assert client.post("/display", {"scheme": "light", "next": elsewhere}).headers["Location"] == "/"


def test_pages_take_few_statements_however_much_there_is(shop: Shop) -> None:
    client, pages = staff("administrator"), paths()

    def counted() -> dict[str, int]:
        found = {}
        for where in pages:
            forget_overviews()
            before = sessions.statements
            assert client.get(where).status_code == 200, where
            found[where] = sessions.statements - before
        return found

    first = counted()
    assert {where: n for where, n in first.items() if n > pages[where].statements} == {}
    shop.event([e for n in range(30) for e in (sign_up(f"ben{n}", "ada"), purchase(f"ben{n}", f"more-{n}"))])
    grown = {where: n - first[where] for where, n in counted().items() if n > first[where] + 2}
    assert grown == {}


# -- the crawler ----------------------------------------------------------------------------------------------------------


class Read(HTMLParser):
    """The links and forms of a page. A form: its method, its address, its fields (name, type, value)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, list[tuple[str, str, str]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append((given.get("method", "get").lower(), given.get("action", ""), []))
        if tag in ("input", "textarea", "select", "button") and given.get("name") and self.forms:
            self.forms[-1][2].append((given["name"], given.get("type", tag), given.get("value", "")))


def crawled(client: Client, start: list[str]) -> tuple[list[str], dict[str, Read]]:
    """What is wrong with the pages that links lead to, and what stands on them. Of one kind of address a few are followed."""
    wrong, read, seen = [], {}, Counter[str]()
    waiting, known = deque(start), set(start)
    while waiting:
        where = waiting.popleft()
        route = resolve(urlsplit(where).path).route
        seen[route] += 1
        if seen[route] > EACH and where not in start:
            continue
        answer = client.get(where)
        if answer.status_code not in (200, 302):
            wrong.append(f"{where}: {answer.status_code}")
            continue
        if answer.status_code == 302 or "html" not in answer.headers["Content-Type"]:
            continue
        read[where] = Read(answer.content.decode())
        for link in read[where].links:
            to = urljoin(where, link.partition("#")[0])
            if to.startswith("/") and not to.startswith(PUBLIC) and to not in known:
                known.add(to)
                waiting.append(to)
    return wrong, read


def lost(client: Client, where: str, form: tuple[str, str, list[tuple[str, str, str]]]) -> str:
    """What went wrong when the form was sent with a choice that is none: an answer of 500, or words that are gone."""
    method, action, fields = form
    to = urljoin(where, action)
    typed = {
        name: f"typed-{name}" for name, kind, _ in fields if kind in ("text", "textarea", "search", "email", "url")
    }
    chosen = {name: "no-such-choice" for name, kind, _ in fields if kind in ("radio", "checkbox", "select")}
    hidden = {name: value for name, kind, value in fields if kind in ("hidden", "button")}
    given: dict[str, Any] = {**hidden, **chosen, **typed}
    if method == "get":
        answer = client.get(to, given | dict(parse_qsl(urlsplit(to).query)))
        return "" if answer.status_code in (200, 302) else f"{where} form to {to}: {answer.status_code}"
    answer = client.post(to, given)
    if answer.status_code not in (200, 302, 303, 404):
        return f"{where} form to {to}: {answer.status_code}"
    if answer.status_code != 200:
        return ""
    text = answer.content.decode()
    if gone := [name for name, words in typed.items() if words not in text]:
        return f"{where} form to {to} lost {gone}"
    shut = [link for link in sorted(ways_on(to, text)) if client.get(link).status_code == 405]
    return f"{where} form to {to} answers with links that lead nowhere: {shut}" if shut else ""


def ways_on(here: str, text: str) -> set[str]:
    """Where the answer to a form leads within its own area: relative links, forms that ask, and the way back of those that choose."""
    page = Read(text)
    asked = [action or here for method, action, _ in page.forms if method == "get"]
    back = [value for *_, fields in page.forms for name, _, value in fields if name == "next"]
    near = [link for link in page.links if link.startswith("?")]
    return {urljoin(here, to) for to in (*near, *asked, *back)}


@pytest.mark.parametrize("role", list(Role))
def test_no_link_is_dead_and_no_form_loses_what_was_typed(role: Role, shop: Shop) -> None:
    shop.event(purchase("ben", "A-1001", amount=9900) | {"id": "told-again"})
    client = staff(role)
    wrong, read = crawled(client, [where for where, page in paths().items() if page.permit in PERMITS[role]])
    assert wrong == []
    assert len(read) > 10
    sent, failed = set(), []
    for where, page in read.items():
        for form in page.forms:
            route = resolve(urlsplit(urljoin(where, form[1])).path).route
            if (route, form[0]) not in sent and "logout" not in route:
                sent.add((route, form[0]))
                failed.append(lost(client, where, form))
    assert list(filter(None, failed)) == []
    assert len(sent) > 2
