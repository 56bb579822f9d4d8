"""A friend says who told them, an advocate misses a friend: nothing is bound by a word alone, and nothing can be learnt by asking."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from passaparola.actions.acting import Asked, Performed, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.clock import run_clock
from passaparola.actions.imports.events import UNWRITTEN, Imported
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.change import rename
from passaparola.actions.programs.status import pause_program, resume_program
from passaparola.actions.requests import settle
from passaparola.actions.requests.lapse import lapse_requests
from passaparola.actions.requests.match import match_requests
from passaparola.actions.requests.miss import Missing, miss_referral
from passaparola.actions.requests.name import Naming, confirm_naming, name_advocate
from passaparola.actions.requests.settle import Outcome, accept_request, answer_naming, refuse_request
from passaparola.domain.events.event import NAMED_SOURCE
from passaparola.domain.instant import DAY, SECOND
from passaparola.domain.keyring import keyring
from passaparola.domain.people.identity import canonical
from passaparola.domain.referrals.requests import CONFIRMED_BY_ADVOCATE, Refused, RequestState
from passaparola.store import session as store_session
from passaparola.store.models import Event, Message, Referral, ReferralRequest
from tests.databases import Database, only_postgres, only_sqlite
from tests.histories import a_workspace, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once, meanwhile
from tests.shops import GIVE_TEN, asked, day, good, person, refusal, the_reward

KEYS = keyring("a secret of the tests, and long enough")
BEN = "ben@example.com"


class Town:
    """Ada Nowak recommends; so do the two who go by the name of Layla."""

    def __init__(self, program: str = GIVE_TEN) -> None:
        self.workspace = a_workspace(program)
        self.people: dict[str, str] = {}
        for who, name in {"ada": "Ada Nowák", "layla": "ليلى أحمد", "layla2": "لَيْلى احمد", "eva": "Eva"}.items():
            identities = [("customer_id", who), ("email", f"{who}@example.com")]
            self.people[who] = done(enrol("give-ten", identities=identities, asked=asked(self.workspace, 1))).person
            done(rename(self.people[who], name=name, asked=asked(self.workspace, 1)))

    def say(self, said: str, friend: str = BEN, at: float = 2, **more: str) -> str | None:
        naming = Naming(
            "give-ten", canonical("email", friend), "Ben Smith", said, client=more.get("client", "192.0.2.7")
        )
        request: str | None = good(name_advocate(naming, asked=asked(self.workspace, at, "friend"), keys=KEYS))
        return request

    def named(self, said: str, friend: str = BEN) -> ReferralRequest:
        """The friend confirms, and we look."""
        request = self.say(said, friend)
        assert request is not None
        good(confirm_naming(request, asked=asked(self.workspace, 2, "friend")))
        assert match_requests(self.workspace, now=day(2), keys=KEYS) == 1
        return self.row(request)

    def misses(self, who: str = "ada", friend: str = BEN, at: float = 2) -> ReferralRequest:
        program = str(Referral.objects.values_list("program_id", flat=True).first() or self.program)
        missing = Missing(program.replace("-", ""), self.people[who], canonical("email", friend), day(at))
        return self.row(good(miss_referral(missing, asked=asked(self.workspace, 5, "portal"), keys=KEYS)))

    @property
    def program(self) -> str:
        from passaparola.store.models import Program

        return str(Program.objects.get().id)

    def row(self, request: str) -> ReferralRequest:
        return ReferralRequest.objects.get(pk=request)

    def answers(self, request: ReferralRequest, *, yes: bool = True, at: float = 3) -> Outcome:
        told = answer_naming(request.id.hex, yes=yes, asked=asked(self.workspace, at, "portal"), keys=KEYS)
        outcome: Outcome = good(told)
        return outcome

    def decides(self, request: ReferralRequest, advocate: str | None = None) -> Outcome:
        who = self.people[advocate] if advocate else None
        told = accept_request(request.id.hex, advocate=who, asked=asked(self.workspace, 6), keys=KEYS)
        outcome: Outcome = good(told)
        return outcome

    def ben_buys(self, at: float, order: str = "o1") -> None:
        purchase = {"id": order, "type": "purchase", "after": int(at * DAY) // SECOND, "email": BEN, "order": order}
        tell(self.workspace, [{**purchase, "amount_minor": 10_000, "currency": "EUR"}])


def hex_of(key: UUID | None) -> str:
    return key.hex if key else ""


def mails() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("kind", "address"))


def test_a_friend_names_somebody_who_says_yes_and_the_next_order_earns_with_the_reason_kept(database: Database) -> None:
    town = Town()
    request = town.named("nowak, ADA")
    assert (request.state, request.found, hex_of(request.person_id)) == ("asked", "exact", town.people["ada"])
    assert mails()[-2:] == [("told", BEN), ("named", "ada@example.com")]
    assert not Referral.objects.exists(), "a word alone binds nobody"
    assert town.answers(request) == Outcome(RequestState.ACCEPTED)
    event = Event.objects.get(source=NAMED_SOURCE)
    assert CONFIRMED_BY_ADVOCATE in (event.facts or "")
    assert hex_of(Referral.objects.get().advocate_person_id) == town.people["ada"]
    row = town.row(request.id.hex)
    assert (row.state, row.friend, row.friend_name, row.said) == ("accepted", "", "", ""), "what is personal is gone"
    town.ben_buys(4)
    assert the_reward(town.workspace, "ada").amount == 1000
    assert refusal(answer_naming(request.id.hex, yes=True, asked=asked(town.workspace, 5), keys=KEYS)) == "request_over"
    assert_books_balance(town.workspace)
    assert verify_replay(town.workspace) == []


@only_sqlite
@pytest.mark.parametrize(
    ("said", "found", "state"),
    [
        ("Ada Nowak", "exact", "asked"),
        ("ADA@example.com", "exact", "asked"),
        ("ليلي احمد", "several", "open"),  # written with other letters, and of two who go by it nobody is guessed
        ("Ada", "none", "unmatched"),  # part of a name is no name
        ("Αda Nowak", "none", "unmatched"),  # a Greek letter that looks like ours
        (BEN, "none", "unmatched"),
    ],
)
def test_a_name_finds_one_several_or_nobody(database: Database, said: str, found: str, state: str) -> None:
    town = Town()
    request = town.named(said)
    assert (request.found, request.state) == (found, state)
    assert ("named" in dict(mails())) == (found == "exact")


@only_sqlite
def test_nobody_can_learn_by_asking_whether_a_name_exists(database: Database) -> None:
    """A74: the same answer, the same mail to the friend, the same number of statements, up to the friend's own yes."""
    town = Town()

    def work(said: str, friend: str) -> tuple[int, list[str]]:
        before, mailed = store_session.statements, Message.objects.count()
        request = town.say(said, friend)
        assert request is not None
        good(confirm_naming(request, asked=asked(town.workspace, 2, "friend")))
        kinds = Message.objects.order_by("id").values_list("kind", flat=True)[mailed:]
        return store_session.statements - before, list(kinds)

    works = [work(said, f"{n}@example.com") for n, said in enumerate(("Ada Nowak", "ليلى أحمد", "Nobody Atall"))]
    assert works[0] == works[1] == works[2]
    assert works[0][1] == ["told"]


