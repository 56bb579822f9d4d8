"""Every topic can occur, and every topic that occurs is documented (docs/webhooks.md)."""

import ast
import re
from pathlib import Path

import orjson

from passaparola.actions.advocates.confirm import confirm_advocate
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.advocates.standing import resume, suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.end import capture, give_back, release
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.people.merge import merge
from passaparola.actions.rewards.operate import approve, cancel, deny, undo
from passaparola.actions.vouchers import end as vouchers
from passaparola.actions.vouchers import redeem as voucher_use
from passaparola.domain.notices import TOPICS
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import Advocate, Outbox, ShareLink, Voucher, Workspace
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.shops import GIVE_TEN, HOLD_TEN, LAST_TEN, asked, day, good, person, rewards, voucher_program

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \| (.+)\. \|$", re.MULTILINE)
STEP = re.compile(r"[a-z]+")


# A friend's touches are never forgotten, so no history of events leads back to `open`.
BROUGHT_ABOUT_BY_NOTHING = {"referral.open"}


def topics() -> set[str]:
    return {notice["topic"] for row in Outbox.objects.all() for notice in orjson.loads(row.notices)}


def brought(document: str, orders: tuple[tuple[str, int, str], ...] = (("o1", 10_000, "EUR"),)) -> str:
    """A workspace of its own in which Ada has brought Ben, who bought."""
    workspace = a_workspace(document, slug=f"town-{Workspace.objects.count()}")
    tell(workspace, friend_buys("ben", 1, *orders))
    return workspace


def referrals_live() -> None:
    workspace = brought(GIVE_TEN)
    tell(workspace, [{"id": "cy-visit", "type": "visit", "after": 200_000, "person": "cy", "code": _link(workspace)}])
    tell(workspace, [{"id": "cy-signup", "type": "signup", "after": 300_000, "person": "cy"}])
    early = {"id": "cy-early", "type": "signup", "after": 100_000, "person": "cy"}
    tell(workspace, [early])  # they had come before the visit
    tell(workspace, friend_buys("ada", 5, ("self", 100, "EUR"), by="ada"))
    tell(workspace, friend_buys("benny", 6, ("b2", 100, "EUR")))
    good(merge(person(workspace, "ben"), duplicate=person(workspace, "benny"), asked=asked(workspace, 9)))


def _link(workspace: str) -> str:
    found = ShareLink.objects.filter(workspace_id=workspace).first()
    assert found is not None
    return str(found.code)


def rewards_live() -> None:
    workspace = brought(HOLD_TEN)
    ada, ben = (rewards(workspace, name)[0].id.hex for name in ("ada", "ben"))
    good(deny(ada, asked=asked(workspace, 2)))
    good(undo(ada, asked=asked(workspace, 3)))
    good(approve(ada, asked=asked(workspace, 4)))
    good(cancel(ben, asked=asked(workspace, 4)))


def credit_live() -> None:
    workspace = brought(LAST_TEN, orders=(("o1", 10_000, "EUR"), ("o2", 5_000, "EUR")))
    ben = person(workspace, "ben")
    for order, then in (("c1", (release,)), ("c2", (capture, give_back)), ("c3", (capture,))):
        held = good(reserve(Wanted(ben, "EUR", 600, order), asked=asked(workspace)))
        for step in then:
            good(step(held.id, asked=asked(workspace, 3)))
    tell(workspace, [refund("o1", 4)])
    run_clock(workspace, now=day(400))


def vouchers_live() -> None:
    workspace = brought(voucher_program())
    code, basket = str(Voucher.objects.get(workspace_id=workspace).code), Basket("v1", 5_000, "EUR")
    good(voucher_use.reserve(code, basket=basket, asked=asked(workspace)))
    good(vouchers.release(code, order="v1", asked=asked(workspace, 3)))
    good(voucher_use.redeem(code, basket=basket, asked=asked(workspace, 4)))
    good(vouchers.give_back(code, order="v1", asked=asked(workspace, 5)))
    good(cancel(rewards(workspace, "ben")[0].id.hex, asked=asked(workspace, 6)))
    run_clock(brought(voucher_program("amount: 10.00, expires_days: 30")), now=day(400))


def advocates_live() -> None:
    workspace = a_workspace(GIVE_TEN, slug="advocates")
    joined = good(
        enrol("give-ten", identities=[("customer_id", "eve")], asked=asked(workspace, 1), provisional=True)
    ).advocate
    assert not [t for t in topics_of(workspace) if t.startswith("advocate.")], "an unconfirmed advocate was told"
    good(confirm_advocate(joined, asked=asked(workspace, 2)))
    good(suspend(joined, asked=asked(workspace, 3)))
    good(resume(joined, asked=asked(workspace, 4)))
    assert Advocate.objects.get(id=joined).status == "active"


def topics_of(workspace: str) -> set[str]:
    rows = Outbox.objects.filter(workspace_id=workspace)
    return {notice["topic"] for row in rows for notice in orjson.loads(row.notices)}


def amounts_live() -> None:
    """A percentage follows the first order: less, nothing, and again; what was spent cannot come back."""
    workspace = a_workspace(GIVE_TEN.replace("amount: 10.00", "percent: 10"), slug="amounts")
    tell(workspace, friend_buys("fay", 5, ("f5", 10_000, "EUR")))
    tell(workspace, [refund("f5", 6)])
    tell(workspace, [_order("fay", "f4", 4, 3_000)])
    tell(workspace, [_order("fay", "f3", 3, 9_000)])
    spent = good(reserve(Wanted(person(workspace, "fay"), "EUR", 900, "c1"), asked=asked(workspace, 7)))
    good(capture(spent.id, asked=asked(workspace, 8)))
    tell(workspace, [refund("f3", 9)])
    run_clock(brought(LAST_TEN), now=day(400))


def _order(name: str, order: str, on: int, minor: int) -> dict[str, object]:
    at = {"id": f"buy-{order}", "type": "purchase", "after": on * 86_400 + 7200}
    return {**at, "person": name, "order": order, "amount_minor": minor, "currency": "EUR", "referred_by": "ada"}


def test_every_topic_occurs_and_no_other(database: Database) -> None:
    for live in (rewards_live, credit_live, vouchers_live, referrals_live, advocates_live, amounts_live):
        live()
    assert topics() - set(TOPICS) == set(), "not documented"
    assert set(TOPICS) - topics() == BROUGHT_ABOUT_BY_NOTHING, "never occurs"


def test_the_documentation_lists_every_topic_with_its_meaning_and_no_other() -> None:
    listed = dict(ROW.findall((ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")))
    assert listed == TOPICS


def steps_of(text: str) -> set[str]:
    """The steps that a module of the domain gives to rewards."""
    calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    named = [c.args[3] for c in calls if getattr(c.func, "id", "") == "RewardChange" and len(c.args) > 3]
    words = [n.value for step in named for n in ast.walk(step) if isinstance(n, ast.Constant)]
    return {word for word in words if isinstance(word, str) and STEP.fullmatch(word)}


def test_every_step_that_the_domain_knows_is_a_topic() -> None:
    folder = ROOT / "src" / "passaparola" / "domain" / "rewards"
    found = {step for path in folder.glob("*.py") for step in steps_of(path.read_text(encoding="utf-8"))}
    assert len(found) > 9
    assert {f"reward.{step}" for step in found - {"short"}} <= set(TOPICS)  # what could not come back is a finding
    assert steps_of('RewardChange(a, b, (), "imagined")') == {"imagined"}
