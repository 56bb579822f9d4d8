"""A shop whose advocates may have friends invited by mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from passaparola.actions.acting import Asked
from passaparola.actions.contact import ATTESTATION, allow_invites, set_contact
from passaparola.actions.messages.invite import Invitation, invite
from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.sending import MailSender
from passaparola.domain.instant import DAY, SECOND, Instant, iso
from passaparola.domain.keyring import keyring
from tests.histories import START, a_workspace
from tests.postbox import Postbox
from tests.shops import GIVE_TEN, good, rows
from tests.store.telling import tell

KEYS = keyring("a secret that only these tests know, of some length")
NOW = START + 10 * DAY
FRIEND = "zoe@example.com"


def asked(workspace: str, now: Instant = NOW) -> Asked:
    return Asked(workspace, now, "olga")


def a_shop_that_invites(slug: str = "main", advocates: int = 1, document: str = GIVE_TEN) -> str:
    workspace = a_workspace(document, slug=slug)
    for n in range(advocates):
        name = "ada" if n == 0 else f"ada{n}"
        tell(
            workspace,
            {"id": f"s-{name}", "type": "signup", "at": iso(START), "person": f"f{n}", "referred_by": name},
            now=START + SECOND,
        )
    good(set_contact({"name": "Bottega Lina", "postal_address": "Via Roma 1,\n00184 Roma"}, asked=asked(workspace)))
    good(allow_invites(asked=asked(workspace), attestation=ATTESTATION))
    return workspace


def advocates(workspace: str) -> list[str]:
    found = rows("SELECT id FROM store_advocate ORDER BY joined_at, id")
    return [str(row[0]).replace("-", "") for row in found]


def ask(
    workspace: str,
    address: str = FRIEND,
    *,
    advocate: str = "",
    now: Instant = NOW,
    words: str = "",
    country: str = "",
) -> Any:
    invitation = Invitation(advocate or advocates(workspace)[0], address, words, country=country)
    return invite(invitation, keys=KEYS, asked=asked(workspace, now))


@contextmanager
def sending(box: Postbox) -> Iterator[MailSender]:
    sender = MailSender(Site("https://refer.example.com", KEYS), box.post())
    yield sender
    sender.close()


def mail(sender: MailSender, now: Instant = NOW) -> None:
    while jobs := sender.lease(50, now=now):
        sender.record([(job, sender.send(job)) for job in jobs], now=now)
