"""Who is mailed what when something happened, and that nobody is mailed about the past, twice, or against their wish."""

from collections.abc import Iterator
from typing import Any

import pytest

from passaparola.actions.acting import Asked, done
from passaparola.actions.advocates.standing import suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.imports.events import import_events
from passaparola.actions.messages import due, statements
from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.pause import pause_mail, resume_mail
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.statements import UnableToReadMonth, queue_statements, read_month
from passaparola.actions.messages.wishes import allow_address, suppress_address, unsubscribe
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.people.change import rename
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.instant import DAY, SECOND, Instant, iso
from passaparola.domain.keyring import keyring
from passaparola.domain.tokens import read_link_token
from passaparola.store.session import writing
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace
from tests.postbox import Postbox, postbox, text_of
from tests.shops import GIVE_TEN, HOLD_TEN, person, refusal, rows
from tests.store.telling import tell

KEYS = keyring("a secret that only these tests know, of some length")
SITE = Site("https://refer.example.com", KEYS)
NOW = START + 10 * DAY
ADA, BEN = "ada@example.com", "ben@example.com"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def sender(box: Postbox) -> Iterator[MailSender]:
    sender = MailSender(SITE, box.post())
    yield sender
    sender.close()


@pytest.fixture
def workspace(database: Database) -> str:
    return a_workspace(GIVE_TEN)


def signup(friend: str = "ben", at: Instant = NOW, **more: Any) -> dict[str, Any]:
    known = {"customer_id": friend, "email": f"{friend}@example.com"}
    by = {"customer_id": "ada", "email": ADA}
    return {"id": f"s-{friend}", "type": "signup", "at": iso(at), "person": known, "referred_by": by, **more}


def order(friend: str = "ben", at: Instant = NOW, minor: int = 5_000) -> dict[str, Any]:
    return {
        "id": f"o-{friend}", "type": "purchase", "at": iso(at), "person": friend, "order": f"o-{friend}", "amount_minor": minor,
        "currency": "EUR",
    }  # fmt: skip


def mail(sender: MailSender, now: Instant = NOW) -> None:
    """What the delivery loop does until nothing is due."""
    while fan_out(keys=KEYS, now=now, listeners=(due.messages_due,)):
        pass
    while jobs := sender.lease(50, now=now):
        sender.record([(job, sender.send(job)) for job in jobs], now=now)


def asked(workspace: str, now: Instant = NOW) -> Asked:
    return Asked(workspace, now, "olga")


def test_the_advocate_hears_of_the_friend_and_both_of_their_rewards(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(), now=NOW)
    mail(sender)
    (joined,) = box.to(ADA)
    assert joined["Subject"] == "A friend came through your recommendation"
    tell(workspace, order(), now=NOW)
    mail(sender)
    assert len(box.mails) == 3
    (_, mine), (theirs,) = box.to(ADA), box.to(BEN)
    for letter in (joined, mine):
        assert "ben" not in (text_of(letter) + text_of(letter, "html")).lower(), "of the friend nothing is said"
    for letter in (mine, theirs):
        assert letter["Subject"] == "You have received a reward"
        assert "€10.00 in store credit" in text_of(letter)
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = str(letter["List-Unsubscribe"]).strip(" <>")
        assert address.startswith("https://refer.example.com/u/")
        assert read_link_token(KEYS.links, "unsubscribe", address.rpartition("/")[2])
    assert "Whoever recommended us may get a reward" in text_of(theirs)


def test_several_steps_at_once_are_one_mail_and_told_once_however_often_they_are_handed_out(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(), order(), now=NOW)
    tell(workspace, signup("cid"), order("cid"), now=NOW)
    for _ in range(3):
        mail(sender)
        with writing() as session:
            session.run("UPDATE store_outbox SET state = 'waiting'")
    (letter,) = box.to(ADA)
    assert text_of(letter).count("€10.00 in store credit") == 2
    assert "A friend came to us through your recommendation" in text_of(letter)
    assert len(box.mails) == 3
    assert rows("SELECT COUNT(*) FROM store_message WHERE reason = 'told_together'") == [(3,)]


def old_import(workspace: str, at: Instant) -> None:
    lines = [(n, {**event, "at": iso(at)}) for n, event in enumerate((signup(at=at), order(at=at)), 1)]
    assert import_events(lines, workspace=workspace, keys=KEYS, now=NOW).recorded == 2


