"""What is counted while it happens, for /metrics. Each name is described in docs/operations.md, and a test says so.

Labels take few values: never a person, a code or an id. Counted after the commit, so that a number is a fact.
"""

import re
from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import Counter, Gauge

from passaparola.store.aside import is_aside
from passaparola.store.write.plan import INSERTS, Plan

CONVERSIONS = Counter(
    "conversion_ingest", "Events that were told, by where from and what became of them", ["source", "result"]
)
REWARD_STATES = Counter("reward_state", "Rewards that came into a state", ["state"])
IDEMPOTENCY_CONFLICTS = Counter("idempotency_conflicts", "Idempotency keys that came again with other input")
MAIL_SUPPRESSED = Counter("mail_suppressed", "Mails that were not sent because the address wants none")
MESSAGES = Counter("messages", "Mails by what became of them", ["result"])
WEBHOOKS = Counter("webhook_deliveries", "Tries to deliver a webhook, by what became of them", ["result"])
VISITS = Counter("visits", "Clicks on links: recorded, kept in the spool for later, lost", ["result"])
WRITER_WAITING = Gauge("writer_waiting", "Callers who wait for the writer", multiprocess_mode="livesum")
BREAKER = "breaker"  # what the reasons begin with
MOST_SOURCES = 32
OTHER = "other"
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,31}")
_MESSAGE_STATE = INSERTS["message"].index("state")
_MESSAGE_REASON = INSERTS["message"].index("reason")
_TO_STATE = INSERTS["rewardtransition"].index("to_state")
_sources: set[str] = set()


def count_events(told: Iterable[tuple[str, str]]) -> None:
    """Count what one commit recorded: source and result of each event."""
    if is_aside():
        return
    for (source, result), number in Tally(told).items():
        CONVERSIONS.labels(source_label(source), result).inc(number)


def count_rewards(plan: Plan) -> None:
    """Count the steps of rewards that one commit wrote."""
    steps = plan.rows["rewardtransition"]
    if not steps or is_aside():
        return
    for state, number in Tally(str(step[_TO_STATE]) for step in steps).items():
        REWARD_STATES.labels(state).inc(number)


def count_held_back(plan: Plan) -> None:
    """Count the mails that one commit kept and did not queue, because the address wants none, or too many were sent."""
    number = sum(row[_MESSAGE_STATE] == "suppressed" for row in plan.rows["message"])
    if number and not is_aside():
        MAIL_SUPPRESSED.inc(number)
    held = sum(str(row[_MESSAGE_REASON]).startswith(BREAKER) for row in plan.rows["message"])
    if held and not is_aside():
        MESSAGES.labels("held_back").inc(held)


def source_label(source: str) -> str:
    """The source, while there are few of them and it looks like a system's name; whoever sends events chooses it."""
    if source in _sources:
        return source
    if len(_sources) >= MOST_SOURCES or not _NAME.fullmatch(source):
        return OTHER
    _sources.add(source)
    return source
