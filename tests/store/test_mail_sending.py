"""Mail leaves at least once under one id, is tried again as long as that may help, and waits where it is paused."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.test import override_settings

from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.messages.sending import LEASE, TRIES, WAITS, Job, MailSender
from passaparola.actions.workspaces import ensure_workspace
from passaparola.config.mail import SMTP
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import keyring
from passaparola.domain.tokens import link_token
from passaparola.outbound.mail import compose as composing
from passaparola.store.ids import new_id
from passaparola.store.session import writing
from passaparola.store.write.plan import Plan, write
from tests.databases import Database, only_sqlite
from tests.histories import START
from tests.postbox import LOST_REPLY, RESET, Postbox, postbox, text_of
from tests.shops import rows

KEYS = keyring("a secret that only these tests know, of some length")
SITE = Site("https://refer.example.com", KEYS)
NOW = START + DAY


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def workspace(database: Database) -> str:
    return ensure_workspace(name="Bottega Lina", now=START)


@pytest.fixture
def sender(box: Postbox) -> Iterator[MailSender]:
    sender = MailSender(SITE, box.post())
    yield sender
    sender.close()


def queue(workspace: str, *addresses: str, at: Instant = NOW, kind: MessageKind = MessageKind.SIGN_IN) -> list[str]:
    """A mail with a one-time link to each address; the ids of the links."""
    plan, magics = Plan(workspace, at=at), []
    for address in addresses:
        magic = new_id()
        magics.append(magic)
        plan.add("magiclink", magic, workspace, "portal", new_id(), None, at, at + 600 * SECOND, None)
        queue_message(plan, KEYS, NewMessage(f"{kind}:{magic}", kind, address, facts={"magic": magic}), at)
    with writing() as session:
        write(session, plan)
    return magics


def deliver(sender: MailSender, now: Instant, room: int = 20) -> list[Job]:
    """One round of the delivery loop."""
    jobs = list(sender.lease(room, now=now))
    sender.record([(job, sender.send(job)) for job in jobs], now=now)
    return jobs


def states() -> list[Any]:
    return rows("SELECT state, reason, attempts, address FROM store_message ORDER BY created_at, id")


def test_a_mail_leaves_once_with_all_that_mailboxes_ask_for(workspace: str, box: Postbox, sender: MailSender) -> None:
    (magic,) = queue(workspace, "ada@example.com")
    deliver(sender, NOW)
    assert not deliver(sender, NOW + DAY)
    (mail,) = box.mails
    assert box.recipients == [["ada@example.com"]]
    assert (mail["To"], mail["Subject"]) == ("ada@example.com", "Your way in at Bottega Lina")
    assert str(mail["From"]).startswith("Bottega Lina <")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    address = f"https://refer.example.com/me/enter/{link_token(KEYS.links, 'portal', magic)}"
    assert address in text_of(mail)
    assert address in text_of(mail, "html")
    assert states() == [("sent", "", 1, "")]


def test_a_connection_is_used_again_for_the_next_mails(workspace: str, box: Postbox, sender: MailSender) -> None:
    queue(workspace, *(f"p{n}@example.com" for n in range(5)))
    deliver(sender, NOW)
    assert (len(box.mails), box.connections) == (5, 1)


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [("550 5.1.1 no such user", "failed", "answered_550"), ("450 busy", "waiting", "answered_450")],
)
def test_a_refused_recipient_is_final_with_5xx_and_not_with_4xx(
    workspace: str, box: Postbox, sender: MailSender, answer: str, state: str, reason: str
) -> None:
    box.refused["ada@example.com"] = answer
    queue(workspace, "ada@example.com", "ben@example.com")
    deliver(sender, NOW)
    assert [row[:2] for row in states()] == [(state, reason), ("sent", "")]
    bounced = rows("SELECT reason FROM store_suppression")
    assert bounced == ([("bounce",)] if state == "failed" else [])


def test_waits_grow_and_end_after_ten_tries(workspace: str, box: Postbox, sender: MailSender) -> None:
    box.answers.extend(["451 later"] * TRIES)
    queue(workspace, "ada@example.com")
    now = NOW
    for nth, wait in enumerate(WAITS):
        assert not deliver(sender, now - 1), nth
        assert deliver(sender, now), nth
        now = rows("SELECT due_at FROM store_message")[0][0]
        assert now >= NOW + wait
    deliver(sender, now)
    assert states() == [("failed", "answered_451", TRIES, "")]
    assert not box.mails


def test_a_mail_server_that_is_away_costs_no_mail_a_try(workspace: str, box: Postbox) -> None:
    nobody = Postbox()
    nobody.port = 1
    sender = MailSender(SITE, nobody.post())
    queue(workspace, "ada@example.com", "ben@example.com")
    assert len(deliver(sender, NOW)) == 2
    assert not deliver(sender, NOW + SECOND), "it is left alone for a while"
    for n in range(1, 20):
        deliver(sender, NOW + n * 3600 * SECOND)
    assert [row[:3] for row in states()] == [("waiting", "unreachable", 0)] * 2
    sender.post = box.post()
    deliver(sender, NOW + 2 * DAY)
    assert len(box.mails) == 2
    sender.close()


def left_alone_in_time(workspace: str, hangs: float = 60) -> None:
    """A mail server that takes the line and says nothing: the settings' seconds end it, and the mail loses no try."""
    queue(workspace, "ada@example.com")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given_up = threading.Event()

        def hang_up() -> None:
            given_up.set()
            silent.accept()[0].close()

        hangs_up = threading.Timer(hangs, hang_up)  # so that the fault ends, too
        hangs_up.start()
        of_the_settings = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": silent.getsockname()[1]}
        with override_settings(**of_the_settings):
            assert len(deliver(MailSender(SITE), NOW)) == 1
        assert not given_up.is_set(), "the server ended it"
        hangs_up.cancel()
    assert [row[:3] for row in states()] == [("waiting", "unreachable", 0)]