@only_sqlite
def test_one_friend_names_three_times_in_a_month_and_one_network_thirty_times_an_hour(database: Database) -> None:
    town = Town()
    assert [town.say("Ada Nowak", at=2 + n / 20) is not None for n in range(4)] == [True, True, True, False]
    many = [town.say("Ada Nowak", f"m{n}@example.com", client="192.0.2.99") is not None for n in range(31)]
    assert many == [True] * 30 + [False]
    for request in ReferralRequest.objects.all():
        good(confirm_naming(request.id.hex, asked=asked(town.workspace, 2.2, "friend")))
    assert match_requests(town.workspace, now=day(2.2), keys=KEYS, batch=20) == 33
    assert [kind for kind, _ in mails()].count("named") == 5, "whoever is named often is mailed five times a week"


@only_sqlite
def test_no_is_no_and_who_was_a_customer_before_is_not_counted_for_a_yes(database: Database) -> None:
    town = Town()
    assert town.answers(town.named("Ada Nowak"), yes=False) == Outcome(RequestState.REFUSED, Refused.ADVOCATE_SAID_NO)
    assert not Referral.objects.exists()
    town.ben_buys(1.5, "before")
    request = town.named("Ada Nowak")
    assert town.answers(request) == Outcome(RequestState.REFUSED, Refused.CUSTOMER_BEFORE)
    assert_books_balance(town.workspace)


