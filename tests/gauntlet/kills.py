"""A client that never gives up, a server that is killed again and again, and the account of both."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from passaparola.store.session import reading
from tests.gauntlet.arena import Arena
from tests.gauntlet.attacks import sign_up
from tests.ledger_clean import assert_books_balance, assert_log_gives_the_books
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
Reward = tuple[Any, ...]  # friend, side, beneficiary, state, amount


@dataclass
class Customers:
    """Eight connections' worth of friends who sign up and buy. Each event is sent until it is answered; what was answered is remembered."""

    arena: Arena
    key: str
    pause: float = 0.0  # after each answer
    answered: dict[str, str] = field(default_factory=dict)  # event id → our id of it, as answered
    tried_again: int = 0
    problems: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._gate = threading.Lock()
        self.threads = [threading.Thread(target=self._shop, args=(n,), daemon=True) for n in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait_for_more(self, count: int = 20, seconds: float = 60) -> None:
        """A kill of a server that does nothing proves nothing."""
        before, deadline = len(self.answered), time.monotonic() + seconds
        while len(self.answered) < before + count:
            assert time.monotonic() < deadline, f"{len(self.answered)} answers, and no more come"
            time.sleep(0.01)

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
                    self.answered[event["id"]] = said.json["id"]
                time.sleep(self.pause)
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
        customers.wait_for_more()
        time.sleep(draw.uniform(0.0, 1.2))
        if postgres is not None and n % 3 == 2:
            postgres.kill9()
            time.sleep(draw.uniform(0.0, 0.3))
            postgres.start()
        else:
            arena.kill()
            arena.start()
    time.sleep(0.5)


def account(customers: Customers, workspace: str) -> str:
    """Every answered event is there under the id that was answered, nothing has its effect twice, and the books balance. In words."""
    assert not customers.problems, customers.problems[:5]
    stored = _stored(workspace)
    lost = {event for event, key in customers.answered.items() if key not in stored.get(event, [])}
    assert not lost, f"{len(lost)} of {len(customers.answered)} answered events are lost: {sorted(lost)[:3]}"
    twice = {event for event, keys in stored.items() if len(keys) > 1}
    assert not twice, f"stored twice: {sorted(twice)[:3]}"
    assert set(stored) == set(customers.answered), "an event is there that nobody was told of"
    found, due = _rewards(workspace), _due(stored)
    assert found == due, (
        f"{sum(due.values())} rewards due, {sum(found.values())} given: {sorted((found - due) | (due - found))[:3]}"
    )
    assert_books_balance(workspace)
    assert_log_gives_the_books(workspace)
    return f"{len(stored)} events answered, {customers.tried_again} tries repeated, 0 lost, 0 twice"


def _due(stored: Iterable[str]) -> Counter[Reward]:
    """Counted afresh from the events alone: for each friend who bought, 5.00 to whom they named and 5.00 to themselves."""
    buyers = [event.removeprefix("paid-") for event in stored if event.startswith("paid-")]
    due = [(friend, "advocate", f"a{friend[1:].partition('-')[0]}", "issued", 500) for friend in buyers]
    return Counter([*due, *((friend, "friend", friend, "issued", 500) for friend in buyers)])


def _stored(workspace: str) -> dict[str, list[str]]:
    """The shop's id of each event, and ours."""
    found: dict[str, list[str]] = {}
    with reading() as session:
        for key, name in session.rows(
            "SELECT id, external_id FROM store_event WHERE workspace_id = %(ws)s::uuid", ws=workspace
        ):
            found.setdefault(name, []).append(f"evt_{key}")
    return found


def _rewards(workspace: str) -> Counter[Reward]:
    with reading() as session:
        rows = session.rows(
            "SELECT f.value, r.side, b.value, r.state, r.amount - r.reversed FROM store_reward r"
            " JOIN store_referral x ON x.id = r.referral_id JOIN store_identity f ON f.person_id = x.friend_id"
            " JOIN store_identity b ON b.person_id = r.beneficiary_id WHERE r.workspace_id = %(ws)s::uuid",
            ws=workspace,
        )
    return Counter(rows)