@only_sqlite
def test_o08_a_mail_server_that_says_nothing_is_left_in_time(workspace: str) -> None:
    with override_settings(EMAIL_TIMEOUT=0.3):
        left_alone_in_time(workspace)


@only_sqlite
def test_o08_a_planted_line_without_a_limit_is_caught(workspace: str) -> None:
    with override_settings(EMAIL_TIMEOUT=None), pytest.raises(AssertionError):
        left_alone_in_time(workspace, hangs=1)


@pytest.mark.parametrize("trouble", [LOST_REPLY, RESET])
def test_after_a_broken_line_it_is_sent_again_under_the_same_id(
    workspace: str, box: Postbox, sender: MailSender, trouble: str
) -> None:
    box.answers.append(trouble)
    queue(workspace, "ada@example.com")
    deliver(sender, NOW)
    assert [row[:2] for row in states()] == [("waiting", "connection_lost")]
    deliver(sender, NOW + DAY)
    assert len(box.ids) == 1
    assert len(box.mails) == (2 if trouble == LOST_REPLY else 1)
    assert states() == [("sent", "", 2, "")]


def test_a_crash_between_sending_and_writing_down_repeats_the_same_id(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    queue(workspace, "ada@example.com")
    for job in sender.lease(10, now=NOW):
        sender.send(job)  # and the process dies
    with closing(MailSender(SITE, box.post())) as survivor:
        assert not deliver(survivor, NOW + LEASE - 1)
        deliver(survivor, NOW + LEASE)
        assert list(box.ids.values()) == [2]


@only_sqlite
def test_a_planted_id_of_each_try_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "message_id", lambda _: f"<{new_id()}@example.com>")
    with pytest.raises(AssertionError):
        test_a_crash_between_sending_and_writing_down_repeats_the_same_id(workspace, box, sender)


def test_two_processes_send_each_mail_once(workspace: str, box: Postbox, sender: MailSender) -> None:
    queue(workspace, *(f"p{n}@example.com" for n in range(12)))
    other = MailSender(SITE, box.post())
    first, second = sender.lease(7, now=NOW), other.lease(7, now=NOW)
    assert {j.row.id for j in first}.isdisjoint(j.row.id for j in second)
    for one, jobs in ((sender, first), (other, second)):
        one.record([(job, one.send(job)) for job in jobs], now=NOW)
    assert len(box.mails) == 12
    assert set(box.ids.values()) == {1}
    other.close()


def test_a_mail_that_cannot_be_rendered_blocks_no_other_and_ends(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(workspace, "poison@example.com", "ben@example.com")
    whole = composing._rendered

    def breaks(letter: Any) -> tuple[str, str, str]:
        if letter.to.startswith("poison"):
            raise RuntimeError("no template can show this")
        return whole(letter)

    monkeypatch.setattr(composing, "_rendered", breaks)
    now = NOW
    for _ in range(TRIES + 1):
        for job in sender.lease(10, now=now):
            try:
                sender.record([(job, sender.send(job))], now=now)
            except RuntimeError:
                assert job.letter.to.startswith("poison")
        now += LEASE
    assert [row[:2] for row in states()] == [("failed", "gave_up"), ("sent", "")]


@only_sqlite
def test_a_letter_that_cannot_be_written_blocks_no_other_and_ends(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    queue(workspace, "poison@example.com", "ben@example.com")
    with writing() as session:
        session.run("UPDATE store_message SET facts = '{}' WHERE address LIKE 'poison%'")
    for n in range(TRIES + 1):
        deliver(sender, NOW + n * LEASE)
    assert box.recipients == [["ben@example.com"]]
    assert [row[:2] for row in states()] == [("failed", "gave_up"), ("sent", "")]


def test_what_somebody_waits_for_goes_before_news(workspace: str, box: Postbox, sender: MailSender) -> None:
    queue(workspace, *(f"old{n}@example.com" for n in range(5)), at=NOW - DAY, kind=MessageKind.STATEMENT)
    queue(workspace, "ada@example.com")
    (job,) = sender.lease(1, now=NOW)
    assert job.letter.to == "ada@example.com"


def test_a_one_time_link_that_waited_with_its_mail_works_from_when_it_leaves(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    queue(workspace, "ada@example.com")
    deliver(sender, NOW + DAY)
    assert rows("SELECT expires_at FROM store_magiclink") == [(NOW + DAY + 600 * SECOND,)]
    assert "for 10 minutes" in text_of(box.mails[0])
