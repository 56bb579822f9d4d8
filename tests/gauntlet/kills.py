"""A client that never gives up, a server that is killed again and again, and the account of both."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from passaparola.store.session import reading
from tests.gauntlet.arena import Arena
from tests.gauntlet.attacks import sign_up
from tests.ledger_clean import assert_books_balance
from tests.postgres import PostgresServer

PROGRAM = """
program: kills
name: Kills
currency: EUR
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
  - {side: friend, kind: voucher, amount: 5.00}
"""
CLIENTS = 8


@dataclass
class Customers:
    """Eight connections' worth of friends who sign up and buy. Each event is sent until it is answered; what was answered is remembered."""

    arena: Arena
    key: str
    answered: dict[str, int] = field(default_factory=dict)  # event id → status of the first answer
    tried_again: int = 0
    problems: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._gate = threading.Lock()
        self.threads = [threading.Thread(target=self._shop, args=(n,), daemon=True) for n in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let every event that was begun be answered."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def _shop(self, line: int) -> None:
        number = 0
        while not self.stopping.is_set():
            friend = f"f{line}-{number}"
            self._insist({**sign_up(friend), "referred_by": f"a{line}"})
            buy = {"type": "purchase", "person": friend, "amount_minor": 5000, "currency": "EUR"}
            self._insist({"id": f"paid-{friend}", "order": f"o-{friend}", **buy})
            number += 1

    def _insist(self, event: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        for attempt in range(2_000):
            said = self.arena.call("POST", "/api/v1/events", event, headers)
            if said.status in (200, 201):
                with self._gate:
                    self.answered[event["id"]] = said.status
                return
            if said.status not in (0, 409, 500, 503):
                self.problems.append(f"{event['id']}: {said.status} {said.body[:200]!r}")
                return
            with self._gate:
                self.tried_again += 1
            time.sleep(min(0.01 * (attempt + 1), 0.1))
        self.problems.append(f"{event['id']} was never answered")


def kill_often(
    arena: Arena, customers: Customers, kills: int, draw: random.Random, postgres: PostgresServer | None
) -> None:
    """Kill the server, and every third time the whole of PostgreSQL, at random moments; start again what was killed."""
    customers.start()
    for n in range(kills):
        time.sleep(draw.uniform(0.3, 1.5))
        if postgres is not None and n % 3 == 2:
            postgres.kill9()
            time.sleep(draw.uniform(0.0, 0.3))
            postgres.start()
        else:
            arena.kill()
            arena.start()
    time.sleep(0.5)


def account(customers: Customers, workspace: str) -> str:
    """Every answered event is there, nothing has its effect twice, and the books balance. What was seen, in words."""
    assert not customers.problems, customers.problems[:5]
    stored, rewards = _stored(workspace)
    lost = set(customers.answered) - stored
    assert not lost, f"{len(lost)} of {len(customers.answered)} answered events are lost: {sorted(lost)[:3]}"
    paid = [event for event in stored if event.startswith("paid-")]
    for side in ("advocate", "friend"):
        found = rewards.get(side, 0)
        assert found == len(paid), f"{len(paid)} conversions, {found} rewards of the {side}s"
    assert_books_balance(workspace)
    return f"{len(customers.answered)} events answered, {customers.tried_again} tries repeated, 0 lost, 0 twice"


def _stored(workspace: str) -> tuple[set[str], dict[str, int]]:
    with reading() as session:
        events = session.rows("SELECT external_id FROM store_event WHERE workspace_id = %(ws)s::uuid", ws=workspace)
        rewards = session.rows(
            "SELECT side, COUNT(*) FROM store_reward WHERE workspace_id = %(ws)s::uuid GROUP BY side", ws=workspace
        )
    return {row[0] for row in events}, dict(rewards)
