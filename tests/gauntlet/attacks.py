"""The races of A01 to A11: how each is set up, what is sent at one moment, and what must be true afterwards.

Every round has a workspace of its own, so that rounds do not help each other.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from passaparola.actions.acting import Asked as Asking
from passaparola.actions.acting import done
from passaparola.actions.keys.change import create_key
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.workspaces import ensure_workspace
from passaparola.store.session import reading
from passaparola.store.write.forget import forget_keys
from tests.gauntlet.arena import Arena, Asked, Said
from tests.ledger_clean import assert_books_balance

HEAD = "program: storm\nname: Storm\ncurrency: EUR\n"
GIFT = HEAD + "trigger: first_purchase\nrewards:\n  - {id: gift, side: friend, kind: voucher, amount: 5.00}\n"
CREDIT = HEAD + "trigger: first_purchase\nrewards:\n  - {id: five, side: friend, kind: store_credit, amount: 5.00}\n"
HELD = CREDIT.replace("amount: 5.00", "amount: 5.00, hold_days: 14")
BOTH = CREDIT + "  - {id: thanks, side: advocate, kind: store_credit, amount: 5.00}\n"
THANKS = (
    HEAD + "trigger: first_purchase\nrewards:\n  - {id: thanks, side: advocate, kind: store_credit, amount: 1.00}\n"
)
TEN = THANKS + "caps:\n  - {per: advocate, metric: count, max: 10}\n"
MONEY = HEAD + "trigger: first_purchase\nrewards:\n  - {id: five, side: friend, kind: cash, amount: 5.00}\n"
ONCE = CREDIT.replace("first_purchase", "purchase") + "caps:\n  - {per: friend, metric: count, max: 1}\n"
BUDGET = CREDIT + "budget: {total: 100.00}\n"


@dataclass
class Field:
    """One round's workspace and its key."""

    arena: Arena
    workspace: str
    key: str
    memory: dict[str, Any] = field(default_factory=dict)

    def asked(self, method: str, path: str, body: Any = None, idempotency: str = "") -> Asked:
        headers = {"Authorization": f"Bearer {self.key}"}
        return method, path, body, {**headers, **({"Idempotency-Key": idempotency} if idempotency else {})}

    def post(self, path: str, body: Any = None, idempotency: str = "") -> Any:
        said = self.arena.call(*self.asked("POST", path, body, idempotency))
        assert said.status in (200, 201), said
        return said.json

    def items(self, path: str) -> list[dict[str, Any]]:
        said = self.arena.call(*self.asked("GET", path))
        assert said.status == 200, said
        found: list[dict[str, Any]] = said.json["items"]
        return found

    def tell(self, *events: dict[str, Any]) -> None:
        told = self.post("/api/v1/events", list(events))
        assert {item.get("outcome") for item in told["events"]} == {"recorded"}, told

    def buy(self, friend: str, order: str, **more: Any) -> dict[str, Any]:
        return {
            "id": f"paid-{order}", "type": "purchase", "person": friend, "order": order, "amount_minor": 5000, "currency": "EUR", **more
        }  # fmt: skip

    def count(self, statement: str) -> int:
        with reading() as session:
            return int(session.rows(statement, ws=self.workspace)[0][0])


def sign_up(friend: str) -> dict[str, Any]:
    return {"id": f"signup-{friend}", "type": "signup", "person": friend, "referred_by": "ada"}


def statuses(answers: list[Said]) -> dict[int, int]:
    return dict(Counter(a.status for a in answers))


@dataclass(frozen=True)
class Attack:
    """`prepare` sets the scene and gives the requests; `judge` says what must be true of the answers and of the database."""

    number: str
    says: str
    program: str
    prepare: Callable[[Field], list[Asked]]
    judge: Callable[[Field, list[Said]], None]

    def __str__(self) -> str:
        return f"{self.number} {self.says}"


