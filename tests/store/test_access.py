"""Who may recommend: facts of people, exclusions, segments, audiences, and invitations that let one person in."""

from collections.abc import Iterator
from typing import Any

import pytest

from passaparola.actions.acting import NotFound, Performed
from passaparola.actions.advocates.enrol import Enrolled, enrol, enrol_with_token
from passaparola.actions.advocates.exclude import exclude, include
from passaparola.actions.advocates.invitations import Invited, Wanted, create_invitation, revoke_invitation
from passaparola.actions.advocates.reports import eligibility, segment_of
from passaparola.actions.imports.customers import import_customer_lines
from passaparola.actions.imports.events import import_events
from passaparola.actions.joining.lapse import lapse_enrolments
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.people.change import create_person, remove_identity
from passaparola.actions.people.facts import set_facts
from passaparola.actions.people.merge import merge
from passaparola.domain.keyring import keyring
from passaparola.store.models import Act, Advocate, AdvocateInvitation, Exclusion, Identity, Person
from tests.databases import Database, SqliteTemplate, fresh
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, asked, day, good, person, refusal


@pytest.fixture
def sqlite(sqlite_template: SqliteTemplate) -> Iterator[Database]:
    """Where no SQL of ours differs."""
    with fresh(sqlite_template) as database, database.use():
        yield database


KEYS = keyring("a secret of the tests, and long enough")


def program(access: str, *more: str, name: str = "inner") -> str:
    return "\n".join([GIVE_TEN.replace("give-ten", name).rstrip(), f"access: {access}", *more]) + "\n"


EMPLOYEES = program("employees")
INVITED = program("{mode: invite_only, token: single_use, expires_days: 30}")
TOP = program("{mode: segment, segment: {top_percent: 10, by: revenue}}")


def tell(workspace: str, *events: dict[str, Any]) -> None:
    """Import these events in one commit, each decided at its own time."""
    told = import_events(list(enumerate(events, 1)), workspace=workspace, now=day(10), keys=KEYS)
    assert (told.rejected, told.conflicts) == ([], [])


def joins(workspace: str, name: str, at: float = 2, slug: str = "inner") -> Performed[Enrolled]:
    return enrol(slug, identities=[("customer_id", name)], asked=asked(workspace, at))


def known(workspace: str, name: str, **facts: Any) -> str:
    """A person of whom these facts are said."""
    key: str = good(create_person([("customer_id", name)], asked=asked(workspace, 0.5)))
    if facts:
        good(set_facts(key, facts=facts, asked=asked(workspace, 0.5)))
    return key


def invited(workspace: str, at: float = 1, slug: str = "inner", **more: Any) -> Invited:
    made: Invited = good(create_invitation(slug, wanted=Wanted(**more), asked=asked(workspace, at)))
    return made


def comes(workspace: str, name: str, token: str, at: float = 2, slug: str = "inner") -> Performed[Enrolled]:
    return enrol_with_token(slug, identities=[("customer_id", name)], token=token, asked=asked(workspace, at))


# -- facts --------------------------------------------------------------------------------------------------------------------


def test_facts_are_said_changed_and_taken_away_and_no_log_says_what_they_were(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, "ada", tier="gold", employee=True)
    assert good(set_facts(ada, facts={"tier": None, "nps": 9}, asked=asked(workspace))) == {"employee": True, "nps": 9}
    assert Person.objects.get(pk=ada).facts == '{"employee":true,"nps":9}'
    assert good(set_facts(ada, facts={"nps": 9}, asked=asked(workspace))) == {"employee": True, "nps": 9}
    inputs = list(Act.objects.filter(verb="person.facts").order_by("id").values_list("input", flat=True))
    assert inputs == ['{"facts":["employee","tier"]}', '{"facts":["nps","tier"]}']
    good(set_facts(ada, facts={"nps": None, "employee": None}, asked=asked(workspace)))
    assert Person.objects.get(pk=ada).facts is None


