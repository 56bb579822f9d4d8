"""Idempotency keys: kept in the transaction of their effect. A copy of the answer is kept only where it cannot be rebuilt."""

from collections.abc import Sequence

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.read.idempotency import Keyed, StoredAnswer
from passaparola.store.write.plan import Plan


def keep_events(plan: Plan, keyed: Keyed, kept: Sequence[Sequence[str]], now: Instant) -> StoredAnswer:
    """Keep a key whose answer is rebuilt from the outcomes of its events: (event, external id, outcome) each."""
    outcomes = [list(k) for k in kept]
    _add(plan, keyed, 200, "application/json", None, orjson.dumps(outcomes).decode(), now)
    return StoredAnswer(keyed.fingerprint, 200, "application/json", None, outcomes, now)


def keep_answer(
    plan: Plan, keyed: Keyed, status: int, body: str, now: Instant, content_type: str = "application/json"
) -> None:
    """Keep a key with the answer itself."""
    _add(plan, keyed, status, content_type, body, None, now)


def _add(
    plan: Plan, keyed: Keyed, status: int, content_type: str, body: str | None, events: str | None, now: Instant
) -> None:
    plan.add(
        "idempotencykey", new_id(), plan.workspace, keyed.principal, keyed.route, keyed.key, keyed.fingerprint, status, content_type,
        body, events, now,
    )  # fmt: skip