def test_yes_pressed_twice_at_once_counts_once(database: Database) -> None:
    town = Town()
    request = town.named("Ada Nowak")
    said = at_once(*[lambda: answer_naming(request.id.hex, yes=True, asked=asked(town.workspace, 3), keys=KEYS)] * 3)
    assert not [s for s in said if isinstance(s, Exception)], said
    assert Event.objects.filter(source=NAMED_SOURCE).count() == 1
    assert town.row(request.id.hex).state == "accepted"


@only_sqlite
def test_of_two_with_one_name_an_operator_says_who_it_was(database: Database) -> None:
    town = Town()
    request = town.named("ليلى أحمد")
    for unknown in (None, "0" * 32):
        nobody = accept_request(request.id.hex, advocate=unknown, asked=asked(town.workspace, 6), keys=KEYS)
        assert refusal(nobody) == "nobody_chosen"
    good(pause_program(town.program.replace("-", ""), asked=asked(town.workspace, 6)))
    rests = accept_request(request.id.hex, advocate=town.people["layla"], asked=asked(town.workspace, 6), keys=KEYS)
    assert (refusal(rests), town.row(request.id.hex).person_id) == ("program_not_active", None)
    good(resume_program(town.program.replace("-", ""), asked=asked(town.workspace, 6)))
    assert town.decides(request, "layla2") == Outcome(RequestState.ACCEPTED)
    assert hex_of(Referral.objects.get().advocate_person_id) == town.people["layla2"]


@only_postgres
def test_what_is_being_entered_nobody_ends_otherwise_and_cut_off_it_is_entered_again(database: Database) -> None:
    town = Town()
    request = town.named("ليلى أحمد").id.hex
    said: list[str | None] = []

    def accept(who: str, by: Asked) -> Performed[Outcome]:
        return accept_request(request, advocate=town.people[who], asked=by, keys=KEYS)

    def others() -> None:
        now = asked(town.workspace, 183)
        said.append(refusal(refuse_request(request, why=Refused.NOT_PLAUSIBLE, asked=now, keys=KEYS)))
        said.append(refusal(accept("layla2", now)))
        assert lapse_requests(town.workspace, now=day(183)) == 0
        if len(said) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        accept("layla", meanwhile(asked(town.workspace, 183), others))
    assert good(accept("layla", meanwhile(asked(town.workspace, 183), others))) == Outcome(RequestState.ACCEPTED)
    assert said == ["request_over"] * 4
    assert hex_of(Referral.objects.get().advocate_person_id) == town.people["layla"]
    assert town.row(request).state == "accepted"


