"""COM-01: a leaderboard shows who brought most by what contests count, named is only who agreed to it, and visitors count nothing."""

from typing import Any
from uuid import UUID

import pytest

from passaparola.actions.advocates.standing import suspend
from passaparola.actions.imports.referrals import Entering, import_referrals
from passaparola.actions.leaders import count, names
from passaparola.actions.leaders.count import count_boards
from passaparola.actions.leaders.show import OwnPlace, ShownBoard, boards_shown, own_place
from passaparola.actions.ledger.prove import prove_ledger
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.live import live_programs
from passaparola.domain.instant import DAY
from passaparola.domain.keyring import keyring
from passaparola.domain.leaders import counted
from passaparola.domain.programs.leaderboard import BoardBy
from passaparola.store import session as sessions
from passaparola.store.models import Act, Advocate, Board, BoardEntry, BoardMark, PublicName, Referral
from passaparola.store.read.friend_states import states_of
from passaparola.store.read.gather import aliases, workspace_row
from passaparola.store.read.leaders import COUNTED
from passaparola.store.session import Conflict, reading, writing
from passaparola.store.write.leaders import put_name
from tests.databases import Database, only_sqlite
from tests.histories import START, a_workspace, friend_buys, refund, tell
from tests.races import at_once
from tests.shops import asked, good, person, refusal

BOARD = """\
program: monthly
name: Advocates of the month
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
leaderboard: {size: 3, rewards: true}
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
"""


def a_month() -> list[dict[str, Any]]:
    """Ada brings two friends in March, Bea two, Cid one, Dora one who sends the goods back, Eve one who only signs up; Fay in April."""
    orders = [
        ("f1", 1, "ada"),
        ("f2", 2, "bea"),
        ("f3", 3, "cid"),
        ("f4", 4, "ada"),
        ("f5", 5, "dora"),
        ("f6", 6, "bea"),
    ]
    told = [event for name, day, by in orders for event in friend_buys(name, day, (f"o-{name}", 1_000, "EUR"), by=by)]
    told += [
        *friend_buys("f7", 7, by="eve"),
        refund("o-f5", 8),
        *friend_buys("f8", 40, ("o-f8", 1_000, "EUR"), by="fay"),
    ]
    return sorted(told, key=lambda event: int(event["after"]))


def at(day: float) -> int:
    return START + int(day * DAY)


def shown(workspace: str, day: float = 20, *, count: bool = True) -> list[ShownBoard]:
    if count:
        count_boards(workspace, now=at(day), page=3)
    with reading() as session:
        (versions,) = live_programs(session, workspace_row(session, workspace)).values()
        return boards_shown(session, workspace, versions, now=at(day))


def rows(board: ShownBoard) -> list[tuple[int, str, int]]:
    return [(leader.place, leader.name, leader.figure) for leader in board.leaders]


def own(workspace: str, name: str, day: float = 20) -> OwnPlace | None:
    with reading() as session:
        (versions,) = live_programs(session, workspace_row(session, workspace)).values()
        return own_place(session, workspace, versions, [person(workspace, name)], now=at(day))


def named(workspace: str, who: str, name: str) -> None:
    good(names.show_by_name(person(workspace, who), name=name, asked=asked(workspace)))


def test_places_are_those_of_a_contest_and_a_name_is_shown_while_it_is_agreed_to(database: Database) -> None:
    workspace = a_workspace(BOARD)
    assert [board.taken_at for board in shown(workspace, count=False)] == [0]
    tell(workspace, a_month())
    named(workspace, "bea", "Bea from Kraków")
    (march,) = shown(workspace)
    assert rows(march) == [(1, "", 2), (1, "Bea from Kraków", 2), (3, "", 1)]
    assert (march.period, march.of, march.more) == ("2026-03", 3, 0)
    assert [leader.earned for leader in march.leaders] == [(("store_credit", "EUR", n),) for n in (1_000, 1_000, 500)]
    assert own(workspace, "cid") == OwnPlace(3, 1, 3)
    assert own(workspace, "eve") == OwnPlace(0, 0, 3)
    good(names.show_no_name(person(workspace, "bea"), asked=asked(workspace)))
    assert rows(shown(workspace, count=False)[0])[1] == (1, "", 2), "gone at once, before anything is counted again"
    assert not PublicName.objects.exists()
    assert "Bea" not in "".join(Act.objects.values_list("input", flat=True))
    april, before = shown(workspace, 41)
    assert (rows(april), rows(before), before.period) == (
        [(1, "", 1)],
        [(1, "", 2), (1, "", 2), (3, "", 1)],
        "2026-03",
    )
    assert prove_ledger(workspace) == []