REWARDS = "SELECT COUNT(*) FROM store_reward WHERE workspace_id = %(ws)s::uuid"
STEPS = "SELECT COUNT(*) FROM store_rewardtransition WHERE workspace_id = %(ws)s::uuid AND step = '{}'"


def _redeem_one_voucher(f: Field) -> list[Asked]:
    f.tell(sign_up("ben"), f.buy("ben", "o1"))
    code = f.items("/api/v1/vouchers")[0]["code"]
    body = {"code": code, "order_minor": 2000, "currency": "EUR"}
    return [f.asked("POST", "/api/v1/vouchers/redeem", {**body, "order": f"c{n}"}, f"k{n}") for n in range(50)]


def _one_redemption(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {200: 1, 409: 49}, statuses(answers)
    assert f.count(STEPS.format("redeemed")) == 1


def _fifty_friends(f: Field) -> list[Asked]:
    f.tell(*[sign_up(f"f{n}") for n in range(50)])
    return [f.asked("POST", "/api/v1/events", f.buy(f"f{n}", f"o{n}")) for n in range(50)]


def _ten_rewards(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {201: 50}, statuses(answers)
    assert f.count(REWARDS) == 10


def _twenty_orders_of_one(f: Field) -> list[Asked]:
    f.tell(sign_up("ben"))
    return [f.asked("POST", "/api/v1/events", f.buy("ben", f"o{n}")) for n in range(20)]


def _one_reward(f: Field, answers: list[Said]) -> None:
    assert set(statuses(answers)) <= {200, 201}, statuses(answers)
    assert f.count(REWARDS) == 1


def _forty_for_a_budget_of_twenty(f: Field) -> list[Asked]:
    f.tell(*[sign_up(f"f{n}") for n in range(40)])
    return [f.asked("POST", "/api/v1/events", f.buy(f"f{n}", f"o{n}")) for n in range(40)]


def _twenty_rewards(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {201: 40}, statuses(answers)
    assert f.count(REWARDS) == 20, f"{f.count(REWARDS)} rewards of 5.00 for a budget of 100.00"
    refused = (
        "SELECT COUNT(*) FROM store_referral WHERE workspace_id = %(ws)s::uuid AND refusals LIKE '%%budget_exhausted%%'"
    )
    assert f.count(refused) == 20


def _one_order_by_three_routes(f: Field) -> list[Asked]:
    """Each route tells it three times under its own event id, and one of them under twenty more ids."""
    f.tell(sign_up("ben"))
    routes = [("api", "a"), ("stripe", "evt"), ("shopify", "wh")] * 3 + [("api", f"retry-{n}") for n in range(20)]
    return [f.asked("POST", "/api/v1/events", f.buy("ben", "o1", source=s, id=f"{i}-1")) for s, i in routes]


def _one_conversion(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {201: 1, 200: 28}, statuses(answers)
    assert f.count(REWARDS) == 2
    purchases = "SELECT COUNT(*) FROM store_event WHERE workspace_id = %(ws)s::uuid AND type = 'purchase'"
    assert f.count(purchases) == 23, "an event was stored twice or not at all"
    assert f.count(f"{purchases} AND outcome = 'recorded'") == 1


def _held_reward(f: Field) -> str:
    f.tell(sign_up("ben"), f.buy("ben", "o1"))
    return str(f.items("/api/v1/rewards")[0]["id"])


def _approve_and_deny(f: Field) -> list[Asked]:
    path = f"/api/v1/rewards/{_held_reward(f)}"
    return [f.asked("POST", f"{path}/{('approve', 'deny')[n % 2]}", None, f"k{n}") for n in range(10)]


def _one_end(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {200: 1, 409: 9}, statuses(answers)
    assert f.count(STEPS.format("issued")) + f.count(STEPS.format("denied")) == 1
    acts = (
        "SELECT COUNT(*) FROM store_act WHERE workspace_id = %(ws)s::uuid AND verb IN ('reward.approve', 'reward.deny')"
    )
    assert f.count(acts) == 10, "an attempt was not written down"


def _approve_twice(f: Field) -> list[Asked]:
    path = f"/api/v1/rewards/{_held_reward(f)}/approve"
    return [f.asked("POST", path, None, "double-click" if n < 5 else f"admin-{n}") for n in range(10)]


def _one_approval(f: Field, answers: list[Said]) -> None:
    clicks, admins = answers[:5], answers[5:]
    assert len({(a.status, a.body) for a in clicks}) == 1, "one key, two answers"
    assert sum(a.status == 200 for a in [clicks[0], *admins]) == 1, statuses(answers)
    assert f.count(STEPS.format("issued")) == 1


def _pay_out_twice(f: Field) -> list[Asked]:
    """Two of the staff, each clicking twice on every attempt; their keys are named alike."""
    path, now = f"/api/v1/rewards/{_held_reward(f)}/fulfil", time.time_ns() // 1000
    second = done(create_key("second", scopes=["*"], asked=Asking(f.workspace, now, "olga"))).text
    staff = [f, Field(f.arena, f.workspace, second)]
    return [staff[n % 2].asked("POST", path, {"reference": f"bank-{n % 2}"}, f"click-{n // 4}") for n in range(10)]


def _one_payout(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {200: 10}, statuses(answers)
    said: dict[tuple[int, int], set[bytes]] = {}
    for n, answer in enumerate(answers):
        said.setdefault((n % 2, n // 4), set()).add(answer.body)
    assert all(len(bodies) == 1 for bodies in said.values()), "one key, two answers"
    outcomes = Counter(json.loads(body)["outcome"] for bodies in said.values() for body in bodies)
    assert outcomes == {"handed_over": 1, "already_handed_over": 5}, outcomes
    mine = "workspace_id = %(ws)s::uuid"
    assert f.count(f"SELECT COUNT(*) FROM store_handover WHERE {mine}") == 1, "paid out twice"
    assert f.count(f"SELECT COUNT(*) FROM store_transfer WHERE {mine} AND purpose = 'spend'") == 1, "booked twice"
    assert f.count(f"SELECT COUNT(*) FROM store_act WHERE {mine} AND verb = 'reward.fulfil'") == 1


def _credit_in_two_carts(f: Field) -> list[Asked]:
    f.tell(sign_up("ben"), f.buy("ben", "o1"))
    person = f.items("/api/v1/rewards")[0]["beneficiary"]
    f.memory["wanted"] = wanted = {"person": person, "amount_minor": 500, "currency": "EUR"}
    return [f.asked("POST", "/api/v1/credit/reservations", {**wanted, "order": f"c{n}"}, f"k{n}") for n in range(10)]


def _one_cart(f: Field, answers: list[Said]) -> None:
    assert statuses(answers) == {200: 1, 409: 9}, statuses(answers)
    assert {a.problem for a in answers if a.status == 409} == {"insufficient_credit"}


def _one_key_two_amounts(f: Field) -> list[Asked]:
    f.tell(sign_up("ben"), f.buy("ben", "o1"))
    person = f.items("/api/v1/rewards")[0]["beneficiary"]
    wanted = {"person": person, "currency": "EUR", "order": "c1"}
    path, amounts = "/api/v1/credit/reservations", (200, 300)
    asked = [f.asked("POST", path, {**wanted, "amount_minor": amounts[n % 2]}, "one-key") for n in range(20)]
    rival = _rival(f)
    rival.tell(sign_up("ben"), rival.buy("ben", "o1"))
    wanted["person"] = rival.items("/api/v1/rewards")[0]["beneficiary"]
    return [*asked, rival.asked("POST", path, {**wanted, "amount_minor": 400}, "one-key")]


def _rival(f: Field) -> Field:
    """Another firm in the same installation."""
    ((workspace, key),) = open_fields(1, CREDIT, f"rival-{f.workspace}")
    return Field(f.arena, workspace, key)


def _one_amount(f: Field, answers: list[Said]) -> None:
    *answers, rivals = answers
    assert (rivals.status, rivals.json["amount_minor"]) == (200, 400), "a key reached across workspaces"
    assert "idempotent-replayed" not in rivals.headers, "a key reached across workspaces"
    assert statuses(answers) == {200: 10, 422: 10}, statuses(answers)
    assert {a.problem for a in answers if a.status == 422} == {"idempotency_key_reused"}
    right = [a for a in answers if a.status == 200]
    assert len({a.body for a in right}) == 1
    assert sum(a.headers.get("idempotent-replayed") == "true" for a in right) == 9
    assert f.count("SELECT COUNT(*) FROM store_creditreservation WHERE workspace_id = %(ws)s::uuid") == 1


def _keys_that_were_forgotten(f: Field) -> list[Asked]:
    f.tell(sign_up("ben"))
    event = f.buy("ben", "o1")
    f.post("/api/v1/events", event, "kept-30-days")
    assert forget_keys(f.workspace, time.time_ns() // 1000 + 1) == 1
    return [f.asked("POST", "/api/v1/events", event, ("kept-30-days", f"new-{n}")[n % 2]) for n in range(20)]


def _blocked_by_the_natural_key(f: Field, answers: list[Said]) -> None:
    assert set(statuses(answers)) == {200}, statuses(answers)
    assert f.count(REWARDS) == 1


ATTACKS = (
    Attack("A01", "50 redeem one voucher", GIFT, _redeem_one_voucher, _one_redemption),
    Attack("A02", "50 customers for a limit of 10", TEN, _fifty_friends, _ten_rewards),
    Attack("A03", "20 orders of one customer with a limit of 1", ONCE, _twenty_orders_of_one, _one_reward),
    Attack("A04", "40 rewards for a budget of 20", BUDGET, _forty_for_a_budget_of_twenty, _twenty_rewards),
    Attack("A05", "one order by three routes, under 23 event ids", BOTH, _one_order_by_three_routes, _one_conversion),
    Attack("A06", "approve and deny", HELD, _approve_and_deny, _one_end),
    Attack("A07", "approve twice", HELD, _approve_twice, _one_approval),
    Attack("A07b", "pay out twice, by two who click twice", MONEY, _pay_out_twice, _one_payout),
    Attack("A08", "credit in ten carts", CREDIT, _credit_in_two_carts, _one_cart),
    Attack("A10", "one key with two amounts and in two workspaces", CREDIT, _one_key_two_amounts, _one_amount),
    Attack("A11", "a key that was forgotten", CREDIT, _keys_that_were_forgotten, _blocked_by_the_natural_key),
)


def open_fields(count: int, program: str, prefix: str) -> list[tuple[str, str]]:
    """Workspaces with this program, each with a key: (workspace, key)."""
    now = time.time_ns() // 1000 - 60_000_000
    made = []
    for n in range(count):
        workspace = ensure_workspace(slug=f"{prefix}-{n}", now=now)
        apply_program(program, workspace=workspace, now=now, actor="olga")
        made.append((workspace, done(create_key("storm", scopes=["*"], asked=Asking(workspace, now, "olga"))).text))
    return made


def play(attack: Attack, arena: Arena, workspace: str, key: str) -> None:
    """One round: prepare, send all at once, judge; the books balance."""
    ground = Field(arena, workspace, key)
    asked = attack.prepare(ground)
    answers = [_patient(arena, *pair) for pair in zip(asked, arena.volley(asked), strict=True)]
    attack.judge(ground, answers)
    assert_books_balance(workspace)


def _patient(arena: Arena, asked: Asked, said: Said) -> Said:
    """Who is told that too much is waiting asks again, as the answer says."""
    for _ in range(30):
        if said.status != 503 and said.problem != "busy":
            break
        time.sleep(float(said.headers["retry-after"]))
        said = arena.call(*asked)
    return said
