"""Joining with an e-mail address: a provisional link at once, theirs when the mail is confirmed, and nothing to learn for anybody else."""

from typing import Any

import pytest

from passaparola.actions.acting import NotFound, Refusal
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.clock import run_clock
from passaparola.actions.joining import join_program as module
from passaparola.actions.joining import magic as magic_links
from passaparola.actions.joining import sign_in
from passaparola.actions.joining.confirm import Confirmed, confirm_enrolment
from passaparola.actions.joining.join_program import Asking, Begun, join_program
from passaparola.actions.joining.lapse import lapse_enrolments
from passaparola.actions.joining.limits import AskLimits, neighbourhood
from passaparola.actions.joining.sign_in import ask_to_sign_in, enter_portal, portal_link
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.change import create_person
from passaparola.actions.people.merge import merge
from passaparola.domain.instant import DAY, SECOND
from passaparola.domain.keyring import address_mac, browser_hash, keyring
from passaparola.store import session as store_session
from passaparola.store.models import (
    Act,
    Advocate,
    Enrolment,
    Event,
    Identity,
    MagicLink,
    Message,
    Person,
    RateCount,
    Referral,
    Reward,
    ShareLink,
)
from passaparola.store.read.search import search
from passaparola.store.session import reading
from tests.databases import Database, only_sqlite
from tests.histories import a_workspace, friend_buys, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, asked, day, good, refusal

KEYS = keyring("a secret of the tests, and long enough")
ADA, EVA = "ada@example.com", "eva@example.com"
PHONE, LAPTOP = browser_hash("phone"), browser_hash("laptop")
CUSTOMERS = GIVE_TEN.replace("give-ten", "customers") + "access: customers\n"
INVITED = GIVE_TEN.replace("give-ten", "invited") + "access: invite_only\n"
MINUTE = 60 * SECOND / DAY


def ask(
    workspace: str, address: str = ADA, *, browser: str = PHONE, program: str = "give-ten", at: float = 2, **more: Any
) -> Begun:
    asking = Asking(program, address, browser, "en", more.pop("client", "192.0.2.7"))
    begun: Begun = good(join_program(asking, asked=asked(workspace, at, "join"), keys=KEYS, **more))
    return begun


def enrolment_of(begun: Begun) -> Enrolment:
    assert begun.enrolment is not None
    return Enrolment.objects.get(pk=begun.enrolment)


def latest_link(purpose: str = "enrol") -> str:
    return str(MagicLink.objects.filter(purpose=purpose).latest("id").id.hex)


def confirm(workspace: str, magic: str | None = None, at: float = 2 + MINUTE) -> Confirmed:
    return confirm_enrolment(magic or latest_link(), asked=asked(workspace, at, "mail"))


def brings(workspace: str, begun: Begun, friend: str = "ben", at: int = 3) -> None:
    """A friend comes by the enrolment's code and buys."""
    code = ShareLink.objects.get(pk=enrolment_of(begun).link_id).code
    signup, *orders = friend_buys(friend, at, (f"order-{friend}", 10_000, "EUR"))
    told = {key: value for key, value in signup.items() if key != "referred_by"}
    tell(workspace, [{**told, "code": code}, *orders])


def counts() -> dict[str, int]:
    tables = (Person, Identity, Advocate, ShareLink, Enrolment, MagicLink, Message, Act, Event, Reward)
    return {table.__name__: table.objects.count() for table in tables}


def why_not(workspace: str, magic: str, at: float) -> str:
    with pytest.raises(Refusal) as refused:
        confirm(workspace, magic, at)
    return refused.value.reason


def assert_sound(workspace: str) -> None:
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


# -- asking -----------------------------------------------------------------------------------------------------------------


