"""A72: whatever a request says of the host it was sent to, the mail that it causes leads to the configured origin only."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from passaparola.actions.contact import ATTESTATION
from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.sending import MailSender
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_site
from tests.databases import Database, only_sqlite
from tests.journeys.advocates import a_member
from tests.journeys.caller import Shop, sign_up
from tests.journeys.friends import BY_SIGNUP, ada
from tests.journeys.test_mail_pages import mail
from tests.postbox import Postbox, postbox, text_of

EVIL = "evil.example"
POISON: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": EVIL},
    {"HTTP_X_FORWARDED_HOST": EVIL, "HTTP_X_FORWARDED_PROTO": "http", "HTTP_X_FORWARDED_PORT": "666"},
    {"HTTP_FORWARDED": f"host={EVIL};proto=http"},
    {"HTTP_X_ORIGINAL_URL": f"http://{EVIL}/", "HTTP_X_REWRITE_URL": f"http://{EVIL}/"},
    {
        "HTTP_HOST": EVIL,
        "SERVER_NAME": EVIL,
        "REQUEST_URI": f"http://{EVIL}/join/friends",
    },  # POST http://evil.example/…
)
Cause = Callable[[Shop, str, dict[str, str]], Any]


def joins(_: Shop, address: str, poison: dict[str, str]) -> Any:
    return Client().post("/join/friends", {"email": address}, **poison)  # type: ignore[arg-type]


def signs_in(_: Shop, address: str, poison: dict[str, str]) -> Any:
    return Client().post("/me/sign-in/", {"email": address}, **poison)  # type: ignore[arg-type]


def accepts(shop: Shop, address: str, poison: dict[str, str]) -> Any:
    link = ada(shop, BY_SIGNUP)
    return Client().post(f"{link.page}/accept", {"v": link.token(), "email": address}, **poison)  # type: ignore[arg-type]


def invites(shop: Shop, address: str, poison: dict[str, str]) -> Any:
    if not shop.items("/api/v1/advocates"):
        a_member("ada@example.com")
        shop.post("/api/v1/workspace", {"postal_address": "Via Roma 1"})
        shop.post("/api/v1/workspace/invitations/allow", {"attestation": ATTESTATION})
    asked = {"advocate": shop.items("/api/v1/advocates")[0]["id"], "email": address}
    return shop.post(
        "/api/v1/invitations", asked, **{name.removeprefix("HTTP_"): said for name, said in poison.items()}
    )


def is_told_of_a_friend(shop: Shop, address: str, poison: dict[str, str]) -> Any:
    advocate = {"customer_id": address, "email": address}
    event = {**sign_up(f"ben-{address}", "ada"), "referred_by": advocate}
    return shop.event(event, **{name.removeprefix("HTTP_"): said for name, said in poison.items()})


def names_who_told(_: Shop, address: str, poison: dict[str, str]) -> Any:
    return Client().post("/told/friends", {"said": "Ada", "name": "Ben", "email": address}, **poison)  # type: ignore[arg-type]


CAUSES: dict[str, Cause] = {
    "join": joins, "told": names_who_told, "sign_in": signs_in, "accept": accepts, "invite": invites, "friend_joined": is_told_of_a_friend
}  # fmt: skip


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


def lead_to_us(shop: Shop, box: Postbox, site: Site, cause: Cause) -> None:
    """Every way to lie about the host, under the worst setting; each mail leads to our origin and nowhere else."""
    sender = MailSender(site, box.post())
    with override_settings(ALLOWED_HOSTS=["*"]):
        for n, poison in enumerate(POISON):
            said = cause(shop, f"reader{n}@example.com", poison)
            status = getattr(said, "status", None) or said.status_code
            assert status in (201, 202, 303), (poison, said)
            assert EVIL not in str(dict(said.headers)).lower()
    try:
        mail(sender)
    finally:
        sender.close()
    for n, poison in enumerate(POISON):
        (letter,) = box.to(f"reader{n}@example.com")
        whole = letter.as_string() + text_of(letter) + text_of(letter, "html")
        assert EVIL not in whole.lower(), poison
        assert f"{settings.PUBLIC_URL}/" in whole


@only_sqlite
@pytest.mark.parametrize("kind", CAUSES)
def test_a72_a_mail_leads_to_the_configured_origin_whatever_its_request_said(
    database: Database, shop: Shop, box: Postbox, kind: str
) -> None:
    lead_to_us(shop, box, the_site(), CAUSES[kind])


@only_sqlite
@pytest.mark.parametrize("kind", CAUSES)
def test_a72_a_planted_origin_of_the_request_is_noticed(
    database: Database, shop: Shop, box: Postbox, kind: str
) -> None:
    with pytest.raises(AssertionError):
        lead_to_us(shop, box, Site(f"https://{EVIL}", the_keyring()), CAUSES[kind])