def test_two_who_say_facts_at_once_lose_none_of_them(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, "ada")

    def say(name: str) -> Any:
        return good(set_facts(ada, facts={name: 1}, asked=asked(workspace)))

    answers = at_once(lambda: say("one"), lambda: say("two"))
    assert not [a for a in answers if isinstance(a, Exception)]
    assert Person.objects.get(pk=ada).facts == '{"one":1,"two":1}'


def test_more_than_twenty_facts_are_refused(sqlite: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, "ada", **{f"f{n}": n for n in range(20)})
    assert refusal(set_facts(ada, facts={"tier": "gold"}, asked=asked(workspace))) == "too_many_facts"
    assert len(good(set_facts(ada, facts={"tier": "gold", "f0": None}, asked=asked(workspace)))) == 20


def test_of_merged_persons_the_one_who_stands_for_both_has_the_facts_of_both(sqlite: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada, adele = known(workspace, "ada", tier="gold"), known(workspace, "adele", tier="silver", nps=10)
    good(merge(ada, duplicate=adele, asked=asked(workspace)))
    assert Person.objects.get(pk=ada).facts == '{"nps":10,"tier":"gold"}'


def test_customers_are_imported_with_facts_and_a_second_run_changes_nothing(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    lines: list[tuple[int, Any]] = [
        (2, {"person": "ada", "facts": {"tier": "gold", "nps": 9}}),
        (3, {"person": "ben", "customer_since": "2025-01-01"}),
        (4, {"person": "eva", "facts": {"nps": 11}}),
    ]
    first = import_customer_lines(lines, workspace=workspace, now=day(1))
    assert (first.recorded, first.duplicates) == (2, 0)
    assert first.rejected == [(4, "facts.nps: must be a whole number from 0 to 10")]
    again = import_customer_lines(lines[:2], workspace=workspace, now=day(1))
    assert (again.recorded, again.duplicates) == (0, 2)
    lines[0][1]["facts"]["tier"] = "silver"
    changed = import_customer_lines(lines[:2], workspace=workspace, now=day(1))
    assert (changed.recorded, changed.duplicates) == (1, 1)
    assert Person.objects.exclude(facts=None).get().facts == '{"nps":9,"tier":"silver"}'
    good(remove_identity(person(workspace, "ada"), identity=("customer_id", "ada"), asked=asked(workspace)))
    gone = import_customer_lines(lines[:2], workspace=workspace, now=day(1))
    assert gone.rejected == [(2, "could not be written: nobody is known by this any more")]
    assert (gone.recorded, gone.duplicates) == (0, 1)


# -- employees, people who are known, and exclusions --------------------------------------------------------------------------


def test_an_employee_is_eligible_at_once_and_nobody_else_is(database: Database) -> None:
    workspace = a_workspace(EMPLOYEES)
    known(workspace, "ada", employee=True)
    known(workspace, "gone", employee=True, left_on="2026-01-01")
    assert good(joins(workspace, "ada")).new
    assert refusal(joins(workspace, "gone")) == "employee_left"
    assert refusal(joins(workspace, "mallory")) == "employees_only"
    assert Person.objects.count() == 2


def test_who_is_an_advocate_already_may_recommend_whatever_the_rules_say_by_now_until_suspended(
    sqlite: Database,
) -> None:
    workspace = a_workspace(program("open", "audience: 'person.nps >= 9'"))
    ada = known(workspace, "ada", nps=9)

    def stands() -> tuple[bool, bool, bool, str | None] | None:
        found = eligibility(workspace, "inner", [ada], now=day(3))
        return None if found is None else (found.advocate, found.suspended, found.eligible, found.reason)

    assert stands() == (False, False, True, None)
    good(joins(workspace, "ada"))
    good(set_facts(ada, facts={"nps": 1}, asked=asked(workspace)))
    assert stands() == (True, False, True, None)
    good(exclude(ada, program="inner", reason="A rival", asked=asked(workspace)))
    assert stands() == (True, True, False, "excluded")


def test_an_employee_whom_a_friend_names_is_an_advocate_by_it_and_the_log_can_be_done_again(database: Database) -> None:
    workspace = a_workspace(EMPLOYEES)
    ada = known(workspace, "ada", employee=True)
    known(workspace, "eve")
    for name, friend in (("ada", "ben"), ("eve", "cleo"), ("dan", "dora")):
        tell(
            workspace,
            {"id": friend, "type": "signup", "at": "2026-03-02T09:00:00Z", "person": friend, "referred_by": name},
        )
    assert [a.person_id.hex for a in Advocate.objects.all()] == [ada]
    tell(workspace, {"id": "o1", "type": "purchase", "at": "2026-03-03T09:00:00Z", "person": "ben", "order": "1",
                     "amount": "50.00", "currency": "EUR"})  # fmt: skip
    assert verify_replay(workspace) == []
    assert_books_balance(workspace)


def test_an_exclusion_needs_a_reason_and_is_kept_for_staff(database: Database) -> None:
    workspace = a_workspace(EMPLOYEES)
    ada = known(workspace, "ada", employee=True)
    assert refusal(exclude(ada, program="inner", reason="  ", asked=asked(workspace))) == "reason_needed"
    assert good(joins(workspace, "ada")).new
    good(exclude(ada, program="inner", reason="Works for a rival, too", asked=asked(workspace)))
    assert Advocate.objects.get().status == "suspended"
    eva = known(workspace, "eva", employee=True)
    good(exclude(eva, program="inner", reason="On leave", asked=asked(workspace)))
    refused = joins(workspace, "eva")
    assert refusal(refused) == "excluded"
    assert refused.refusal is not None
    assert refused.refusal.detail["saw"] == {"because": "On leave"}
    good(include(eva, program="inner", asked=asked(workspace)))
    assert good(joins(workspace, "eva")).new
    assert refusal(include(eva, program="inner", asked=asked(workspace))) == "not_excluded"
    assert Exclusion.objects.count() == 1


def test_in_an_open_program_an_advocate_is_suspended_and_nobody_excluded(sqlite: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = known(workspace, "ada")
    assert refusal(exclude(ada, program="give-ten", reason="Spam", asked=asked(workspace))) == "anybody_may_recommend"


def test_prospects_are_people_who_were_known_before_customers_or_not(sqlite: Database) -> None:
    workspace = a_workspace(program("prospects_allowed"))
    known(workspace, "ada")
    assert good(joins(workspace, "ada")).new
    assert refusal(joins(workspace, "stranger")) == "not_known"
    signup = {"type": "signup", "at": "2026-03-02T09:00:00Z"}
    tell(workspace, {**signup, "id": "1", "person": "ben", "referred_by": "nobody-yet"})
    assert Advocate.objects.count() == 1
    tell(workspace, {**signup, "id": "2", "person": "cleo", "referred_by": "ben"})
    assert Advocate.objects.count() == 2


def test_whoever_signs_up_is_an_advocate_where_the_program_says_so(sqlite: Database) -> None:
    signup = {"id": "1", "type": "signup", "at": "2026-03-02T09:00:00Z", "person": "ben", "referred_by": "ada"}
    counts = {}
    for join in ("when_recommending", "automatic_on_signup", "by_asking"):
        workspace = a_workspace(
            program(f"{{mode: open, join: {join}}}", name=join.replace("_", "-")), slug=join.replace("_", "-")
        )
        tell(workspace, signup)
        counts[join] = Advocate.objects.filter(workspace=workspace).count()
    assert counts == {"when_recommending": 1, "automatic_on_signup": 2, "by_asking": 0}


# -- audiences ----------------------------------------------------------------------------------------------------------------


def order(name: str, amount: str, number: str, at: str = "2026-03-01T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"id": f"o{number}", "type": "purchase", "at": at, "person": name, "order": number, "amount": amount,
            "currency": "EUR", **more}  # fmt: skip


def test_an_audience_by_orders_is_counted_alike_in_one_batch_and_in_many(database: Database) -> None:
    text = program("open", "audience: 'person.orders >= 2 && person.revenue_minor >= 5000'")
    events = [
        order("ada", "30.00", "1"),
        order("ada", "30.00", "2"),
        {"id": "s1", "type": "signup", "at": "2026-03-02T09:00:00Z", "person": "ben", "referred_by": "ada"},
        order("eve", "30.00", "3"),
        order("eve", "30.00", "4"),
        {"id": "r1", "type": "refund", "at": "2026-03-01T10:00:00Z", "order": "4", "refund": "r1"},
        {"id": "s2", "type": "signup", "at": "2026-03-02T09:00:00Z", "person": "cleo", "referred_by": "eve"},
    ]
    found = []
    for n, parts in enumerate(([events], [[e] for e in events])):
        workspace = a_workspace(text, slug=f"batch-{n}")
        for part in parts:
            tell(workspace, *part)
        rows = Advocate.objects.filter(workspace=workspace)
        found.append([i for row in rows for i in [person_name(row.person_id.hex)]])
    assert found == [["ada"], ["ada"]]


def person_name(key: str) -> str:
    return Identity.objects.get(person_id=key, kind="customer_id").value


def test_who_does_not_meet_the_audience_is_refused_with_what_it_saw_and_a_safe_sentence(sqlite: Database) -> None:
    workspace = a_workspace(program("open", "audience: 'person.tier == \"gold\" && person.orders >= 1'"))
    ada = known(workspace, "ada", tier="silver")
    refused = joins(workspace, "ada")
    assert refusal(refused) == "audience_not_met"
    assert refused.refusal is not None
    assert refused.refusal.detail["saw"] == {
        "audience": 'person.tier == "gold" && person.orders >= 1',
        "saw": {"person.orders": 0, "person.tier": "silver"},
    }
    found = eligibility(workspace, "inner", [ada], now=day(2))
    assert found is not None
    assert (found.eligible, found.reason) == (False, "audience_not_met")
    assert "gold" not in str(found.sentence)
    good(set_facts(ada, facts={"tier": "gold"}, asked=asked(workspace)))
    tell(workspace, order("ada", "5.00", "1"))
    assert good(joins(workspace, "ada")).new


# -- segments -----------------------------------------------------------------------------------------------------------------


def members(workspace: str) -> list[tuple[str, int | None]]:
    found = segment_of(workspace, "inner")
    assert found is not None
    return [(person_name(m.person), m.figure) for m in found.held.members]


def test_a_segment_holds_the_top_of_those_who_paid_with_ties_and_refunds_counted(database: Database) -> None:
    workspace = a_workspace(TOP)
    assert members(workspace) == []
    tell(workspace, *(order(f"p{n}", f"{n}0.00", str(n)) for n in range(1, 15)))
    assert members(workspace) == [("p14", 14000)], "14 people, 10 %: 1.4"
    tell(workspace, order("p15", "150.00", "15"))
    assert members(workspace) == [("p15", 15000), ("p14", 14000)], "15 people, 10 %: 1.5, rounded half up"
    tell(workspace, {"id": "r", "type": "refund", "at": "2026-03-02T09:00:00Z", "order": "15", "refund": "r", "amount": "20.00",
                     "currency": "EUR"})  # fmt: skip
    tell(workspace, order("p13", "10.00", "x"))
    assert members(workspace) == [("p13", 14000), ("p14", 14000), ("p15", 13000)][:2]
    tell(workspace, order("p12", "20.00", "y"))
    assert sorted(members(workspace)) == [("p12", 14000), ("p13", 14000), ("p14", 14000)], (
        "whoever ties with the last is in"
    )
    assert good(joins(workspace, "p12")).new
    assert refusal(joins(workspace, "p15")) == "not_in_segment"
    for name, _ in members(workspace):
        assert good(joins(workspace, name)).person


@pytest.mark.parametrize("by", ["nps", "satisfaction"])
def test_a_segment_by_a_fact_ranks_those_who_have_it(database: Database, by: str) -> None:
    workspace = a_workspace(program(f"{{mode: segment, segment: {{top_percent: 50, by: {by}}}}}"))
    for name, value in (("ada", 10), ("eva", 7), ("mia", 7), ("zoe", 3)):
        known(workspace, name, **{by: value})
    known(workspace, "unknown", tier="gold")
    assert members(workspace) == [("ada", 10), ("eva", 7), ("mia", 7)]


def test_a_segment_by_orders_counts_merged_persons_as_one_and_by_name_asks_the_fact(database: Database) -> None:
    workspace = a_workspace(program("{mode: segment, segment: {top_percent: 1, by: orders}}"))
    tell(workspace, order("ada", "1.00", "1"), order("adele", "1.00", "2"), order("eva", "90.00", "3"))
    good(merge(person(workspace, "ada"), duplicate=person(workspace, "adele"), asked=asked(workspace)))
    assert members(workspace) == [("ada", 2)]
    named = a_workspace(program("{mode: segment, segment: {named: Friends of the house}}"), slug="named")
    known(named, "mia", segment="Friends of the house")
    known(named, "zoe", segment="others")
    found = segment_of(named, "inner")
    assert found is not None
    assert [person_name(m.person) for m in found.held.members] == ["mia"]


# -- invitations --------------------------------------------------------------------------------------------------------------


def test_an_invitation_lets_one_person_in_once_and_a_stranger_not_at_all(database: Database) -> None:
    workspace = a_workspace(INVITED, program("invite_only", name="other"))
    assert refusal(joins(workspace, "stranger")) == "invitation_needed"
    made = invited(workspace)
    assert made.expires_at == day(31)
    assert AdvocateInvitation.objects.filter(token_hash=made.token).count() == 0
    assert refusal(comes(workspace, "ada", made.token, slug="other")) == "invitation_of_another_program"
    first = good(comes(workspace, "ada", made.token))
    assert first.new
    assert good(comes(workspace, "ada", made.token)).new is False
    assert refusal(comes(workspace, "mallory", made.token)) == "invitation_used"
    assert refusal(comes(workspace, "mallory", "x" * 40)) == "invitation_unknown"
    row = AdvocateInvitation.objects.get()
    assert row.used_by_id is not None
    assert (row.used_by_id.hex, row.used_at) == (first.person, day(2))
    assert verify_replay(workspace) == []


def test_an_invitation_ends_by_time_by_hand_and_is_only_for_whom_it_names(database: Database) -> None:
    workspace = a_workspace(INVITED, GIVE_TEN)
    invited(workspace, address="eva@example.com")
    late, withdrawn, forada = invited(workspace), invited(workspace), invited(workspace, address="ada@example.com")
    assert refusal(comes(workspace, "ada", late.token, at=31)) == "invitation_expired"
    good(revoke_invitation(withdrawn.id, asked=asked(workspace)))
    good(revoke_invitation(withdrawn.id, asked=asked(workspace)))
    assert refusal(comes(workspace, "ada", withdrawn.token)) == "invitation_revoked"
    assert refusal(comes(workspace, "ada", forada.token)) == "invitation_for_another"
    mail = [("email", "ada@example.com")]
    assert good(enrol_with_token("inner", identities=mail, token=forada.token, asked=asked(workspace))).new
    assert refusal(revoke_invitation(forada.id, asked=asked(workspace))) == "invitation_used"
    assert refusal(create_invitation("give-ten", wanted=Wanted(), asked=asked(workspace))) == "not_by_invitation"
    lapse_enrolments(workspace, now=day(100))
    assert not AdvocateInvitation.objects.exclude(address="").exists()
    with pytest.raises(NotFound):
        revoke_invitation("0" * 32, asked=asked(workspace))


@pytest.mark.parametrize("n", range(3))
def test_of_two_who_come_at_once_by_one_invitation_one_joins(database: Database, n: int) -> None:
    workspace = a_workspace(INVITED)
    made = invited(workspace)
    answers = at_once(lambda: comes(workspace, "ada", made.token), lambda: comes(workspace, "eva", made.token))
    assert not [a for a in answers if isinstance(a, Exception)]
    refused = [a.refusal.reason for a in answers if isinstance(a, Performed) and a.refusal is not None]
    assert refused == ["invitation_used"]
    assert Advocate.objects.count() == 1


def test_an_exclusion_holds_against_an_invitation(sqlite: Database) -> None:
    workspace = a_workspace(INVITED)
    ada = known(workspace, "ada")
    good(exclude(ada, program="inner", reason="A rival", asked=asked(workspace)))
    assert refusal(comes(workspace, "ada", invited(workspace).token)) == "excluded"