def test_what_changed_is_counted_again_and_nothing_else(database: Database) -> None:
    workspace = a_workspace(BOARD)
    tell(workspace, a_month())
    assert count_boards(workspace, now=at(20), page=2) > 0
    assert count_boards(workspace, now=at(20)) == 0
    tell(workspace, [refund("o-f1", 21), *friend_buys("f9", 22, ("o-f9", 1_000, "EUR"), by="cid")])
    assert count_boards(workspace, now=at(22)) == 2
    assert rows(shown(workspace, 22)[0]) == [(1, "", 2), (1, "", 2), (3, "", 1)]
    assert own(workspace, "cid", 22) == OwnPlace(1, 2, 3)
    kept = set(BoardEntry.objects.values_list("id", "advocate_id", "at"))
    BoardMark.objects.all().delete()
    count_boards(workspace, now=at(22), page=2)
    assert set(BoardEntry.objects.values_list("id", "advocate_id", "at")) == kept, (
        "from the beginning it comes to the same"
    )


ASKED = {
    "monthly": "precedence: 100",
    "each-order": "precedence: 200\ntrigger: purchase",
    "sign-ups": "trigger: signup",
    "came": "leaderboard: {by: referrals}",
    "visits": "trigger: content_visit",
}  # a program for each way of counting; the second counts what the first leaves it


def a_program(name: str) -> str:
    keys = [line.partition(":")[0] for line in ASKED[name].splitlines()]
    kept = [line for line in BOARD.replace("monthly", name).splitlines() if line.partition(":")[0] not in keys]
    return "\n".join([*kept[:4], ASKED[name], *kept[4:], ""])


def entries() -> set[tuple[Any, ...]]:
    return set(BoardEntry.objects.values_list("id", "program_id", "advocate_id", "at"))


def one_by_one(workspace: str) -> set[tuple[Any, ...]]:
    """What each referral counts by the rule, from its state."""
    found = set()
    with reading() as session:
        row = workspace_row(session, workspace)
        roots, keys = aliases(session, workspace), [key.hex for key in Referral.objects.values_list("id", flat=True)]
        for program, versions in live_programs(session, row).items():
            by = versions.live.leaderboard.by if versions.live.leaderboard else BoardBy.REFERRALS
            for key, status, state in states_of(session, program, keys):
                one = counted(state, versions, key, roots, by=by) if status in COUNTED[by][0] else None
                if one is not None and state.concluded is not None:
                    found.add((UUID(key), UUID(program), UUID(state.concluded.advocate), one.at))
    return found


def test_what_is_counted_by_rows_is_what_is_counted_one_by_one_whatever_cuts_it_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = a_workspace(*map(a_program, ASKED))
    web = [{**friend_buys("w1", 9, by="ada")[0], "id": "web-w1"}, {**friend_buys("w2", 9, by="bea")[0], "id": "web-w2"}]
    visit = {"id": "v1", "type": "visit", "after": 9 * 86_400 + 10, "person": "w1", "referred_by": "ada"}
    more = friend_buys("g1", 10, ("o-g1", 1_000, "EUR"), ("o-g2", 2_000, "EUR"), by="cid")
    tell(workspace, [*a_month()[:-3], *web, visit, *more, refund("o-f4", 12, 300), refund("o-g1", 12)])
    for program in ("monthly", "came"):
        line = {"advocate": "cid", "friend": "late", "at": "2026-03-02"}
        import_referrals([(1, line)], Entering(program, asked(workspace, 20), keyring("x" * 40)))
    assert {r.touch_kind for r in Referral.objects.all()} > {"organic"}

    def dies(*_: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):  # between two pages
        count_boards(workspace, now=at(20), page=2, rest=dies)
    with monkeypatch.context() as broken:  # inside one
        broken.setattr(count, "put_entries", dies)
        with pytest.raises(InterruptedError):
            count_boards(workspace, now=at(20), page=2)
    two = at_once(*[lambda: count_boards(workspace, now=at(20), page=2)] * 2)
    assert all(isinstance(one, (int, Conflict)) for one in two), two
    count_boards(workspace, now=at(20), page=2)
    assert entries() == one_by_one(workspace)
    assert len({program for _, program, _, _ in entries()}) >= 4
    tell(workspace, [refund("o-g2", 21), refund("o-f1", 21), *friend_buys("h1", 22, ("o-h1", 1_000, "EUR"), by="fay")])
    good(merge(person(workspace, "cid"), duplicate=person(workspace, "ada"), asked=asked(workspace, 22)))
    count_boards(workspace, now=at(22), page=3)
    assert entries() == one_by_one(workspace)


