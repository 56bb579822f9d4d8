"""Staff enter who had brought whom: what stands already is moved by nobody, and a date that lies back is trusted of the operator alone."""

from functools import partial
from typing import Any

import orjson
import pytest

from passaparola.actions.imports.entering import enter_referral
from passaparola.actions.imports.events import Imported
from passaparola.actions.imports.referrals import Entering, import_referrals
from passaparola.actions.ledger.replay import verify_replay
from passaparola.domain.instant import iso
from passaparola.domain.keyring import keyring
from passaparola.store.models import Act, Advocate, Person
from tests.databases import Database, only_sqlite
from tests.histories import a_workspace, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, asked, ben_buys, day, person, refusal, rewards
from tests.store.telling import referral

KEYS = keyring("test")
PAID = GIVE_TEN + "backfill: {rewards: true}\n"
BOUND = "friend: is bound already, and nobody is moved"


def entering(workspace: str, at: float = 20, *, program: str = "give-ten", **more: Any) -> Entering:
    return Entering(program, asked(workspace, at), KEYS, **more)


def line(advocate: Any, friend: Any = "ben", at: float = 0.5, **more: Any) -> dict[str, Any]:
    return {"advocate": advocate, "friend": friend, "at": iso(day(at)), **more}


def enter(how: Entering, *lines: dict[str, Any]) -> Imported:
    return import_referrals(list(enumerate(lines, 1)), how)


def advocates(workspace: str) -> int:
    return Advocate.objects.filter(workspace_id=workspace).count()


@only_sqlite
@pytest.mark.parametrize("organic", [True, False])
def test_a_friend_who_is_bound_is_moved_by_no_entry(database: Database, organic: bool) -> None:
    workspace = ben_buys(PAID)
    before = [(r.id, r.state) for r in rewards(workspace)]
    told = enter(entering(workspace, organic=organic), line("mallory"), line("ada"), line("mallory", "cleo"))
    assert (told.recorded, told.conflicts) == (1, [(1, BOUND), (2, BOUND)])
    assert referral(workspace, "ben", "give-ten")[2] == "ada"
    assert [(r.id, r.state) for r in rewards(workspace)] == before
    one = enter_referral(line("eve"), entering(workspace, organic=organic))
    assert (refusal(one), one.refusal and one.refusal.message) == ("friend_bound", BOUND)
    assert advocates(workspace) == 2, "ada, and mallory for cleo"
    assert verify_replay(workspace) == []


@only_sqlite
def test_of_two_lines_about_one_friend_the_first_stands(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    told = enter(entering(workspace), line("cara"), line("ada", at=0.25), line("cara"))
    assert (told.recorded, told.duplicates, told.conflicts) == (1, 1, [(2, BOUND)])
    assert referral(workspace, "ben", "give-ten")[2] == "cara"
    assert advocates(workspace) == 1
    ben = f"per_{person(workspace, 'ben')}"
    assert enter(entering(workspace), line("ben", ben)).rejected == [(1, "friend: is the advocate: name two persons")]


def test_of_two_who_enter_one_friend_at_once_one_stands(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    calls = [partial(enter_referral, line(who), entering(workspace, organic=False)) for who in ("ada", "cara")]
    done = at_once(*calls)
    assert sorted(str(d.refusal and d.refusal.reason) for d in done) == ["None", "friend_bound"], done  # type: ignore[union-attr]
    assert verify_replay(workspace) == []


@only_sqlite
@pytest.mark.parametrize(
    ("how", "state", "reason"),
    [
        ({"organic": False}, "pending", "late_event"),
        ({"organic": True}, "pending", "late_event"),
        ({"organic": True, "trusted": True}, "issued", None),
    ],
)
def test_only_an_operators_import_is_trusted_with_a_date_that_lies_far_back(
    database: Database, how: dict[str, Any], state: str, reason: str | None
) -> None:
    workspace = a_workspace(PAID)
    buys = {"id": "o1", "type": "purchase", "after": 86_400, "person": "ben", "amount_minor": 4_000, "currency": "EUR"}
    tell(workspace, [buys])
    assert enter(entering(workspace, 200, **how), line("ada")).recorded == 1
    assert [(r.state, r.reason) for r in rewards(workspace)] == [(state, reason)] * 2
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


@only_sqlite
def test_it_makes_nobody_an_advocate_of_another_program(database: Database) -> None:
    other = GIVE_TEN.replace("give-ten", "other")
    signing_up = other.replace("other", "own") + "access: {join: automatic_on_signup}\n"
    workspace = a_workspace(GIVE_TEN, other, signing_up)
    assert enter(entering(workspace), line("ada")).recorded == 1
    assert list(Advocate.objects.values_list("program__slug", flat=True)) == ["give-ten"]


@only_sqlite
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"at": iso(day(21))}, "at: is more than five minutes in the future: enter it when the friend has come"),
        ({"friend": "ada"}, "friend: is the advocate: name two persons"),
        ({"friend": "per_" + "0" * 32}, "friend: there is no person with this id"),
        ({"advocate": "per_" + "0" * 32}, "advocate: there is no person with this id"),
        ({"friend": {"email": "none"}}, "friend.email: 'none' is no e-mail address, such as ada@example.com"),
        ({"note": " "}, "note: is blank"),
        (
            {"note": "x" * 256},
            "note: must be a whole number, true or false, or a text of 1 to 255 printable characters",
        ),
    ],
)
def test_what_is_turned_away_leaves_nobody_behind(database: Database, told: dict[str, Any], why: str) -> None:
    workspace = a_workspace(GIVE_TEN)
    answer = enter(entering(workspace), line("ada") | told)
    assert (answer.recorded, answer.rejected) == (0, [(1, why)])
    assert (Person.objects.count(), advocates(workspace), Act.objects.filter(verb="referral.enter").count()) == (
        0,
        0,
        0,
    )


@only_sqlite
def test_a_pair_is_one_however_it_is_spelled_and_who_entered_it_is_kept(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    today = {"at": "2026-03-21"}  # entered at nine o'clock of that day
    first = line("Ada@Example.com", "ben@example.com") | today
    assert enter(entering(workspace), first).recorded == 1
    again = enter(
        entering(workspace, 25), first | {"advocate": "ada@example.com", "friend": "Ben@example.com", "note": "x"}
    )
    assert (again.recorded, again.duplicates) == (0, 1)
    later = enter(entering(workspace, 25), first | {"at": "2026-03-22"})
    assert later.conflicts == [
        (1, "at: this advocate and this friend were entered before, at another time, which stands")
    ]
    (act,) = Act.objects.filter(verb="referral.enter")
    given = orjson.loads(act.input)
    assert (act.actor, act.subject, given["program"], len(given["events"])) == ("olga", "give-ten", "give-ten", 1)
    assert verify_replay(workspace) == []
