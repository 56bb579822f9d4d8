"""Who waits for a mail reads whether one comes, and whom to write to where none does; staff read where mails lie."""

from pathlib import Path

from django.conf import settings
from django.test import override_settings

from passaparola.config.mail import mail_server
from tests.databases import only_sqlite
from tests.journeys.advocates import BEN
from tests.journeys.caller import Shop
from tests.journeys.friends import BY_SIGNUP, ada, browser, firm
from tests.journeys.staff import signed_in
from tests.journeys.widgets import Page, widget_key

pytestmark = only_sqlite
SHOP = "https://shop.example"
SERVER = {"MAIL": mail_server("smtp://mail.example.com"), "PUBLIC_URL": "https://refer.example"}
SENT, NONE = "Look into your mailbox", "Write to <bdi>hello@shop.example</bdi>, and we will help you."


def test_nobody_is_told_to_look_for_a_mail_that_does_not_leave(shop: Shop) -> None:
    link, stranger = ada(shop, BY_SIGNUP), browser()
    firm(shop.workspace)
    visit, widget = link.token(), Page(widget_key(shop, SHOP), SHOP)
    stranger.post(f"{link.page}/accept", {"v": visit, "email": BEN})
    pages = ("/join/friends?asked", "/me/sign-in/?asked", "/told/friends?asked", f"{link.page}/accept?v={visit}")
    folder = str(settings.MAIL.place(Path(settings.DATA)))

    def said(**given: object) -> list[str]:
        """What every page says, which is the same, and the widget."""
        with override_settings(**given):
            texts = {text for page in pages for text in _said(stranger.get(page).content.decode(), folder)}
            told = widget.call("GET", "configuration?lang=en").json["say"]
        return [*texts, told["sent"], told["sentWhy"]]

    nothing = "No mail can be sent at present"
    asked = "At present no mail is sent from here, so yours does not reach you."
    written = [NONE, nothing, f"{asked} Write to \u2068hello@shop.example\u2069, and we will help you."]
    assert said() == [folder, *written[1:]], "whoever opens a page of localhost sits at the machine"
    assert said(PUBLIC_URL=SERVER["PUBLIC_URL"]) == written
    assert said(**SERVER)[:2] == [SENT, SENT]
    olga = signed_in()
    assert folder in olga.get("/").content.decode()
    with override_settings(**SERVER):
        assert folder not in olga.get("/").content.decode()
    assert shop.post("/api/v1/workspace/mail/pause", {}).status == 200
    assert said(**SERVER) == written
    firm(shop.workspace, contact_email="")
    assert said(**SERVER)[-1] == f"{asked} Ask whoever gave you this address."


def _said(text: str, folder: str) -> list[str]:
    return [words for words in (SENT, NONE, folder) if words in text]
