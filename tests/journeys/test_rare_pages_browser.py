"""The pages that people see seldom, each in a real browser, wide and light, then dark on a phone: as sound as the others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from passaparola.actions.acting import Asked, done
from passaparola.actions.operators import add_operator
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.status import pause_program
from passaparola.actions.writer import QueueFull, Writer
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators.accounts import setup_path
from passaparola.store.models import MagicLink, Message
from tests.browser import Window
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, a_member, link_in_mail
from tests.journeys.caller import PROGRAM, Shop, now, open_shop
from tests.journeys.friends import BY_SIGNUP, Link, ada, firm
from tests.journeys.staff import an_operator, by_command, signed_in
from tests.journeys.test_keeping import EITHER
from tests.journeys.test_operator_browser import a_virtual_key, give_password

pytestmark = [pytest.mark.browser, only_sqlite]
OLD = 1_600_000_000_000_000


@dataclass
class Visitor:
    """Somebody before the site, and what the scene may need."""

    window: Window
    shop: Shop
    patch: pytest.MonkeyPatch

    def open(self, path: str, status: int = 200) -> None:
        self.patch.undo() if status < 500 else None
        assert self.window.open(path).status == status, path
        if status >= 500:
            self.window.troubles.clear()

    def fill(self, address: str, button: str) -> None:
        self.window.page.locator("#email").fill(address)
        self.window.press(button)

    def asks(self, program: str = "friends") -> None:
        """Ask to become an advocate; the mail is queued."""
        self.open(f"/join/{program}")
        self.fill(ADA, "Get my link")

    def too_much_waits(self) -> None:
        def full(*_: Any, **__: Any) -> None:
            raise QueueFull

        self.patch.setattr(Writer, "run", full)

    def staff(self) -> None:
        cookie = {"name": "session", "value": signed_in().cookies["session"].value, "url": self.window.origin}
        self.window.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def asked(self) -> Asked:
        return Asked(self.shop.workspace, now(), "Olga")


Scene = Callable[[Visitor], Iterator[None]]


def unsubscribe(v: Visitor) -> Iterator[None]:
    v.asks()
    v.open(f"/u/{link_token(the_keyring().links, 'unsubscribe', Message.objects.get().id.hex)}")
    yield
    v.window.press("No more mails")
    yield


def portal_sign_in(v: Visitor) -> Iterator[None]:
    v.open("/me/sign-in/")
    yield
    v.fill("no address", "Send me the link")
    yield
    v.fill(ADA, "Send me the link")
    yield


def the_rest_of_the_portal(v: Visitor) -> Iterator[None]:
    """With something to take away, a choice between rewards, and the page of what is shared elsewhere."""
    apply_program(EITHER, workspace=v.shop.workspace, now=now(), actor="Olga")
    said = {"kind": "text", "title": "A word", "words": "Bread! {link}"}
    assert v.shop.post("/api/v1/programs/either/materials", said).status == 201
    member = a_member(program="either", host="localhost")
    for name, cookie in member.client.cookies.items():
        v.window.page.context.add_cookies([{"name": name, "value": cookie.value, "url": v.window.origin}])
    for page in ("materials/", "shares/", "missing/", "rewards/"):
        v.open(f"/me/{page}")
        yield
    v.open("/me/")
    v.window.press("Write to several friends")
    yield
    v.window.page.locator("#addresses").fill("nobody")
    v.window.press("Open my mail program")
    yield
    v.open("/me/")
    v.window.press("Elsewhere…")
    yield
    v.open("/me/quotes/")
    v.window.page.locator("#text").fill("أفضل خبز")
    v.window.page.locator("#shown_as").fill("Anna, Kraków")
    v.window.page.get_by_role("checkbox").check()
    for _ in range(2):  # the second time nothing is in it: what was said, and what must be mended
        v.window.press("Offer it")
    yield


def what_is_kept(v: Visitor) -> Iterator[None]:
    for page in ("/cookies/", "/privacy/"):
        v.open(page)
        yield


def turned_down(v: Visitor) -> Iterator[None]:
    for access in ("customers", "invite_only"):
        slug = access.replace("_", "-")
        document = PROGRAM.format(slug=slug) + f"access: {access}\n"
        apply_program(document, workspace=v.shop.workspace, now=now(), actor="Olga")
        v.asks(slug)
        v.open(link_in_mail())
        v.window.press("Yes, this is my address")
        yield


def links_that_lead_nowhere(v: Visitor) -> Iterator[None]:
    v.open("/join/confirm/torn", 400)
    yield
    v.asks()
    MagicLink.objects.update(expires_at=OLD)
    v.open(link_in_mail(), 410)
    yield
    MagicLink.objects.update(used_at=OLD)
    v.open(link_in_mail(), 410)
    yield


def confirming_by_hand(v: Visitor) -> Iterator[None]:
    v.asks()
    v.open(link_in_mail())
    yield


def too_much_waits_for_an_advocate(v: Visitor) -> Iterator[None]:
    v.open("/join/friends")
    v.too_much_waits()
    v.fill(ADA, "Get my link")
    v.window.troubles.clear()
    yield


def too_much_waits_for_a_friend(v: Visitor) -> Iterator[None]:
    v.open(friendly(v).page)
    v.too_much_waits()
    v.fill("ben@example.com", "Send it to me")
    v.window.troubles.clear()
    yield


def friendly(v: Visitor) -> Link:
    firm(v.shop.workspace)
    return ada(v.shop, BY_SIGNUP)


def a_friends_mail_that_is_too_old(v: Visitor) -> Iterator[None]:
    v.open(friendly(v).page)
    v.fill("ben@example.com", "Send it to me")
    MagicLink.objects.update(expires_at=OLD)
    magic = MagicLink.objects.get(purpose="accept").id.hex
    v.open(f"/l/accept/{link_token(the_keyring().links, 'accept', magic)}", 410)
    yield


def an_offer_that_rests(v: Visitor) -> Iterator[None]:
    link = friendly(v)
    done(pause_program(link.program, asked=v.asked()))
    v.open(link.page)
    yield


def reference(v: Visitor) -> Iterator[None]:
    """All operations and shapes are made by the same template: some of each are looked at."""
    v.open("/api/v1/docs")
    v.window.page.evaluate("""() => {
      document.querySelectorAll(".reference > section:not(:last-child)").forEach((s, n) => n > 1 && s.remove());
      document.querySelectorAll(".shape").forEach((s, n) => n > 5 && s.remove());
      document.querySelectorAll(".reference nav a").forEach(a => document.querySelector(a.hash) || a.remove());
      document.querySelectorAll("details").forEach(d => d.open = true);
    }""")
    yield


def choosing_a_first_password(v: Visitor) -> Iterator[None]:
    v.open(setup_path(done(add_operator("nora", email="", asked=by_command()))))
    yield
    v.open("/accounts/password/reset/key/1-nothing/")
    yield


def proving_oneself_again(v: Visitor) -> Iterator[None]:
    v.staff()
    for page in ("reauthenticate/", "second-factor/reauthenticate/", "logout/"):
        v.open(f"/accounts/{page}")
        yield


def an_app_and_its_removal(v: Visitor) -> Iterator[None]:
    v.staff()
    for page in ("", "totp/deactivate/", "recovery-codes/generate/"):
        v.open(f"/accounts/second-factor/{page}")
        yield


def a_passkey_and_its_removal(v: Visitor) -> Iterator[None]:
    an_operator(app=False)
    a_virtual_key(v.window.page)
    give_password(v.window)
    v.window.press("Add a passkey")
    v.window.press("Add it")
    v.window.page.wait_for_url("**/recovery-codes/")
    v.open("/accounts/second-factor/webauthn/")
    yield
    page = v.window.page.content()
    for what in re.findall(r'href="(/accounts/second-factor/webauthn/keys/\d+/\w+/)"', page):
        v.open(what)
        yield


def nobody_to_sign_in(v: Visitor) -> Iterator[None]:
    v.open("/accounts/inactive/")
    yield


SCENES: tuple[Scene, ...] = (
    unsubscribe, portal_sign_in, the_rest_of_the_portal, what_is_kept,
    turned_down, links_that_lead_nowhere, confirming_by_hand, too_much_waits_for_an_advocate,
    too_much_waits_for_a_friend, a_friends_mail_that_is_too_old, an_offer_that_rests, reference, choosing_a_first_password,
    proving_oneself_again, an_app_and_its_removal, a_passkey_and_its_removal, nobody_to_sign_in,
)  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_page_that_is_seen_seldom_is_sound(window: Window, site: str, monkeypatch: Any, scene: Scene) -> None:
    cache.clear()
    seen = 0
    with override_settings(PUBLIC_URL=site):
        for _ in scene(Visitor(window, open_shop(), monkeypatch)):
            window.assert_sound()
            seen += 1
    cache.clear()
    assert seen


# -- what is shown when something is wrong ----------------------------------------------------------------------------------------


def raising(problem: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(_: HttpRequest) -> HttpResponse:
        raise problem

    return view


def showing(status: int) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: render(request, f"{status}.html", status=status)


urlpatterns = [
    path("400", raising(SuspiciousOperation("planted"))),
    path("403", raising(PermissionDenied("planted"))),
    path("500", raising(ZeroDivisionError("planted"))),
    *(path(str(status), showing(status)) for status in (410, 429, 503)),
    path("403_csrf", lambda request: render(request, "403_csrf.html", status=403)),
]


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "410", "429", "500", "503"])
def test_a_page_that_says_what_is_wrong_is_sound(window: Window, page: str) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert window.open(f"/{page}").status == int(page[:3])
        window.troubles.clear()
        window.assert_sound()
    assert window.page.locator("h1").count() == 1
