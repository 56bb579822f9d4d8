"""Advocates invite friends through us only when it is allowed, seldom, plainly, and never against a wish (A34, A69, A70, P01–P04, G-18)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from passaparola.actions.acting import NotFound, done
from passaparola.actions.contact import ATTESTATION, allow_invites, forbid_invites, set_contact
from passaparola.actions.messages import invite as inviting
from passaparola.actions.messages import sending as sending_mails
from passaparola.actions.messages.forget import forget_invited
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.wishes import suppress_address, unsubscribe
from passaparola.actions.people.change import rename
from passaparola.domain.instant import DAY, SECOND, iso
from passaparola.outbound.mail import compose as composing
from passaparola.outbound.mail.letter import Letter
from passaparola.store import session as counting
from passaparola.store.ids import new_id
from passaparola.store.read import messages as read
from passaparola.store.write.messages import end_message, set_message_back
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace
from tests.postbox import Postbox, postbox, text_of
from tests.races import at_once
from tests.shops import GIVE_TEN, good, person, refusal, rows
from tests.store.inviting import (
    FRIEND,
    KEYS,
    NOW,
    a_shop_that_invites,
    advocate_in,
    advocates,
    ask,
    asked,
    held_back,
    mail,
    reaches_few,
    sending,
)
from tests.store.telling import referral, tell


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def sender(box: Postbox) -> Iterator[MailSender]:
    with sending(box) as sender:
        yield sender


@pytest.fixture
def workspace(database: Database) -> str:
    return a_shop_that_invites()


def test_p01_they_are_off_until_an_operator_attests_with_a_postal_address(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    tell(
        workspace,
        {"id": "s", "type": "signup", "at": iso(START), "person": "ben", "referred_by": "ada"},
        now=START + SECOND,
    )
    assert refusal(ask(workspace)) == "invitations_off"
    assert refusal(allow_invites(asked=asked(workspace), attestation=ATTESTATION)) == "postal_address_missing"
    good(set_contact({"postal_address": "Via Roma 1"}, asked=asked(workspace)))
    assert refusal(allow_invites(asked=asked(workspace), attestation="yes")) == "attestation_missing"
    good(allow_invites(asked=asked(workspace), attestation=ATTESTATION))
    good(ask(workspace))
    assert refusal(set_contact({"postal_address": ""}, asked=asked(workspace))) == "postal_address_missing"


def test_p03_it_names_who_from_where_what_for_and_how_to_end_it(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    good(rename(person(workspace, "ada"), name="Ada Rossi", asked=asked(workspace)))
    words = "Best bread! See https://evil.example or call 0039 333 1234567 <b>now</b>"
    good(ask(workspace, words=words))
    mail(sender)
    (letter,) = box.mails
    for text in (text_of(letter), text_of(letter, "html")):
        said = " ".join(text.split())
        for wanted in (
            "Ada Rossi",
            "Bottega Lina",
            "gave your address",
            "Via Roma 1, 00184 Roma",
            "may get a reward",
            "Best bread!",
        ):
            assert wanted in said, wanted
        assert "no reminder" in said
        assert "https://refer.example.com/u/" in said
        assert "https://refer.example.com/r/" in said
        assert not any(bad in said for bad in ("evil", "0039", "<b>now", "<img", "http://"))
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail(sender, NOW + 60 * DAY)
    assert len(box.mails) == 1, "no reminder"


def test_a_friend_who_was_invited_and_buys_is_the_advocates(workspace: str, box: Postbox, sender: MailSender) -> None:
    good(ask(workspace))
    mail(sender)
    assert rows("SELECT source, channel FROM store_event WHERE type = 'share'") == [("invitation", "email")]
    assert rows("SELECT state, address FROM store_message WHERE kind = 'invite'") == [("sent", "")]
    later = NOW + DAY
    known = {"customer_id": "zoe", "email": FRIEND}
    tell(
        workspace,
        {
            "id": "o",
            "type": "purchase",
            "at": iso(later),
            "person": known,
            "order": "o",
            "amount_minor": 900,
            "currency": "EUR",
        },
        now=later,
    )
    assert referral(workspace, "zoe", "give-ten")[2] == "ada"


@only_sqlite
def test_a_mail_that_left_is_not_sent_again_whatever_its_recommendation_meets(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(sending_mails, "record_share", breaks)
    good(ask(workspace))
    mail(sender)
    assert rows("SELECT state FROM store_message WHERE kind = 'invite'") == [("sent",)]


def test_a69_g18_one_advocate_reaches_few_and_many_advocates_reach_one_once(
    database: Database, box: Postbox, sender: MailSender
) -> None:
    reaches_few(box, sender, addresses=40, crowd=12)


@only_sqlite
@pytest.mark.parametrize("fault", ["suppressions", "invited_since", "invitations_since"])
def test_a_planted_limit_that_is_not_kept_is_caught(
    database: Database, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    nothing: dict[str, Any] = {"suppressions": {}, "invited_since": False, "invitations_since": 0}
    monkeypatch.setattr(read, fault, lambda *_, **__: nothing[fault])
    monkeypatch.setattr("passaparola.actions.messages.sending.suppressions", lambda *_: {})
    with pytest.raises(AssertionError):
        test_a69_g18_one_advocate_reaches_few_and_many_advocates_reach_one_once(database, box, sender)


def test_the_breaker_stops_a_workspace(workspace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "AN_HOUR_ALL", 4)
    monkeypatch.setattr(inviting, "A_DAY_EACH", 100)
    for n in range(6):
        good(ask(workspace, f"v{n}@example.com", now=NOW + n))
    good(ask(workspace, "later@example.com", now=NOW + 2 * 3600 * SECOND))
    assert held_back() == {"breaker": 2}
    assert found() == [("invitations_held_back", "breaker")]


def found() -> list[tuple[str, str]]:
    """What the operator is told, once an hour."""
    return [(kind, key.partition(":")[0]) for kind, key in rows("SELECT kind, key FROM store_finding")]


def stops_everywhere(workspace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workspaces together ask for more than the installation mails in an hour."""
    monkeypatch.setattr(inviting, "AN_HOUR_EVERYWHERE", 4)
    monkeypatch.setattr(inviting, "A_DAY_EACH", 100)
    other = a_shop_that_invites("second")
    for n in range(3):
        for one, slug in ((workspace, "main"), (other, "second")):
            good(ask(one, f"{slug}{n}@example.com", advocate=advocate_in(slug), now=NOW + n))
    good(ask(other, "later@example.com", advocate=advocate_in("second"), now=NOW + 2 * 3600 * SECOND))
    assert held_back() == {"breaker_everywhere": 2}
    assert found() == [("invitations_held_back", "breaker_everywhere")] * 2, "one in each workspace"


