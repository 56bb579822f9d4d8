"""A friend who was invited, did nothing and was forgotten is known again by a keyed hash, while a program may still bind them (P04)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps

from passaparola.actions.acting import done
from passaparola.actions.events import loading, record
from passaparola.actions.events.recall import UnableToRecall
from passaparola.actions.imports.customers import import_customer_lines
from passaparola.actions.imports.events import import_events
from passaparola.actions.ledger.replay import ledger_digest, replay, verify_replay
from passaparola.actions.messages import forget
from passaparola.actions.messages.forget import LONGEST_KNOWN_AGAIN, forget_invited
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.offers.accept import Taker, accept_offer
from passaparola.actions.offers.confirm import confirm_acceptance
from passaparola.actions.offers.record import record_acceptances
from passaparola.actions.offers.show import new_visit, show_offer
from passaparola.actions.people.change import add_identity
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.keyring import address_mac
from passaparola.domain.people.identity import EMAIL_MAC, UnableToReadIdentity, canonical
from passaparola.store import session as counting
from passaparola.store.read.explanations import labels
from passaparola.store.read.ledger_log import read_log
from passaparola.store.read.pages import IDENTITIES, records_of
from passaparola.store.read.search import search
from passaparola.store.session import reading
from passaparola.store.write.plan import write
from tests.databases import Database, only_postgres, only_sqlite
from tests.histories import START
from tests.ledger_clean import assert_books_balance
from tests.postbox import Postbox, postbox
from tests.races import at_once
from tests.shops import GIVE_TEN, good, rows
from tests.store.inviting import FRIEND, KEYS, NOW, a_shop_that_invites, advocates, ask, asked, mail, sending
from tests.store.telling import findings, referral, tell

THIRTY_DAYS = f"{GIVE_TEN}windows: {{bind_days: 30}}\n"
BY_SIGNUP = GIVE_TEN.replace("give-ten", "by-signup").replace("first_purchase", "signup")
MAC = address_mac(KEYS, FRIEND)
ZOE = {"customer_id": "zoe", "email": FRIEND}


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def sender(box: Postbox) -> Iterator[MailSender]:
    with sending(box) as sender:
        yield sender


@pytest.fixture
def workspace(database: Database, sender: MailSender) -> str:
    """Ada invited Zoe, who did nothing and was forgotten after 14 days."""
    return forgotten(sender)


def forgotten(sender: MailSender, document: str = THIRTY_DAYS, advocates: int = 1) -> str:
    workspace = a_shop_that_invites(document=document, advocates=advocates)
    good(ask(workspace))
    mail(sender)
    assert forget_invited(workspace, now=NOW + 15 * DAY, keys=KEYS) == 1
    return workspace


def signup(known: Any, now: Instant) -> dict[str, Any]:
    return {"id": "s-zoe", "type": "signup", "at": iso(now), "person": known}


def order(known: Any, now: Instant) -> dict[str, Any]:
    return {
        "id": "o-zoe",
        "type": "purchase",
        "at": iso(now),
        "person": known,
        "order": "o-zoe",
        "amount_minor": 900,
        "currency": "EUR",
    }


def whose(kind: str, value: str) -> list[str]:
    """Our ids of the persons who are known by it."""
    found = rows("SELECT person_id FROM store_identity WHERE kind = %s AND value = %s", kind, value)
    return [str(person).replace("-", "") for (person,) in found]


def doers(*events: str) -> set[str]:
    """Our ids of the persons whose events these are."""
    found = [rows("SELECT person_id FROM store_event WHERE external_id = %s", event) for event in events]
    return {str(person).replace("-", "") for ((person,),) in found}


def keeps() -> tuple[int, bool]:
    """How many hashes there are, and whether the workspace says that there are any."""
    ((said,),) = rows("SELECT keeps_macs FROM store_workspace")
    return len(rows("SELECT 1 FROM store_identity WHERE kind = %s", EMAIL_MAC)), bool(said)


def everything_stored() -> str:
    models = apps.get_app_config("store").get_models()
    return "\n".join(str(row) for model in models for row in model._default_manager.values_list())


def test_p04_a_forgotten_friend_who_comes_within_the_window_is_the_advocates(workspace: str) -> None:
    assert keeps() == (1, True)
    assert MAC in everything_stored(), "what is searched is what is stored"
    assert "zoe" not in everything_stored(), "nothing readable is left"
    (invited,) = whose(EMAIL_MAC, MAC)
    now = NOW + 20 * DAY
    tell(workspace, signup(ZOE, now), order({"email": FRIEND}, now), now=now, keys=KEYS)
    assert referral(workspace, "zoe", "give-ten")[:3] == ("converted", None, "ada")
    assert whose("email", FRIEND) == whose("customer_id", "zoe") == [invited]
    assert keeps()[0] == 0, "the friend has acted: the address is theirs again"
    assert forget_invited(workspace, now=now + 30 * DAY, keys=KEYS) == 0
    assert whose("email", FRIEND) == [invited]


def test_p04_another_address_is_not_attributed(workspace: str) -> None:
    now = NOW + 20 * DAY
    tell(workspace, signup({"customer_id": "zoe", "email": "zoe@example.org"}, now), now=now, keys=KEYS)
    assert referral(workspace, "zoe", "give-ten")[2] is None
    assert keeps() == (1, True)


def test_p04_after_the_window_the_hash_is_gone_and_nothing_is_attributed(workspace: str) -> None:
    assert forget_invited(workspace, now=NOW + 30 * DAY, keys=KEYS) == 0
    assert keeps() == (1, True), "the window's last day is not over"
    assert forget_invited(workspace, now=NOW + 32 * DAY, keys=KEYS) == 0
    assert keeps() == (0, False)
    now = NOW + 33 * DAY
    tell(workspace, signup(ZOE, now), now=now)
    assert referral(workspace, "zoe", "give-ten")[2] is None


@only_sqlite
@pytest.mark.parametrize("fault", ["no look-up", "no end"])
def test_p04_a_planted_fault_is_caught(workspace: str, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    if fault == "no look-up":
        monkeypatch.setattr(loading, "recalled", lambda *_: {})
        with pytest.raises(AssertionError):
            test_p04_a_forgotten_friend_who_comes_within_the_window_is_the_advocates(workspace)
    else:
        monkeypatch.setattr(forget, "forget_macs", lambda *_: 0)
        with pytest.raises(AssertionError):
            test_p04_after_the_window_the_hash_is_gone_and_nothing_is_attributed(workspace)


@only_sqlite
def test_where_friends_are_bound_at_any_time_the_hash_is_kept_for_a_year(
    database: Database, sender: MailSender
) -> None:
    workspace = forgotten(sender, GIVE_TEN)
    forget_invited(workspace, now=NOW + LONGEST_KNOWN_AGAIN * DAY, keys=KEYS)
    assert keeps() == (1, True)
    forget_invited(workspace, now=NOW + (LONGEST_KNOWN_AGAIN + 2) * DAY, keys=KEYS)
    assert keeps() == (0, False)


@only_sqlite
def test_an_invitation_older_than_the_window_leaves_no_hash(database: Database, sender: MailSender) -> None:
    workspace = a_shop_that_invites(document=THIRTY_DAYS)
    good(ask(workspace))
    mail(sender)
    assert forget_invited(workspace, now=NOW + 40 * DAY, keys=KEYS) == 1
    assert keeps() == (0, False)


def _imported(workspace: str, now: Instant) -> None:
    lines = [(1, {"id": "i", "type": "signup", "at": iso(now), "person": {"email": FRIEND}})]
    assert import_events(lines, workspace=workspace, now=now, keys=KEYS).recorded == 1


def _a_customer(workspace: str, now: Instant) -> None:
    lines = [(1, {"email": FRIEND, "customer_since": iso(now)[:10]})]
    assert import_customer_lines(lines, workspace=workspace, now=now, keys=KEYS).recorded == 1


def _invited_elsewhere(workspace: str, now: Instant) -> None:
    """The shop tells that somebody else recommended it to the same address."""
    share = {"id": "again", "type": "share", "at": iso(now), "person": "ada1", "to": {"email": FRIEND}}
    tell(workspace, share, now=now, keys=KEYS)


def _accepted(workspace: str, now: Instant) -> str:
    ((slug,),) = rows("SELECT slug FROM store_sharelink ORDER BY created_at, id LIMIT 1")
    shown = show_offer(slug)
    assert shown is not None
    taker = Taker(new_visit(shown.link, now), FRIEND)
    return done(accept_offer(slug, taker=taker, keys=KEYS, asked=asked(workspace, now))).acceptance


def _left_on_the_page(workspace: str, now: Instant) -> None:
    _accepted(workspace, now)
    assert record_acceptances(workspace, now=now, keys=KEYS) == 1


def _confirmed_on_the_page(workspace: str, now: Instant) -> None:
    _accepted(workspace, now)
    ((magic,),) = rows("SELECT id FROM store_magiclink")
    done(confirm_acceptance(str(magic).replace("-", ""), asked=asked(workspace, now), keys=KEYS))


@pytest.mark.parametrize(
    "come", [_imported, _a_customer, _invited_elsewhere, _left_on_the_page, _confirmed_on_the_page]
)
def test_p04_a_forgotten_friend_is_known_again_by_whatever_way_the_address_comes(
    database: Database, sender: MailSender, come: Callable[[str, Instant], None]
) -> None:
    workspace = forgotten(sender, BY_SIGNUP if come is _confirmed_on_the_page else THIRTY_DAYS)
    (invited,) = whose(EMAIL_MAC, MAC)
    come(workspace, NOW + 20 * DAY)
    assert whose("email", FRIEND) == [invited]
    assert keeps()[0] == 0


@only_sqlite
def test_who_is_invited_again_is_forgotten_again(database: Database, sender: MailSender) -> None:
    workspace = forgotten(sender, GIVE_TEN, advocates=2)
    (invited,) = whose(EMAIL_MAC, MAC)
    later = NOW + 31 * DAY
    good(ask(workspace, advocate=advocates(workspace)[1], now=later))
    mail(sender, later)
    assert whose("email", FRIEND) == [invited]
    assert forget_invited(workspace, now=later + 13 * DAY, keys=KEYS) == 0
    assert forget_invited(workspace, now=later + 15 * DAY, keys=KEYS) == 1
    assert whose(EMAIL_MAC, MAC) == [invited]
    assert rows("SELECT created_at FROM store_identity WHERE kind = %s", EMAIL_MAC) == [(later,)]


def test_two_who_bring_the_address_at_once_find_one_person(workspace: str) -> None:
    (invited,) = whose(EMAIL_MAC, MAC)
    now = NOW + 20 * DAY
    said = at_once(
        lambda: tell(workspace, signup({"email": FRIEND}, now), now=now, keys=KEYS),
        lambda: tell(workspace, order({"email": FRIEND}, now), now=now, keys=KEYS),
    )
    assert said == [["recorded"], ["recorded"]]
    assert whose("email", FRIEND) == [invited]
    assert doers("s-zoe", "o-zoe") == {invited}


@only_postgres
def test_who_comes_at_the_moment_of_the_forgetting_is_known(
    database: Database, sender: MailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = a_shop_that_invites(document=THIRTY_DAYS)
    good(ask(workspace))
    mail(sender)
    (invited,) = whose("email", FRIEND)
    now, did = NOW + 15 * DAY, list[Any]()

    def forgotten_meanwhile(*given: Any) -> Any:
        """What was decided with was read; before it is written another process forgets."""
        if not did:
            did.extend(at_once(lambda: forget_invited(workspace, now=now, keys=KEYS)))
        return write(*given)

    monkeypatch.setattr(record, "write", forgotten_meanwhile)
    tell(workspace, signup({"email": FRIEND}, now), now=now, keys=KEYS)
    assert did == [1]
    assert whose("email", FRIEND) == [invited]
    assert keeps()[0] == 0


def test_a_customer_who_is_known_by_something_stronger_gets_the_address_and_an_operator_looks(workspace: str) -> None:
    now = NOW + 20 * DAY
    tell(workspace, signup("zoe", now), now=now)
    tell(workspace, order(ZOE, now), now=now, keys=KEYS)
    assert whose("email", FRIEND) == whose("customer_id", "zoe")
    assert keeps()[0] == 0
    assert findings(workspace) == ["two_people_one_identity"]


@only_sqlite
def test_what_only_a_browser_tells_gives_the_address_back_to_nobody(workspace: str) -> None:
    now = NOW + 20 * DAY
    tell(workspace, {**signup({"email": FRIEND}, now), "id": "web-1"}, now=now, keys=KEYS)
    assert not whose("email", FRIEND)
    assert doers("web-1") == set(whose(EMAIL_MAC, MAC)), "as it would have been before the forgetting"


@only_sqlite
def test_it_costs_one_look_up_for_an_unknown_address_and_none_where_nobody_is_forgotten(
    database: Database, sender: MailSender
) -> None:
    workspace = a_shop_that_invites(document=THIRTY_DAYS)
    good(ask(workspace))
    mail(sender)
    now = NOW + 15 * DAY

    def work(name: str, known: Any) -> int:
        before = counting.statements
        tell(workspace, {**signup(known, now), "id": name}, now=now, keys=KEYS)
        return counting.statements - before

    alone = work("a", {"email": "a@example.com"})
    known = work("b", {"email": "a@example.com"})
    assert forget_invited(workspace, now=now, keys=KEYS) == 1
    work("b2", "somebody")  # the programs are read again
    assert work("c", {"email": "c@example.com"}) == alone + 1
    assert work("d", {"email": "c@example.com"}) == known
    assert work("e", "somebody") < alone + 1


@only_sqlite
def test_whoever_records_without_keys_is_told(workspace: str) -> None:
    with pytest.raises(UnableToRecall):
        tell(workspace, signup(ZOE, NOW + 20 * DAY), now=NOW + 20 * DAY)
    tell(workspace, signup("zoe", NOW + 20 * DAY), now=NOW + 20 * DAY)


def test_the_hash_is_shown_to_nobody(workspace: str) -> None:
    (invited,) = whose(EMAIL_MAC, MAC)
    with reading() as session:
        assert records_of(session, IDENTITIES, workspace, given={"people": [invited]}) == []
        assert labels(session, workspace, {invited}) == {invited: f"per_{invited}"}
        assert not search(session, workspace, MAC[:12]).people
        assert not search(session, workspace, MAC).people
    with pytest.raises(UnableToReadIdentity):
        canonical(EMAIL_MAC, MAC)
    good(add_identity(invited, identity=("phone", "+391234567"), asked=asked(workspace)))
    with reading() as session:
        (shown,) = records_of(session, IDENTITIES, workspace, given={"people": [invited]})
    assert shown["kind"] == "phone"


def test_l10_the_log_of_such_a_history_done_again_gives_the_same_books(
    workspace: str, second_database: Database
) -> None:
    now = NOW + 20 * DAY
    tell(workspace, signup(ZOE, now), order({"email": FRIEND}, now), now=now, keys=KEYS)
    assert verify_replay(workspace) == []
    with reading() as session:
        log = list(read_log(session, workspace))
    digest = ledger_digest(workspace)
    with second_database.use():
        copy = ensure_workspace(slug="copy", now=START)
        assert replay(log, workspace=copy) == len(log)
        assert ledger_digest(copy) == digest
        assert_books_balance(copy)