@only_sqlite
def test_by_referrals_whoever_came_counts(database: Database) -> None:
    workspace = a_workspace(BOARD.replace("size: 3, rewards: true", "period: all, by: referrals, others: hidden"))
    tell(workspace, a_month())
    named(workspace, "eve", "Eve")
    (board,) = shown(workspace, 41)
    assert (rows(board), board.period, board.of) == ([(3, "Eve", 1)], "all", 6)
    apply_program(BOARD, workspace=workspace, now=at(42), actor="olga")
    assert [b.taken_at for b in shown(workspace, 42, count=False)][:1] == [0], (
        "what was counted in another way is not shown"
    )
    assert rows(shown(workspace, 42)[1]) == [(1, "", 2), (1, "", 2), (3, "", 1)]
    apply_program(BOARD.replace("leaderboard:", "# "), workspace=workspace, now=at(43), actor="olga")
    assert shown(workspace, 43) == []


@only_sqlite
def test_who_is_suspended_barred_or_merged_is_not_shown_by_a_name(database: Database) -> None:
    workspace = a_workspace(BOARD)
    tell(workspace, a_month())
    for who in ("ada", "bea", "cid"):
        named(workspace, who, who.title())
    assert rows(shown(workspace)[0]) == [(1, "Ada", 2), (1, "Bea", 2), (3, "Cid", 1)]
    ada = Advocate.objects.get(workspace_id=workspace, person_id=person(workspace, "ada"))
    good(suspend(ada.id.hex, asked=asked(workspace, 20), note="cheats"))
    assert rows(shown(workspace, count=False)[0]) == [(1, "Bea", 2), (2, "Cid", 1)], "at once"
    bea = person(workspace, "bea")
    assert refusal(names.bar_name(bea, reason=" ", asked=asked(workspace))) == names.REASON_NEEDED
    good(names.bar_name(bea, reason="It names somebody else.", asked=asked(workspace)))
    assert rows(shown(workspace, count=False)[0]) == [(1, "", 2), (2, "Cid", 1)]
    with pytest.raises(Conflict), writing() as session:  # a name chosen at the moment at which it is taken away
        put_name(session, workspace, [bea], {"name": "Bea", "state": "shown", "reason": ""}, at(20))
    assert refusal(names.show_by_name(bea, name="Bea", asked=asked(workspace))) == names.NAME_BARRED
    good(merge(person(workspace, "cid"), duplicate=bea, asked=asked(workspace)))
    assert rows(shown(workspace, count=False)[0]) == [(1, "", 2), (2, "", 1)], "one of those who are one is barred"
    assert rows(shown(workspace, 22)[0]) == [(1, "", 3)]
    good(names.allow_name(bea, asked=asked(workspace)))
    assert refusal(names.allow_name(bea, asked=asked(workspace))) == names.NOT_BARRED
    named(workspace, "bea", "Both")
    assert rows(shown(workspace, count=False)[0]) == [(1, "Both", 3)]


@only_sqlite
def test_visitors_count_nothing_and_equals_without_room_are_told_of(database: Database) -> None:
    workspace = a_workspace(BOARD)
    tell(workspace, [e for n in range(6) for e in friend_buys(f"f{n}", n + 1, (f"o{n}", 100, "EUR"), by=f"a{n}")])
    (march,) = shown(workspace)
    assert ([leader.place for leader in march.leaders], march.more, march.of) == ([1, 1, 1], 3, 6)
    before = sessions.statements
    shown(workspace, count=False)
    assert sessions.statements - before <= 3
    tell(workspace, friend_buys("late", 10, ("late", 100, "EUR"), by="a5"))
    count_boards(workspace, now=at(20) + 60_000_000)
    assert Board.objects.get().taken_at == at(20), "standings are taken at most once every few minutes"
    assert rows(shown(workspace, 20.01)[0])[0] == (1, "", 2)
    other = a_workspace(BOARD, slug="other")
    assert rows(shown(other)[0]) == []
    apply_program(BOARD.replace("leaderboard:", "# "), workspace=other, now=at(43), actor="olga")
    before = sessions.statements
    assert count_boards(other, now=at(44)) == 0
    assert sessions.statements - before <= 2, "a workspace without a leaderboard is asked nothing more"
