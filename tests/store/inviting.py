"""A shop whose advocates may have friends invited by mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from passaparola.actions.acting import Asked
from passaparola.actions.contact import ATTESTATION, allow_invites, set_contact
from passaparola.actions.messages.invite import A_DAY_EACH, Invitation, invite
from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.wishes import unsubscribe
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


def advocate_in(slug: str) -> str:
    """The first advocate of the workspace of this name."""
    found = rows(
        f"SELECT a.id FROM store_advocate a JOIN store_workspace w ON w.id = a.workspace_id WHERE w.slug = '{slug}' ORDER BY a.id"
    )
    return str(found[0][0]).replace("-", "")


def held_back() -> dict[str, int]:
    """How many invitations were held back, by why."""
    found = rows("SELECT reason, COUNT(*) FROM store_message WHERE state IN ('dropped', 'suppressed') GROUP BY reason")
    return {reason: int(number) for reason, number in found}


def reaches_few(box: Postbox, sender: MailSender, *, addresses: int, crowd: int) -> str:
    """One advocate asks for so many addresses within an hour; a crowd of advocates asks for one address, again ten days later, and again
    after its owner wanted no more. In words."""
    workspace = a_shop_that_invites(advocates=crowd)
    ada, *others = advocates(workspace)
    for n in range(addresses):
        good(ask(workspace, f"victim{n}@example.com", advocate=ada, now=NOW + n))
    for days in (1, 10):
        for n, other in enumerate(others):
            good(ask(workspace, FRIEND, advocate=other, now=NOW + days * DAY + n))
    mail(sender, NOW + 20 * DAY)
    victims = sum(len(box.to(f"victim{n}@example.com")) for n in range(addresses))
    assert victims == A_DAY_EACH
    assert len(box.to(FRIEND)) == 1
    assert held_back() == {"advocate_limit": addresses - A_DAY_EACH, "invited_lately": 2 * len(others) - 1}
    assert not rows("SELECT 1 FROM store_message WHERE state = 'dropped' AND address <> ''")
    (letter,) = rows(
        "SELECT id FROM store_message WHERE kind = 'invite' AND state = 'sent' ORDER BY created_at DESC LIMIT 1"
    )
    assert unsubscribe(str(letter[0]).replace("-", ""), now=NOW + 20 * DAY)
    for n, other in enumerate([ada, *others]):
        good(ask(workspace, FRIEND, advocate=other, now=NOW + 100 * DAY + n))
    mail(sender, NOW + 101 * DAY)
    assert len(box.to(FRIEND)) == 1, "after the opt-out: none"
    return (
        f"{addresses} addresses by one advocate: {victims} mails; one address by {len(others)}, three times: 1 mail,"
        " 0 after the opt-out"
    )


@contextmanager
def sending(box: Postbox) -> Iterator[MailSender]:
    sender = MailSender(Site("https://refer.example.com", KEYS), box.post())
    yield sender
    sender.close()


def mail(sender: MailSender, now: Instant = NOW) -> None:
    while jobs := sender.lease(50, now=now):
        sender.record([(job, sender.send(job)) for job in jobs], now=now)