def test_an_import_of_the_past_mails_nobody_and_one_of_last_night_does(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    old_import(workspace, NOW - 5 * DAY)
    mail(sender)
    assert not box.mails
    tell(workspace, signup("cid", at=NOW - 3 * DAY), order("cid", at=NOW - 3 * DAY), now=NOW)
    mail(sender)
    assert not box.mails, "told now, and long ago all the same"
    lines = [(1, signup("dan", at=NOW - DAY // 2)), (2, order("dan", at=NOW - DAY // 2))]
    assert import_events(lines, workspace=workspace, keys=KEYS, now=NOW).recorded == 2
    mail(sender)
    assert {r[0] for r in box.recipients} == {ADA, "dan@example.com"}


@only_sqlite
def test_a_planted_listener_without_a_memory_of_time_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "FRESH", 10_000 * DAY)
    with pytest.raises(AssertionError):
        test_an_import_of_the_past_mails_nobody_and_one_of_last_night_does(workspace, box, sender)


def test_a_reward_that_waits_says_until_when_then_that_it_came_then_that_it_went(
    database: Database, box: Postbox, sender: MailSender
) -> None:
    workspace = a_workspace(HOLD_TEN)
    tell(workspace, signup(), order(), now=NOW)
    mail(sender)
    waits = box.to(ADA)[-1]
    assert waits["Subject"] == "Your reward is on its way"
    assert "Confirmed on: March 26, 2026" in text_of(waits)
    assert "after the return period" in text_of(waits)
    later = NOW + 16 * DAY
    run_clock(workspace, now=later)
    mail(sender, later)
    assert box.to(ADA)[-1]["Subject"] == "You have received a reward"
    refund = {"id": "r1", "type": "refund", "at": iso(later), "order": "o-ben"}
    tell(workspace, refund, now=later)
    mail(sender, later)
    gone, theirs = box.to(ADA)[-1], box.to(BEN)[-1]
    assert gone["Subject"] == theirs["Subject"] == "Your reward has changed"
    assert "The friend's order was returned." in text_of(gone)
    assert "The order was returned." in text_of(theirs)
    assert len(box.to(ADA)) == 3


def test_a_suspended_advocate_and_people_without_an_address_get_none(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(at=NOW - 5 * DAY), now=NOW - 5 * DAY)
    ((advocate,),) = rows("SELECT id FROM store_advocate")
    done(suspend(str(advocate).replace("-", ""), asked=asked(workspace)))
    tell(workspace, {**order(), "person": "zoe"}, order(), now=NOW)
    mail(sender)
    assert ADA not in [r[0] for r in box.recipients]


NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7654321*7}}",
    "Ada\u202eevil",
    "Visit evil.com",
]


@only_sqlite
@pytest.mark.parametrize("name", NAMES)
def test_a33_a_name_is_inert_in_html_and_text(workspace: str, box: Postbox, sender: MailSender, name: str) -> None:
    tell(workspace, signup(at=NOW - 5 * DAY), now=NOW - 5 * DAY)
    with writing() as session:
        session.run("UPDATE store_person SET name = %(name)s", name=name)
    tell(workspace, order(), now=NOW)
    mail(sender)
    for letter in box.mails:
        whole = text_of(letter) + text_of(letter, "html") + str(letter["Subject"]) + str(letter["From"])
        assert not any(bad in whole for bad in ("<script", "onerror", "53580247", "evil.com", "\u202e")), whole


@only_sqlite
def test_a_plain_name_is_greeted_and_a_line_break_in_one_is_refused(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(), now=NOW)
    done(rename(person(workspace, "ada"), name="Ada Rossi", asked=asked(workspace)))
    assert refusal(rename(person(workspace, "ada"), name="Ada\nBcc: x@y.z", asked=asked(workspace))) == "invalid_name"
    mail(sender)
    assert "Ada Rossi, a friend of yours is here" in text_of(box.to(ADA)[0])


def test_a70_after_no_more_mail_nothing_comes_from_any_workspace(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(), now=NOW)
    tell(other := a_second_workspace(), signup("cid"), now=NOW)
    fan_out(keys=KEYS, now=NOW, listeners=(due.messages_due,))
    (first, *_) = sender.lease(1, now=NOW)
    assert unsubscribe(first.row.id, now=NOW)
    sender.record([(first, sender.send(first))], now=NOW)  # it was on its way
    tell(workspace, order(), now=NOW)
    tell(other, order("cid"), now=NOW)
    mail(sender)
    assert len(box.to(ADA)) == 1
    assert len(box.to(BEN)) == 1
    assert rows("SELECT DISTINCT reason FROM store_message WHERE state = 'suppressed'") == [("unsubscribed",)]
    assert not rows("SELECT 1 FROM store_suppression WHERE address_mac LIKE '%%@%%'")


def a_second_workspace() -> str:
    return a_workspace(GIVE_TEN, slug="second")