def test_who_asks_has_a_provisional_link_at_once_and_one_mail_is_queued(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    begun = ask(workspace)
    enrolment = enrolment_of(begun)
    assert (enrolment.state, enrolment.address, enrolment.browser) == ("provisional", ADA, PHONE)
    assert enrolment.lapses_at == day(16)
    assert Advocate.objects.get().status == "provisional"
    assert ShareLink.objects.get(pk=enrolment.link_id).active
    assert not Identity.objects.exists(), "nobody is known by an address that is not confirmed"
    with reading() as session:
        found = search(session, workspace, ADA.upper())
    assert found.labels == {enrolment.person_id.hex: ShareLink.objects.get().code}, "support finds them, by their code"
    mail = Message.objects.get()
    assert (mail.kind, mail.address, mail.person_id, mail.state) == ("join", ADA, None, "waiting")
    assert MagicLink.objects.get().id.hex in mail.facts
    assert not [text for text in Act.objects.values_list("input", flat=True) if ADA in text]


def test_the_same_browser_asking_again_goes_on_with_what_it_has(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    first, again = ask(workspace), ask(workspace, at=2.1)
    assert again.enrolment == first.enrolment
    assert (Enrolment.objects.count(), Advocate.objects.count(), Message.objects.count()) == (1, 1, 2)
    assert ask(workspace, EVA).enrolment != first.enrolment
    assert ask(workspace, browser=LAPTOP).enrolment != first.enrolment


def test_an_address_gets_so_many_mails_and_who_asks_for_more_is_told_the_same(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    for n in range(10):
        ask(workspace, browser=browser_hash(str(n)), client=f"192.0.2.{n}")
    assert Message.objects.count() == 3
    assert ask(workspace, EVA).mailed, "another address has its own"
    mailed = sum(ask(workspace, at=2 + hours / 24).mailed for hours in range(2, 12))
    assert mailed == 5, "eight in a day"
    assert ask(workspace, at=3.6).mailed


def test_a73_one_caller_or_its_neighbourhood_begins_so_much_and_no_more(database: Database) -> None:
    workspace, few = a_workspace(GIVE_TEN), AskLimits(caller_hour=3, neighbourhood_hour=6, everybody_hour=9)
    said = [ask(workspace, f"m{n}@example.com", client="192.0.2.7", limits=few) for n in range(5)]
    assert [b.enrolment is not None for b in said] == [True] * 3 + [False] * 2
    near = [ask(workspace, f"n{n}@example.com", client=f"192.0.2.{n}", limits=few) for n in range(20, 24)]
    assert sum(b.mailed for b in near) == 1, "five of this hour's six were asked before"
    far = [ask(workspace, f"f{n}@example.com", client=f"198.51.{n}.1", limits=few) for n in range(4)]
    assert sum(b.mailed for b in far) == 0, "nine had asked, whoever they were"
    assert Message.objects.count() == Enrolment.objects.count() == 4
    assert ask(workspace, "later@example.com", client="192.0.2.7", at=2.1, limits=few).mailed
    kept = " ".join(RateCount.objects.values_list("key", flat=True))
    assert "192" not in kept.split()
    assert {len(key) for key in kept.split()} == {64}, "nothing but keyed hashes"
    assert not Reward.objects.exists()


def test_a_neighbourhood_is_a_24_or_a_48() -> None:
    assert neighbourhood("192.0.2.7") == "192.0.2.0/24"
    assert neighbourhood("2001:db8:1:2::/64") == "2001:db8:1::/48"
    assert neighbourhood("") == ""


def work_of(call: Any) -> tuple[int, dict[str, int]]:
    """Statements and new rows."""
    before, rows = store_session.statements, counts()
    call()
    return store_session.statements - before, {name: n - rows[name] for name, n in counts().items()}


def known(workspace: str, address: str) -> str:
    person: str = good(create_person([("email", address)], asked=asked(workspace)))
    return person


def test_a74_a_known_address_makes_the_same_rows_mails_and_work(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    known(workspace, EVA)
    ask(workspace, "first@example.com")  # the programs are read and compiled
    unknown = work_of(lambda: ask(workspace, ADA, client="192.0.2.8"))
    assert work_of(lambda: ask(workspace, EVA, client="192.0.2.9")) == unknown
    assert unknown[1]["Message"] == 1
    given: dict[str, Any] = {"language": "en", "client": "192.0.2.7", "keys": KEYS}
    unknown = work_of(lambda: ask_to_sign_in("nobody@example.com", asked=asked(workspace), **given))
    assert work_of(lambda: ask_to_sign_in(EVA, asked=asked(workspace), **given)) == unknown
    assert unknown[1]["Message"] == 1


def test_a74_planted_a_look_at_who_is_known_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = a_workspace(GIVE_TEN)
    known(workspace, EVA)
    ask(workspace, "first@example.com")

    hers = address_mac(KEYS, EVA)
    monkeypatch.setattr(module, "mail_is_due", lambda mac, *_: mac != hers)
    unknown = work_of(lambda: ask(workspace, ADA, client="192.0.2.8"))
    assert work_of(lambda: ask(workspace, EVA, client="192.0.2.9")) != unknown


# -- confirming -------------------------------------------------------------------------------------------------------------


def test_an_unknown_address_is_now_how_the_person_is_known(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    begun = ask(workspace)
    brings(workspace, begun)
    reward = Reward.objects.get(side="advocate")
    assert (reward.state, reward.reason) == ("pending", "advocate_unconfirmed")
    ask(workspace, at=4)
    said = confirm(workspace, at=4 + MINUTE)
    assert said.turned_down == ""
    assert Identity.objects.get(value=ADA).person_id.hex == said.person
    assert Advocate.objects.get().status == "active"
    reward.refresh_from_db()
    assert reward.state == "issued"
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.address, enrolment.browser) == ("confirmed", "", "")
    assert_sound(workspace)


def test_a_known_address_gets_the_provisional_person(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, ADA)
    begun = ask(workspace)
    brings(workspace, begun)
    ask(workspace, at=4)
    said = confirm(workspace, at=4 + MINUTE)
    assert said.person == ada
    provisional = Enrolment.objects.get().person
    assert provisional.alias_of_id.hex == ada
    assert Reward.objects.get(side="advocate").state == "issued"
    assert Person.objects.filter(alias_of=None, id=ada).exists()
    assert_sound(workspace)


def test_who_is_an_advocate_already_has_one_more_link(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ask(workspace)
    ada = confirm(workspace).person
    begun = ask(workspace, browser=LAPTOP, at=2.5)
    brings(workspace, begun, at=3)
    assert Reward.objects.get(side="advocate").reason == "advocate_unconfirmed"
    ask(workspace, browser=LAPTOP, at=4)
    assert confirm(workspace, at=4 + MINUTE).person == ada
    assert set(Advocate.objects.values_list("status", flat=True)) == {"active"}
    assert Reward.objects.get(side="advocate").state == "issued"
    assert_sound(workspace)


def test_a77_a_link_is_used_once_and_within_ten_minutes(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ask(workspace)
    first = latest_link()
    assert why_not(workspace, first, 2 + 10 * MINUTE) == "link_over"
    assert confirm(workspace, first, 2 + 9.9 * MINUTE).person
    assert why_not(workspace, first, 2 + 9.95 * MINUTE) == "link_used"
    with pytest.raises(NotFound):
        confirm(workspace, "0" * 32)
    good(ask_to_sign_in(ADA, language="en", client="192.0.2.7", asked=asked(workspace, 3), keys=KEYS))
    with pytest.raises(NotFound):
        confirm(workspace, latest_link("portal"), 3)
    other = a_workspace(GIVE_TEN, slug="other")
    ask(workspace, EVA, at=4)
    with pytest.raises(NotFound):
        confirm(other, latest_link(), 4)


@only_sqlite
def test_a77_planted_a_link_that_is_good_for_a_day_is_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(magic_links, "GOOD_FOR", DAY)
    with pytest.raises(pytest.fail.Exception):
        test_a77_a_link_is_used_once_and_within_ten_minutes(database)


def test_a12_two_who_confirm_at_once_confirm_once(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, ADA)
    brings(workspace, ask(workspace))
    ask(workspace, at=4)
    magic = latest_link()
    answers = at_once(*[lambda: confirm(workspace, magic, 4 + MINUTE)] * 6)
    assert [a.person for a in answers if isinstance(a, Confirmed)] == [ada]
    assert {a.reason for a in answers if isinstance(a, Refusal)} == {"link_used"}
    assert Act.objects.filter(verb="advocate.confirm").count() == 1
    assert Reward.objects.filter(side="advocate", state="issued").count() == 1
    assert_sound(workspace)


def test_a12_planted_a_link_that_is_not_marked_used_lets_two_through(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, ADA)
    good(ask_to_sign_in(ADA, language="en", client="192.0.2.7", asked=asked(workspace), keys=KEYS))
    monkeypatch.setattr(sign_in, "use_magic", lambda *_: None)
    entered = [enter_portal(latest_link("portal"), asked=asked(workspace, 2 + MINUTE)) for _ in range(2)]
    assert [e.result for e in entered] == [ada, ada], "the same check with the fault planted sees two"


def test_a75_what_an_attacker_began_with_the_victims_address_dies_when_the_victim_confirms(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    mallory, own = ask(workspace, browser=browser_hash("mallory")), ask(workspace, browser=PHONE)
    brings(workspace, mallory, "ben")
    ask(workspace, browser=PHONE, at=4)
    said = confirm(workspace, at=4 + MINUTE)
    theirs = enrolment_of(mallory)
    assert (theirs.state, theirs.address, theirs.browser) == ("lapsed", "", "")
    assert not ShareLink.objects.get(pk=theirs.link_id).active
    assert Advocate.objects.get(person_id=theirs.person_id).status == "provisional"
    assert Reward.objects.get(side="advocate").state == "pending", (
        "nothing payable for an address that was not confirmed"
    )
    assert enrolment_of(own).person_id.hex == said.person
    assert not Enrolment.objects.filter(browser=browser_hash("mallory")).exists()
    assert_sound(workspace)


def test_a75_the_victim_who_confirms_what_an_attacker_began_gets_it_and_the_attacker_sees_nothing(
    database: Database,
) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, ADA)
    ask(workspace, browser=browser_hash("mallory"))
    assert confirm(workspace).person == ada
    assert not Enrolment.objects.exclude(browser="").exists()


def test_an_enrolment_that_nobody_confirms_lapses(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    begun = ask(workspace)
    brings(workspace, begun)
    run_clock(workspace, now=day(15.9))
    assert Enrolment.objects.get().state == "provisional"
    ask(workspace, at=15.99)
    assert run_clock(workspace, now=day(16)).lapsed == 1
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.address, enrolment.browser) == ("lapsed", "", "")
    assert not ShareLink.objects.get().active
    assert why_not(workspace, latest_link(), 16) == "link_over"
    assert lapse_enrolments(workspace, now=day(17)) == 0
    brings(workspace, begun, "cid", 17)
    assert not Referral.objects.filter(friend__in=Identity.objects.filter(value="cid").values("person"), status="bound")
    assert [r.reason for r in Reward.objects.filter(side="advocate")] == ["advocate_unconfirmed"]
    lapse_enrolments(workspace, now=day(30))
    assert (MagicLink.objects.count(), RateCount.objects.count()) == (0, 0), "and what is over is forgotten"
    assert_sound(workspace)


# -- programs that are not for everybody ------------------------------------------------------------------------------------


def test_a_program_for_customers_decides_when_the_address_is_confirmed(database: Database) -> None:
    workspace = a_workspace(CUSTOMERS)
    buy = {"type": "purchase", "id": "b1", "email": ADA, "order": "o1", "amount_minor": 500, "currency": "EUR"}
    tell(workspace, [{**buy, "after": 0}])
    for address in (ADA, EVA):
        begun = ask(workspace, address, program="customers")
        assert not ShareLink.objects.get(pk=enrolment_of(begun).link_id).active
        said = confirm(workspace)
        assert said.turned_down == ("" if address == ADA else "customers_only")
    assert sorted(Advocate.objects.values_list("status", flat=True)) == ["active", "provisional"]
    assert sorted(ShareLink.objects.values_list("active", flat=True)) == [False, True]
    assert not Identity.objects.filter(value=EVA).exists()
    assert_sound(workspace)


def test_a_program_by_invitation_takes_who_is_in_it_already(database: Database) -> None:
    workspace = a_workspace(INVITED)
    good(enrol("invited", identities=[("email", ADA)], asked=asked(workspace), invited=True))
    for address in (ADA, EVA):
        ask(workspace, address, program="invited")
        assert confirm(workspace).turned_down == ("" if address == ADA else "invitation_needed")
    assert_sound(workspace)


def test_a_program_that_does_not_run_takes_nobody(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN.replace("name:", "status: draft\nname:"))
    with pytest.raises(NotFound):
        ask(workspace)
    assert not Message.objects.exists()
    with pytest.raises(NotFound):
        ask(workspace, program="unknown")


# -- the way into the portal ------------------------------------------------------------------------------------------------


def test_who_is_known_gets_in_once_by_a_link(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada, eva = known(workspace, ADA), known(workspace, EVA)
    good(merge(ada, duplicate=eva, asked=asked(workspace)))
    good(ask_to_sign_in(EVA, language="en", client="192.0.2.7", asked=asked(workspace), keys=KEYS))
    magic = latest_link("portal")
    assert refusal(enter_portal(magic, asked=asked(workspace, 2 + 10 * MINUTE))) == "link_over"
    assert good(enter_portal(magic, asked=asked(workspace, 2 + MINUTE))) == ada
    assert refusal(enter_portal(magic, asked=asked(workspace, 2 + MINUTE))) == "link_used"


def test_who_is_not_known_gets_a_link_that_says_so(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    good(ask_to_sign_in(ADA, language="en", client="192.0.2.7", asked=asked(workspace), keys=KEYS))
    assert Message.objects.get().person_id is None
    assert refusal(enter_portal(latest_link("portal"), asked=asked(workspace, 2 + MINUTE))) == "nobody_known"


def test_a_shop_makes_a_link_for_its_own_customer(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ask(workspace)
    said = confirm(workspace)
    made = good(portal_link(Advocate.objects.get().id.hex, asked=asked(workspace, 3)))
    assert made.expires_at == day(3) + 600 * SECOND
    assert good(enter_portal(made.magic, asked=asked(workspace, 3))) == said.person
    with pytest.raises(NotFound):
        portal_link("0" * 32, asked=asked(workspace))
    assert_sound(workspace)


# -- sharing ----------------------------------------------------------------------------------------------------------------


def test_sharing_a_link_makes_nobody_an_advocate_of_another_program(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN, GIVE_TEN.replace("give-ten", "second"))
    begun = ask(workspace)
    code = ShareLink.objects.get(pk=enrolment_of(begun).link_id).code
    tell(workspace, [{"id": "s1", "type": "share", "after": 3 * 86400, "code": code, "channel": "whatsapp"}])
    assert Event.objects.get(type="share").channel == "whatsapp"
    assert [a.status for a in Advocate.objects.all()] == ["provisional"]
    assert_sound(workspace)