def test_a69_the_breaker_stops_the_installation(workspace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stops_everywhere(workspace, monkeypatch)


@only_sqlite
def test_a69_a_planted_breaker_that_looks_at_one_workspace_is_caught(
    workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "invitations_everywhere", lambda *_: 0)
    with pytest.raises(AssertionError):
        stops_everywhere(workspace, monkeypatch)


def no_more_after(how: str, workspace: str, box: Postbox, sender: MailSender) -> None:
    """An address from which a mail came back, or whose owner complained, is invited again: here and by another firm."""
    other = a_shop_that_invites("second")
    if how == "bounce":
        box.refused[FRIEND] = "550 5.1.1 no such mailbox"
        good(ask(workspace, advocate=advocate_in("main")))
        mail(sender)
        box.refused.clear()
    else:
        good(suppress_address(FRIEND, reason=how, keys=KEYS, asked=asked(workspace)))
    assert rows("SELECT reason FROM store_suppression") == [(how,)]
    for one, slug in ((other, "second"), (workspace, "main")):
        good(ask(one, advocate=advocate_in(slug), now=NOW + 40 * DAY))
    mail(sender, NOW + 40 * DAY)
    assert not box.to(FRIEND)
    assert held_back() == {"suppressed": 2}


@pytest.mark.parametrize("how", ["bounce", "complaint"])
def test_a70_after_a_bounce_or_a_complaint_nobody_invites_again(
    workspace: str, box: Postbox, sender: MailSender, how: str
) -> None:
    no_more_after(how, workspace, box, sender)


@only_sqlite
@pytest.mark.parametrize("how", ["bounce", "complaint"])
def test_a70_a_planted_list_that_is_not_kept_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("passaparola.actions.messages.sending.suppress", lambda *_: None)
    monkeypatch.setattr("passaparola.actions.messages.wishes.suppressions", lambda *_: {})
    monkeypatch.setattr("passaparola.actions.messages.wishes.suppress", lambda *_: None)
    with pytest.raises((AssertionError, KeyError)):
        no_more_after(how, workspace, box, sender)


def test_two_requests_at_once_do_not_both_find_room_for_one(workspace: str, box: Postbox, sender: MailSender) -> None:
    at_once(lambda: ask(workspace), lambda: ask(workspace), lambda: ask(workspace))
    mail(sender)
    assert len(box.to(FRIEND)) == 1


def test_a70_p02_a_wish_said_elsewhere_counts_here_with_the_same_work(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    other = a_shop_that_invites("second")
    advocate = str(
        rows(
            "SELECT a.id FROM store_advocate a JOIN store_workspace w ON w.id = a.workspace_id WHERE w.slug = 'second'"
        )[0][0]
    )
    good(ask(other, advocate=advocate.replace("-", "")))
    mail(sender)
    ((first,),) = rows("SELECT id FROM store_message")
    before = counting.statements
    good(ask(workspace, "free@example.com"))
    work = counting.statements - before
    unsubscribe(str(first).replace("-", ""), now=NOW)
    before = counting.statements
    good(ask(workspace))
    assert counting.statements - before == work
    mail(sender)
    assert len(box.to(FRIEND)) == 1
    assert held_back() == {"suppressed": 1}


def test_p04_who_never_came_is_forgotten_after_14_days_and_the_hash_stays(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    for address in (FRIEND, "comes@example.com"):
        good(ask(workspace, address))
    mail(sender)
    known = {"customer_id": "comes", "email": "comes@example.com"}
    tell(workspace, {"id": "s2", "type": "signup", "at": iso(NOW + DAY), "person": known}, now=NOW + DAY)
    assert forget_invited(workspace, now=NOW + 13 * DAY, keys=KEYS) == 0
    assert forget_invited(workspace, now=NOW + 15 * DAY, keys=KEYS) == 1
    emails = [row[0] for row in rows("SELECT value FROM store_identity WHERE kind = 'email'")]
    assert emails == ["comes@example.com"]
    good(ask(workspace, now=NOW + 16 * DAY))
    assert held_back() == {"invited_lately": 1}


def test_forbidding_ends_those_that_wait(workspace: str, box: Postbox, sender: MailSender) -> None:
    good(ask(workspace))
    good(forbid_invites(asked=asked(workspace)))
    mail(sender)
    assert not box.mails
    assert held_back() == {"invitations_off": 1}


def test_p01_where_countries_are_named_nobody_elsewhere_is_mailed(
    workspace: str, box: Postbox, sender: MailSender
) -> None:
    good(set_contact({}, countries=["pl", "IT", "it", ""], asked=asked(workspace)))
    assert rows("SELECT invite_countries FROM store_workspace") == [("IT,PL",)]
    for n, country in enumerate(("IT", "DE", "", "PL")):
        good(ask(workspace, f"zoe{n}@example.com", country=country))
    assert held_back() == {"other_country": 2}
    mail(sender)
    assert sorted(letter["To"] for letter in box.mails) == ["zoe0@example.com", "zoe3@example.com"]
    good(ask(workspace, "waits@example.com", country="PL"))
    good(set_contact({}, countries=["IT"], asked=asked(workspace)))
    mail(sender)
    assert held_back() == {"other_country": 3}, "one that waits when its country is taken off is not mailed"
    good(set_contact({}, countries=[], asked=asked(workspace)))
    good(ask(workspace, "zoe1@example.com", country="DE"))
    good(ask(workspace, "zoe2@example.com"))
    mail(sender)
    assert len(box.mails) == 4, "none named: all, and one held back for its country may be asked for again"


@only_sqlite
@pytest.mark.parametrize("left_out", ["postal_address", "unsubscribe", "advocate", "words"])
def test_p03_a_planted_mail_that_leaves_something_out_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    honest = composing._rendered

    def silent(letter: Letter) -> tuple[str, str, str]:
        if left_out == "postal_address":
            return honest(replace(letter, firm=replace(letter.firm, postal_address="")))
        if left_out == "unsubscribe":
            return honest(replace(letter, unsubscribe=""))
        return honest(replace(letter, facts={**letter.facts, left_out: ""}))

    monkeypatch.setattr(composing, "_rendered", silent)
    with pytest.raises(AssertionError):
        test_p03_it_names_who_from_where_what_for_and_how_to_end_it(workspace, box, sender)


@only_sqlite
def test_p03_planted_words_that_are_sent_as_they_were_written_are_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("invite", "letters"):
        monkeypatch.setattr(f"passaparola.actions.messages.{module}.plain_words", lambda text: text)
    with pytest.raises(AssertionError):
        test_p03_it_names_who_from_where_what_for_and_how_to_end_it(workspace, box, sender)


@only_sqlite
def test_p03_a_planted_reminder_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is sent again when its friend does not come."""
    honest = end_message

    def again(session: Any, row: Any, state: str, reason: str, now: int) -> bool:
        if not box.mails[1:]:
            set_message_back(session, row, until=now + 7 * DAY, reason=reason, counts=False)
            return True
        return honest(session, row, state, reason, now)

    monkeypatch.setattr(sending_mails, "end_message", again)
    with pytest.raises(AssertionError, match="no reminder"):
        test_p03_it_names_who_from_where_what_for_and_how_to_end_it(workspace, box, sender)


@only_sqlite
def test_p01_a_planted_switch_that_is_not_looked_at_is_caught(
    workspace: str, box: Postbox, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read.ContactRow, "mails_to", lambda *_: True)
    with pytest.raises(AssertionError):
        test_p01_where_countries_are_named_nobody_elsewhere_is_mailed(workspace, box, sender)


def test_p01_a_country_that_does_not_exist_is_refused(workspace: str) -> None:
    assert refusal(set_contact({}, countries=["IT", "XX"], asked=asked(workspace))) == "invalid_contact"
    assert rows("SELECT invite_countries FROM store_workspace") == [("",)]


def test_nobody_invites_who_is_not_an_advocate_here(workspace: str) -> None:
    with pytest.raises(NotFound):
        ask(workspace, advocate=new_id())
    from passaparola.actions.advocates.standing import suspend

    done(suspend(advocates(workspace)[0], asked=asked(workspace)))
    assert refusal(ask(workspace)) == "not_in_good_standing"
