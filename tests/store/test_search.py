"""One box finds people, referrals, rewards and vouchers by what staff have at hand, by an index each time."""

import re
from typing import Any

import pytest
from django.db import connection

from passaparola.actions.people.change import add_identity
from passaparola.store import session as sessions
from passaparola.store.models import Person, Referral, Reward, ShareLink, Voucher
from passaparola.store.read.search import MOST, Found, search
from passaparola.store.session import Session, reading
from tests.databases import Database
from tests.shops import asked, ben_buys, good, person, voucher_program


@pytest.fixture
def shop(database: Database) -> str:
    """Ada brought Ben, who bought order o1 and got a voucher."""
    workspace = ben_buys(voucher_program())
    Person.objects.filter(id=person(workspace, "ben")).update(name="Ben Łukasiewicz")
    Person.objects.filter(id=person(workspace, "ada")).update(name="ada lovelace")
    for name, address in (("ben", "ben.l@example.com"), ("ada", "ada@example.com")):
        good(add_identity(person(workspace, name), identity=("email", address), asked=asked(workspace)))
    return workspace


def found(workspace: str, text: str) -> Found:
    with reading() as session:
        return search(session, workspace, text)


def names(workspace: str, text: str) -> set[str]:
    return {found(workspace, text).labels[p].split(" ")[0].lower() for p in found(workspace, text).people}


@pytest.mark.parametrize(
    "typed",
    [
        "ben", " ben ", "Ben Ł", "ben łukasiewicz", "BEN", "Łuka", "be", "o1", "ben.l@example.com", " Ben.L@Example.COM ",
    ],
)  # fmt: skip
def test_ben_is_found_by_what_is_known_of_him(shop: str, typed: str) -> None:
    assert "ben" in names(shop, typed)


def test_an_address_finds_its_person_alone_and_with_them_what_is_theirs(shop: str) -> None:
    by_address = found(shop, "ben.l@example.com")
    assert by_address.people == [person(shop, "ben")]
    assert [r["id"] for r in by_address.referrals] == [r.id.hex for r in Referral.objects.filter(status="converted")]
    assert by_address.exact
    for nobody in ("ben@example.com", "l@example.com", "@example.com"):
        assert person(shop, "ben") not in found(shop, nobody).people, nobody


@pytest.mark.parametrize("typed", ["ada", "Lovelace", "love", "ADA LOVE", "CODE", "code"])
def test_ada_is_found_by_name_surname_and_code(shop: str, typed: str) -> None:
    link = ShareLink.objects.filter(workspace_id=shop).first()
    assert link is not None
    text = {"CODE": link.code, "code": link.code.lower()}.get(typed, typed)
    assert "ada" in names(shop, text)


def test_an_order_leads_to_its_referral_and_rewards_and_a_voucher_to_its_reward(shop: str) -> None:
    by_order = found(shop, "o1")
    assert [r["id"] for r in by_order.referrals] == [r.id.hex for r in Referral.objects.filter(status="converted")]
    assert {w["id"] for w in by_order.rewards} == {w.id.hex for w in Reward.objects.all()}
    assert by_order.exact
    voucher = Voucher.objects.get()
    for typed in (voucher.code, voucher.code.lower(), f"{voucher.code[:5]}-{voucher.code[5:]}"):
        assert [v["code"] for v in found(shop, typed).vouchers] == [voucher.code]
        assert found(shop, typed).rewards[0]["id"] == voucher.reward_id.hex


def test_our_ids_lead_to_what_they_name(shop: str) -> None:
    reward, referral, ben = Reward.objects.all()[0], Referral.objects.filter(status="converted")[0], person(shop, "ben")
    assert found(shop, f"rwd_{reward.id.hex}").rewards[0]["id"] == reward.id.hex
    assert found(shop, f"REF_{referral.id.hex.upper()}").referrals[0]["id"] == referral.id.hex
    assert found(shop, f"per_{ben}").people == [ben]
    for nothing in (f"rwd_{ben}", f"per_{'0' * 32}", "per_", "rwd_zz", f"xyz_{ben}"):
        assert found(shop, nothing).nothing, nothing


@pytest.mark.parametrize(
    "typed",
    ["%", "%%", "be%", "b_n", "_en", "' OR 1=1 --", "ben'; DROP TABLE store_person", "\\", "be\0n%", "*", "[a-z]"],
)
def test_a37_nothing_that_is_typed_means_anything_else(shop: str, typed: str) -> None:
    assert found(shop, typed).nothing
    assert Person.objects.exists()


def test_too_little_or_too_much_finds_nothing(shop: str) -> None:
    assert found(shop, "").nothing
    assert found(shop, "b").nothing
    assert found(shop, "x" * 10_000).nothing


def test_the_same_words_in_another_workspace_find_nothing_here(shop: str) -> None:
    from passaparola.actions.workspaces import ensure_workspace
    from tests.histories import START

    other = ensure_workspace(slug="other", now=START)
    for typed in (
        "ben",
        "ada",
        "o1",
        "Łuka",
        "ben.l@example.com",
        Voucher.objects.get().code,
        f"per_{person(shop, 'ben')}",
    ):
        assert found(other, typed).nothing, typed


def test_every_look_up_uses_an_index_and_they_are_few(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    real = Session.rows

    def noted(self: Session, statement: str, **values: Any) -> list[Any]:
        asked.append((statement, values))
        return real(self, statement, **values)

    monkeypatch.setattr(Session, "rows", noted)
    before = sessions.statements
    found(shop, "ben")
    assert sessions.statements - before <= 26
    monkeypatch.undo()
    scans = [plan for statement, values in asked for plan in scanned(statement, values)]
    assert scans == []


def scanned(statement: str, values: dict[str, Any]) -> list[str]:
    """Tables of ours that a plan reads from end to end, when the planner may not think them small."""
    with reading() as session:
        if session.postgres:
            with connection.cursor() as cursor:
                cursor.execute("SET enable_seqscan = off")
            plan = [str(row[0]) for row in session.rows(f"EXPLAIN {statement}", **values)]
            return [line for line in plan if re.search(r"Seq Scan on store_", line)]
        plan = [str(row[3]) for row in session.rows(f"EXPLAIN QUERY PLAN {statement}", **values)]
        return [line for line in plan if re.match(r"SCAN (?!json_each|CONSTANT)", line)]


def test_a_common_beginning_gives_a_page_and_no_more(shop: str) -> None:
    from tests.histories import friend_buys, tell

    tell(shop, (e for n in range(40) for e in friend_buys(f"zoe{n:02}", 2, (f"z{n}", 5_000, "EUR"))), at_once=100)
    assert len(found(shop, "zo").people) == MOST
    assert found(shop, "zo").cut_off
    assert not found(shop, "zo").exact