@only_sqlite
def test_what_died_between_its_steps_the_clock_brings_to_an_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut before the referral is entered, one behind it, and a program that is over meanwhile: staff can go on with each of them."""
    town, minute = Town(), 60 * SECOND

    def cut_off(step: str, does: Callable[..., object], settling: Callable[[], object]) -> str:
        with monkeypatch.context() as broken:
            broken.setattr(settle, step, does)
            (said,) = at_once(settling)
        return type(said).__name__

    def dies(*_: object) -> None:
        raise InterruptedError

    def no(request: ReferralRequest) -> Performed[Outcome]:
        now = asked(town.workspace, 6.1)
        return refuse_request(request.id.hex, why=Refused.NOT_PLAUSIBLE, asked=now, keys=KEYS)

    def then(after: int) -> list[tuple[str, str | None, int | None]]:
        run_clock(town.workspace, now=day(6) + after * minute, keys=KEYS)
        rows = ReferralRequest.objects.order_by("id").values_list("state", "person_id", "decided_at")
        return [(state, hex_of(who) or None, at) for state, who, at in rows]

    several = town.named("ليلى أحمد")
    assert cut_off("import_referrals", dies, lambda: town.decides(several, "layla")) == "InterruptedError"
    assert (refusal(no(several)), then(4)) == ("request_over", [("open", town.people["layla"], day(6))])
    assert cut_off("import_referrals", dies, lambda: then(6)) == "list", "time goes on without what cannot be finished"
    assert then(12) == [("accepted", town.people["layla"], day(6) + 12 * minute)]
    waits, entered = town.named("ليلى أحمد", "cara@example.com"), town.named("Ada Nowak", "dan@example.com")
    locked = Imported(rejected=[(1, f"{UNWRITTEN}: another writer was first")])
    assert cut_off("import_referrals", lambda *_: locked, lambda: town.decides(waits, "layla2")) == "Conflict"
    assert cut_off("_end", dies, lambda: town.answers(entered, at=6)) == "InterruptedError"
    good(pause_program(town.program.replace("-", ""), asked=asked(town.workspace, 6)))
    ended = ("accepted", town.people["ada"], day(6) + 13 * minute)
    assert then(13)[1:] == [("open", None, None), ended], "what was entered counts, what was not waits for staff again"
    assert good(no(waits)).reason == Refused.NOT_PLAUSIBLE
    good(resume_program(town.program.replace("-", ""), asked=asked(town.workspace, 6.2)))
    never = town.named("ليلى أحمد", "eva@example.com")
    assert cut_off("import_referrals", dies, lambda: town.decides(never, "layla")) == "InterruptedError"
    assert cut_off("import_referrals", dies, lambda: then(182 * 24 * 60)) == "list"
    assert town.row(never.id.hex).state == "lapsed", "what can never be finished is forgotten in the end"
    assert_books_balance(town.workspace)
    assert verify_replay(town.workspace) == []


@only_sqlite
def test_a_missing_referral_is_entered_or_refused_and_the_advocate_is_told(database: Database) -> None:
    town = Town()
    first = town.misses(at=2)
    assert first.state == "open"
    assert town.decides(first) == Outcome(RequestState.ACCEPTED)
    assert hex_of(Referral.objects.get().advocate_person_id) == town.people["ada"]
    second = town.misses("eva")
    assert town.decides(second) == Outcome(RequestState.REFUSED, Refused.FRIEND_OF_ANOTHER)
    assert town.answers(town.named("Ada Nowak")) == Outcome(RequestState.ACCEPTED), "whose friend it is already"
    third = town.misses("eva", "cara@example.com")
    told = refuse_request(third.id.hex, why=Refused.FRIEND_UNKNOWN, asked=asked(town.workspace, 6), keys=KEYS)
    assert good(told).reason == "friend_unknown"
    answered = [address for kind, address in mails() if kind == "answered"]
    assert answered == ["ada@example.com", "eva@example.com", "eva@example.com"]
    assert verify_replay(town.workspace) == []


@only_sqlite
def test_who_takes_no_part_asks_for_nothing_and_nobody_asks_without_end(database: Database) -> None:
    town = Town()
    outsider = person(town.workspace, "eva")
    missing = Missing("0" * 32, outsider, canonical("email", BEN), day(2))
    assert refusal(miss_referral(missing, asked=asked(town.workspace), keys=KEYS)) == "not_taking_part"
    for n in range(10):
        town.misses(friend=f"f{n}@example.com")
    missing = Missing(town.program.replace("-", ""), town.people["ada"], canonical("email", BEN), day(2))
    assert refusal(miss_referral(missing, asked=asked(town.workspace, 5), keys=KEYS)) == "too_many_requests"


@only_postgres
def test_of_many_requests_at_once_no_more_are_taken_than_of_as_many_one_after_another(database: Database) -> None:
    town = Town()
    for n in range(9):
        town.misses(friend=f"f{n}@example.com")
    missing = Missing(town.program.replace("-", ""), town.people["ada"], canonical("email", BEN), day(2))
    ask = partial(miss_referral, missing, asked=asked(town.workspace, 5), keys=KEYS)
    at_once(*[ask] * 4)
    assert ReferralRequest.objects.count() == 10
    for n in range(2):
        town.say(f"Nobody {n}", "kim@example.com", client=f"192.0.2.{n}")
    named = [partial(town.say, "Eva", "kim@example.com", client=f"198.51.{n}.7") for n in range(4)]
    assert [type(one) for one in at_once(*named)].count(str) == 1


@only_sqlite
def test_what_nobody_answers_lapses_and_what_was_written_is_forgotten(database: Database) -> None:
    town = Town()
    unconfirmed = town.say("Ada Nowak")
    waiting = town.named("Ada Nowak", "cara@example.com")
    late = confirm_naming(str(unconfirmed), asked=asked(town.workspace, 3.1))
    assert lapse_requests(town.workspace, now=day(3) + SECOND) == 1
    assert refusal(late) == "link_too_old"
    assert lapse_requests(town.workspace, now=day(32) + SECOND) == 1
    assert town.row(waiting.id.hex).state == "lapsed"
    assert not ReferralRequest.objects.exclude(friend="", friend_name="", said="").exists()
