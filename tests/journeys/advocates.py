"""Advocates before their pages: browsers with cookies, forms sent as a person sends them, and the mails that are waiting."""

import re
from typing import Any

from django.test import Client

from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_mail_sender
from passaparola.outbound.mail.folder import mail_folder
from passaparola.store.models import MagicLink, Message
from tests.journeys.caller import now

ADA, EVA, BEN = "ada@example.com", "eva@example.com", "ben@example.com"
_FIELD = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|hand)" value="([^"]+)"')
_LINK = re.compile(r"https?://[^/\s]+(/(?:join/confirm|me/enter)/\S+)")
PATHS = {"enrol": "/join/confirm/", "portal": "/me/enter/"}


class Browser:
    """One browser. `send` fills the form of a page, with what is hidden in it."""

    def __init__(self, address: str = "192.0.2.7", **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address, headers={"host": "localhost", **headers})

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    def send(self, page: str, given: dict[str, str] | None = None, *, to: str | None = None) -> Any:
        return self.client.post(to or page, {**self.form(page), **(given or {})})

    def form(self, page: str) -> dict[str, str]:
        """What is hidden in the forms of a page."""
        return dict(_FIELD.findall(self.get(page).content.decode()))

    def join(self, address: str = ADA, program: str = "friends") -> Any:
        return self.send(f"/join/{program}", {"email": address})

    def confirm(self, path: str | None = None) -> Any:
        return self.send(path or link_in_mail())


def link_in_mail(purpose: str = "enrol") -> str:
    """The path of the latest link that was mailed, made from its id as the mail's text is."""
    magic = MagicLink.objects.filter(purpose=purpose).latest("id").id.hex
    return PATHS[purpose] + link_token(the_keyring().links, purpose, magic)


def link_in_letter(*, whole: bool = False) -> str:
    """The path of the link in the mail that leaves now, as its reader finds it in the text; or the whole text."""
    sender, at = the_mail_sender(), now()
    jobs = list(sender.lease(10, now=at))
    sender.record([(job, sender.send(job)) for job in jobs], now=at)
    letter = max(mail_folder().glob("*.txt"), key=lambda path: (path.stat().st_mtime_ns, path.name)).read_text("utf-8")
    if whole:
        return letter
    found = _LINK.search(letter)
    assert found, letter
    return found[1]


def mails() -> list[tuple[str, str]]:
    """(kind, address) of every mail that was queued."""
    return list(Message.objects.order_by("id").values_list("kind", "address"))


def a_member(address: str = ADA, program: str = "friends", **more: str) -> Browser:
    """Somebody who has joined and confirmed, in their portal."""
    browser = Browser(**more)
    browser.join(address, program)
    assert browser.confirm().headers["Location"] == "/me/"
    return browser
