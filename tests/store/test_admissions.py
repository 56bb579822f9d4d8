"""Whom an event lets in where not anybody may: at that event, however it came, and again from the log."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
import pytest

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.advocates.enrol import Enrolled, enrol
from passaparola.actions.advocates.exclude import Excluded, exclude
from passaparola.actions.advocates.turned_away import with_rules
from passaparola.actions.clock import run_clock
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.facts import set_facts
from passaparola.actions.people.merge import merge
from passaparola.actions.rehearsal.backtest import Trial
from passaparola.domain.explain import sentence_for_advocate, story_for_operator
from passaparola.store import session as sessions
from passaparola.store.models import Act, Advocate, Decision, Person, Reward
from passaparola.store.read.explanations import explanations_of
from passaparola.store.session import reading
from tests.databases import Database, PostgresTemplate, SqliteTemplate, fresh
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.races import meanwhile
from tests.shops import GIVE_TEN, asked, day, good, refusal
from tests.store.test_access import joins, known, program, tell
from tests.store.test_backtest import assert_gives_the_live_figures, text_of


@pytest.fixture
def sqlite(sqlite_template: SqliteTemplate) -> Iterator[Database]:
    """Where no SQL of ours differs."""
    with fresh(sqlite_template) as database, database.use():
        yield database


def buys(name: str, number: str, by: str = "", minute: int = 0) -> dict[str, Any]:
    """An order, by a friend of somebody or of nobody."""
    told = {"id": f"o{number}", "type": "purchase", "at": f"2026-03-02T09:{minute:02}:00Z", "person": name, "order": number,
            "amount": "50.00", "currency": "EUR"}  # fmt: skip
    return told | ({"referred_by": by} if by else {})


KNOWN_ONLY = program("prospects_allowed")
TWO_ORDERS = program("open", "audience: 'person.orders >= 2'")


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (KNOWN_ONLY, [buys("ben", "1", "nora"), buys("cid", "2", "nora", 1)]),
        (TWO_ORDERS, [buys("nora", "1"), buys("ben", "2", "nora", 1), buys("nora", "3", "", 2), buys("cid", "4", "nora", 3)]),
    ],
    ids=["known", "orders"],
)  # fmt: skip
def test_whoever_is_let_in_in_the_middle_of_a_batch_is_let_in_there_again(
    sqlite: Database, text: str, events: list[dict[str, Any]]
) -> None:
    workspace = a_workspace(text)
    tell(workspace, *events)
    assert Advocate.objects.count() == 1
    assert Reward.objects.filter(side="advocate").count() == 1, "for the second friend, not for the first"
    assert Act.objects.filter(verb="advocate.admit").count() == 1
    assert verify_replay(workspace) == []
    assert_gives_the_live_figures(workspace, "inner", Trial(text))
    assert_books_balance(workspace)


def test_two_whom_one_event_lets_in_and_two_programs_are_all_let_in_again(sqlite: Database) -> None:
    texts = [program("{mode: prospects_allowed, join: automatic_on_signup}", name=name) for name in ("inner", "other")]
    workspace = a_workspace(*texts, GIVE_TEN)
    signup = {"type": "signup", "at": "2026-03-02T09:00:00Z"}
    tell(
        workspace,
        buys("ada", "1"),
        {**signup, "id": "s", "person": "ben", "referred_by": "ada"},
        buys("ben", "2", "", 1),
    )
    assert Advocate.objects.exclude(program__slug="give-ten").count() == 4
    assert verify_replay(workspace) == []
    for name in ("inner", "other"):
        assert_gives_the_live_figures(workspace, name, Trial(text_of(name)))


BOTH = {"customer_id": "ada", "email": "ada@example.com"}
SHARED = {"id": "sh", "type": "share", "at": "2026-03-02T08:00:00Z", "person": "mia", "to": BOTH}
BY_ADDRESS = {"id": "s1", "type": "signup", "at": "2026-03-02T09:00:00Z", "person": "ben",
              "referred_by": {"email": "ada@example.com"}}  # fmt: skip
REFUNDED = {"id": "r3", "type": "refund", "at": "2026-03-01T10:00:00Z", "order": "3", "refund": "r3"}


@pytest.mark.parametrize(("excluded", "advocates"), [(False, 1), (True, 0)])
@pytest.mark.parametrize("parts", [[[SHARED, BY_ADDRESS]], [[SHARED], [BY_ADDRESS]]], ids=["one batch", "two"])
def test_an_exclusion_holds_also_for_whom_a_share_gave_a_new_address_just_before(
    sqlite: Database, parts: list[list[dict[str, Any]]], excluded: bool, advocates: int
) -> None:
    workspace = a_workspace(KNOWN_ONLY)
    ada = known(workspace, "ada")
    if excluded:
        good(exclude(ada, program="inner", reason="A rival", asked=asked(workspace, 0.6)))
    for part in parts:
        tell(workspace, *part)
    assert Advocate.objects.count() == advocates


@pytest.mark.parametrize(("refund", "advocates"), [([], 1), ([REFUNDED], 0)], ids=["kept", "refunded"])
@pytest.mark.parametrize("size", [1, 4])
def test_a_refund_told_before_its_order_counts_in_one_batch_and_in_many(
    sqlite: Database, size: int, refund: list[dict[str, Any]], advocates: int
) -> None:
    workspace = a_workspace(TWO_ORDERS)
    tell(workspace, *refund, buys("nobody", "9"))
    events = [buys("nora", "1"), buys("nora", "3", "", 1), buys("ben", "2", "nora", 2)]
    for first in range(0, len(events), size):
        tell(workspace, *events[first : first + size])
    assert Advocate.objects.count() == advocates


def statements_for(workspace: str, *events: dict[str, Any]) -> int:
    before = sessions.statements
    tell(workspace, *events)
    return sessions.statements - before


def test_an_order_that_names_nobody_asks_nothing_more_where_not_anybody_may_recommend(sqlite: Database) -> None:
    """Nobody may be let in by it, however much the buyer has bought."""
    alone, naming = [], []
    for n, text in enumerate((program("open"), TWO_ORDERS)):
        workspace = a_workspace(text, slug=f"w{n}")
        tell(workspace, buys("ada", "1"), buys("ada", "2", "", 1))
        alone.append(statements_for(workspace, buys("ada", "3", "", 2)))
        naming.append(statements_for(workspace, buys("ben", "4", "ada", 3)))
    assert alone[0] == alone[1]
    assert naming[0] < naming[1]


@pytest.mark.parametrize("size", [1, 3])
def test_whom_an_order_gave_an_address_is_known_by_it_with_all_their_orders(sqlite: Database, size: int) -> None:
    """The first event names nobody; the last does, by the address that the second gave to whom the first did."""
    workspace = a_workspace(TWO_ORDERS)
    tell(workspace, buys("nora", "1"), buys("nora", "2"))
    phone = {"phone": "+39061234567"}
    events = [
        buys("", "3", "", 1) | {"person": {"customer_id": "nora", **phone}},
        buys("", "4", "", 2) | {"person": {**phone, "email": "nora@example.com"}},
        buys("ben", "5", "", 3) | {"referred_by": {"email": "nora@example.com"}},
    ]
    refunds = [
        {"id": f"r{n}", "type": "refund", "at": "2026-03-02T10:00:00Z", "order": n, "refund": f"r{n}"} for n in "34"
    ]
    tell(workspace, *refunds)
    for first in range(0, len(events), size):
        tell(workspace, *events[first : first + size])
    assert Advocate.objects.count() == 1


# -- why somebody is none ------------------------------------------------------------------------------------------------------


def test_staff_are_told_which_rule_keeps_out_who_recommended_and_what_it_sees(sqlite: Database) -> None:
    workspace = a_workspace(program("open", "audience: 'person.satisfaction >= 8'"))
    mia = known(workspace, "mia", satisfaction=7, owing=5)
    tell(workspace, buys("ben", "1", "mia"))

    def told() -> tuple[Any, str]:
        with reading() as session:
            found = with_rules(explanations_of(session, workspace, "ben"), session, workspace, day(10))
        (contender,) = found.decisions[-1].explanation["contenders"]
        story = story_for_operator(found.decisions[-1].explanation, lambda _: "Mia")
        assert "satisfaction" not in sentence_for_advocate(found.decisions[-1].explanation, mia)
        return contender.get("turned_away"), story.contenders[0].words.partition("; ")[2]

    saw = {"audience": "person.satisfaction >= 8", "saw": {"person.satisfaction": 7}}
    rule = (
        "the person does not meet the program's `audience` (audience: person.satisfaction >= 8, person.satisfaction: 7)"
    )
    assert told() == ({"rule": "audience_not_met", "saw": saw}, f"as things are now, {rule}.")
    assert "satisfaction" not in "".join(Decision.objects.values_list("explanation", flat=True))
    good(set_facts(mia, facts={"satisfaction": 8}, asked=asked(workspace)))
    assert told() == ({"rule": None, "saw": {}}, "by now no rule keeps them out.")
    tell(workspace, buys("cid", "2", "mia", 1))
    assert told() == (None, "")


def test_who_works_here_no_more_recommends_no_more_and_keeps_what_they_have(database: Database) -> None:
    workspace = a_workspace(program("employees"), program("open", "combine: true", name="other"))
    ada, eva, joe = (known(workspace, name, employee=True) for name in ("ada", "eva", "joe"))
    for name in ("ada", "eva", "joe"):
        for slug in ("inner", "other"):
            good(joins(workspace, name, slug=slug))

    def suspended() -> set[UUID]:
        return set(Advocate.objects.filter(status="suspended").values_list("person_id", flat=True))

    tell(workspace, buys("ben", "1", "ada"))
    good(set_facts(ada, facts={"employee": False}, asked=asked(workspace)))
    good(set_facts(eva, facts={"left_on": "2026-03-20"}, asked=asked(workspace)))
    good(set_facts(joe, facts={"tier": "gold"}, asked=asked(workspace)))
    assert suspended() == {UUID(ada)}, "eva works here until the nineteenth"
    tell(workspace, buys("cid", "2", "ada", 1))
    assert Reward.objects.filter(program__slug="inner", side="advocate").count() == 1
    run_clock(workspace, now=day(18))
    assert suspended() == {UUID(ada)}
    for _ in range(2):
        run_clock(workspace, now=day(19))
        assert suspended() == {UUID(ada), UUID(eva)}
    assert Advocate.objects.filter(status="suspended").count() == 2, "in the program for employees alone"
    notes = Act.objects.filter(verb="advocate.suspend").order_by("id").values_list("input", flat=True)
    assert [orjson.loads(note)["note"] for note in notes] == ["employees_only", "employee_left"]
    assert verify_replay(workspace) == []
    assert_books_balance(workspace)


# -- at the same moment -------------------------------------------------------------------------------------------------------


@pytest.fixture
def postgres(postgres_template: PostgresTemplate) -> Iterator[Database]:
    """Where two may decide at the same moment."""
    with fresh(postgres_template) as database, database.use():
        yield database


@pytest.mark.postgres
def test_nobody_who_is_excluded_while_they_join_recommends(postgres: Database) -> None:
    workspace = a_workspace(program("employees"))
    ada, ben, cid = (known(workspace, name, employee=True) for name in ("ada", "ben", "cid"))

    def excludes(person: str, how: Asked) -> Performed[Excluded]:
        return exclude(person, program="inner", reason="On leave", asked=how)

    def comes(person: str, how: Asked) -> Performed[Enrolled]:
        return enrol("inner", identities=[("person", person)], asked=how)

    good(excludes(ada, meanwhile(asked(workspace), lambda: good(comes(ada, asked(workspace))))))
    assert Advocate.objects.get(person_id=ada).status == "suspended"
    late = comes(ben, meanwhile(asked(workspace), lambda: good(excludes(ben, asked(workspace)))))
    assert refusal(late) == "excluded"
    good(comes(cid, asked(workspace)))
    assert Advocate.objects.filter(status="active").count() == 1
    assert_books_balance(workspace)


@pytest.mark.postgres
@pytest.mark.parametrize("told", [{"tier": "gold"}, {"tier": "gold", "nps": 9}])
def test_no_fact_is_lost_that_is_said_of_a_person_while_they_are_merged(
    postgres: Database, told: dict[str, Any]
) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada, adele = known(workspace, "ada", club="A"), known(workspace, "adele", nps=7)

    def say() -> Any:
        return good(set_facts(adele, facts=told, asked=asked(workspace)))

    good(merge(ada, duplicate=adele, asked=meanwhile(asked(workspace), say)))
    assert orjson.loads(Person.objects.get(pk=ada).facts or "") == {"club": "A", "nps": 7, **told}