@only_sqlite
def test_a_planted_sender_that_ignores_the_list_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passaparola.actions.messages.sending.suppressions", lambda *_: {})
    with pytest.raises(AssertionError):
        test_a70_after_no_more_mail_nothing_comes_from_any_workspace(workspace, box, sender)


def test_own_wishes_are_undone_by_their_owners_only(workspace: str) -> None:
    ask = asked(workspace)
    assert done(suppress_address(ADA, reason="operator", keys=KEYS, asked=ask)).reason == "operator"
    assert done(allow_address(ADA, keys=KEYS, asked=ask)) is True
    assert done(allow_address(ADA, keys=KEYS, asked=ask)) is False
    done(suppress_address(ADA, reason="unsubscribed", keys=KEYS, asked=ask))
    assert refusal(allow_address(ADA, keys=KEYS, asked=ask)) == "own_wish"
    assert done(suppress_address(ADA, reason="complaint", keys=KEYS, asked=ask)).reason == "complaint"
    assert done(suppress_address(ADA, reason="operator", keys=KEYS, asked=ask)).reason == "complaint"
    assert done(allow_address(ADA, keys=KEYS, asked=ask, wished=True)) is True
    assert not rows("SELECT 1 FROM store_act WHERE input LIKE '%%@%%' OR subject LIKE '%%@%%'"), "no address in the log"


def test_o15_while_mail_is_paused_none_leaves_and_afterwards_all_do(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    assert done(pause_mail(asked=asked(workspace)))
    assert not done(pause_mail(asked=asked(workspace)))
    tell(workspace, signup(), order(), now=NOW)
    tell(a_second_workspace(), signup("cid"), now=NOW)
    mail(sender)
    assert len(box.mails) == 1, "the other workspace's"
    assert done(resume_mail(asked=asked(workspace)))
    mail(sender, NOW + 30 * DAY)
    assert len(box.mails) == 3
    assert rows("SELECT COUNT(*) FROM store_message WHERE state = 'waiting'") == [(0,)]


@only_sqlite
def test_a_sandbox_writes_into_the_folder_only(database: Database, box: Postbox, sender: MailSender) -> None:
    workspace = ensure_workspace(slug="try", sandbox=True, now=START)
    a_workspace(GIVE_TEN, slug="try")
    tell(workspace, signup(), now=NOW)
    mail(sender)
    mail(sender)
    assert not box.mails
    names = sorted(path.suffix for path in (database.data / "mail").iterdir())
    assert names == [".eml", ".html", ".txt"]
    (page,) = (database.data / "mail").glob("*.txt")
    assert "a-friend-came" in page.name
    assert "To: ada@example.com" in page.read_text()
    assert page.stat().st_mode & 0o077 == 0


def test_a_statement_says_what_moved_and_goes_out_once(workspace: str, box: Postbox, sender: MailSender) -> None:
    march = read_month("2026-03", now=START + 60 * DAY)
    old_import(workspace, NOW - 5 * DAY)
    after = march.end + DAY
    assert queue_statements(workspace, march, keys=KEYS, now=after) == 0, "an import of the past"
    tell(workspace, signup("cid"), order("cid"), now=NOW)
    mail(sender)
    assert queue_statements(workspace, march, keys=KEYS, now=after) == 2
    assert queue_statements(workspace, march, keys=KEYS, now=after) == 0
    mail(sender, after)
    letter = box.to(ADA)[-1]
    assert letter["Subject"] == "Your rewards at main in March 2026"
    assert "Store credit earned: €20.00" in text_of(letter)
    assert "To spend now: €20.00" in text_of(letter)
    assert "2 friends came through your recommendation." in text_of(letter)


def test_months_are_read_strictly() -> None:
    assert statements.month_before(START).name == "2026-02"
    assert statements.month_before(START - 60 * DAY).name == "2025-11"
    for text in ("2026-3", "2026-13", "march", "2026-03", "٢٠٢٦-٠٢"):
        with pytest.raises(UnableToReadMonth):
            read_month(text, now=START + 5 * DAY)
    assert read_month("2026-02", now=START).end - read_month("2026-02", now=START).begin == 28 * DAY


def test_the_language_is_the_one_the_person_was_written_to_last(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    tell(workspace, signup(), now=NOW)
    mail(sender)
    with writing() as session:
        session.run("UPDATE store_message SET language = 'ar'")
    tell(workspace, order(), now=NOW + SECOND)
    mail(sender, NOW + SECOND)
    assert 'dir="rtl"' in text_of(box.to(ADA)[-1], "html")
    assert 'dir="ltr"' in text_of(box.to(BEN)[-1], "html")
