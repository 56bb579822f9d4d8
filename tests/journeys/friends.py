"""An advocate with a link, and a friend who opens it: what the tests of friends' pages begin with."""

import itertools
import re
import threading
from dataclasses import dataclass
from typing import Any

from django.test import Client

from passaparola.actions.acting import Asked, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.people.change import create_person
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.requests.match import match_requests
from passaparola.domain.keyring import Keyring
from passaparola.domain.tokens import Clicked, visit_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.store.ids import new_id
from passaparola.store.session import reading, writing
from tests.journeys.caller import Shop, now

BY_ORDER = """
program: by-order
name: Five each
currency: USD
trigger: {kind: first_purchase, min_value: 20.00}
windows: {bind_days: 30}
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
  - {side: friend, kind: store_credit, amount: 5.00}
"""
BY_SIGNUP = """
program: by-signup
name: Ten off
currency: EUR
timezone: Europe/Rome
trigger: signup
rewards:
  - {side: advocate, kind: store_credit, amount: 3.00}
  - {side: friend, kind: voucher, amount: 10.00, expires_days: 90, voucher: {min_order: 30.00}}
"""
BY_LOCATION = """
program: by-location
name: Two shops
currency: USD
trigger: first_purchase
locations: [centre, station]
landing: {url: "https://shop.example/welcome"}
rewards:
  - {id: centre, side: friend, kind: store_credit, amount: 5.00, location: centre}
  - {id: station, side: friend, kind: store_credit, amount: 2.00, location: station}
"""
NAVIGATES = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "host": "localhost",
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Link:
    """What Ada gives away, and how a visit through it is signed."""

    workspace: str
    program: str
    person: str
    advocate: str
    id: str
    slug: str
    code: str

    @property
    def page(self) -> str:
        return f"/l/{self.slug}"

    def token(self, *, at: int | None = None, keys: Keyring | None = None, visit: str | None = None) -> str:
        clicked = Clicked(visit or new_id(), now() if at is None else at, self.code)
        return visit_token((keys or the_keyring()).visits, self.workspace, clicked)


def ada(shop: Shop, program: str = BY_ORDER, *, name: str = "Ada", code: str = "") -> Link:
    """Ada recommends in this program and has a link."""
    applied = apply_program(program, workspace=shop.workspace, now=now(), actor="Olga")
    asked = Asked(shop.workspace, now(), "Olga")
    person = done(create_person([("customer_id", f"ada-{next(_numbers)}")], asked=asked))
    joined = done(enrol(applied.key, identities=[("person", person)], asked=asked))
    with writing() as session:
        session.run("UPDATE store_person SET name = %(name)s WHERE id = %(id)s::uuid", name=name, id=person)
        if code:
            session.run("UPDATE store_sharelink SET code = %(c)s WHERE person_id = %(id)s::uuid", c=code, id=person)
        row = session.rows("SELECT id, slug, code FROM store_sharelink WHERE person_id = %(id)s::uuid", id=person)[0]
    return Link(shop.workspace, applied.key, person, joined.advocate, *row)


def firm(workspace: str, **facts: str) -> None:
    """What is shown of the firm."""
    for name, text in {"name": "Corner Shop", "contact_email": "hello@shop.example", **facts}.items():
        with writing() as session:
            session.run(f"UPDATE store_workspace SET {name} = %(t)s WHERE id = %(ws)s::uuid", t=text, ws=workspace)


def browser() -> Client:
    """Ben's browser: it says that it navigates, and checks forms as strictly as a real one's would be."""
    return Client(enforce_csrf_checks=True, headers=NAVIGATES)


def hidden(page: Any) -> str:
    """The token in the form of a page."""
    found = re.search(r'name="v" value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def settled() -> None:
    """What was posted to the writer is done."""
    last = threading.Event()
    the_writer().post(last.set)
    assert last.wait(30)


def looked_up(workspace: str) -> None:
    """The clock has looked for whom friends named."""
    match_requests(workspace, now=now(), keys=the_keyring())


def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with reading() as session:
        return session.rows(statement, **values)


def one(statement: str, **values: Any) -> Any:
    found = rows(statement, **values)
    assert len(found) == 1, found
    return found[0][0]
