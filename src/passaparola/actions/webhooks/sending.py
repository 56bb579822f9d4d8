"""The sender of webhooks: a few at once for each endpoint, so that a slow one keeps nobody waiting."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson

from passaparola.actions.counters import WEBHOOKS
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.webhooks.secret import UnableToOpen, open_secret
from passaparola.domain.deliveries import ATTEMPTS, next_attempt
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.outbound.webhooks.addresses import Networks
from passaparola.outbound.webhooks.calling import Answer, Call, Problem, call
from passaparola.outbound.webhooks.signing import UnableToSign, key_of
from passaparola.store.read.webhooks import EndpointRow, contact_of, endpoints_with_work
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.outbox import write_fan_out
from passaparola.store.write.plan import Plan
from passaparola.store.write.webhooks import (
    Leased,
    Tried,
    disable_endpoint,
    drop_waiting,
    lease_deliveries,
    record_attempt,
)

LEASE: Instant = (
    90 * SECOND
)  # longer than a call can take (15 s, with the look-up of its name) and its being written down
WIDTH, EACH = 32, 4
SLOW = 2000  # milliseconds: an endpoint that fails or takes longer has one call at a time
LONGEST_REST: Instant = 3600 * SECOND
BUSY = frozenset({429, 502, 503, 504})
DISABLED = "webhook_disabled"
FAILING, GONE = "failing", "gone"


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery with what it takes to send it."""

    leased: Leased
    url: str
    keys: tuple[bytes, ...]
    at: Instant


@dataclass(slots=True)
class WebhookSender:
    """Leases, sends and records webhooks. What it remembers only spares work: the database says what is whose.

    `called` is told the outcome of each attempt, for metrics.
    """

    keys: Keyring
    call: Callable[[Call], Answer]
    called: Callable[[str], None] = lambda _: None
    name: str = "webhooks"
    width: int = WIDTH
    _busy: Counter[str] = field(default_factory=Counter)
    _slow: set[str] = field(default_factory=set)
    _rest: dict[str, Instant] = field(default_factory=dict)
    _turns: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lease(self, room: int, *, now: Instant) -> Sequence[Job]:
        """Take what is due: at most four calls at once for an endpoint, one where it is slow or fails, none while it asked for rest."""
        with reading() as session:
            waiting = [e for e in endpoints_with_work(session, now) if self._room_for(e.id, now) > 0]
        if not waiting:
            return []
        waiting.sort(key=lambda e: (self._busy[e.id], self._turns.get(e.id, 0), e.id))
        jobs: list[Job] = []
        with writing() as session:
            for endpoint in waiting:
                if len(jobs) >= room:
                    break
                jobs += self._lease_of(session, endpoint, room - len(jobs), now)
        with self._lock:
            self._busy.update(job.leased.endpoint for job in jobs)
        return jobs

    def send(self, job: Job) -> Answer:
        """Call the endpoint. Never touches the database."""
        try:
            body = job.leased.body.encode()
            asked = Call(job.url, job.leased.message, body, job.keys, job.at // SECOND)
            answer = self.call(asked)
            self._learn(job, answer)
            return answer
        finally:
            with self._lock:
                self._busy[job.leased.endpoint] -= 1

    def record(self, done: Sequence[tuple[Job, Answer]], *, now: Instant) -> None:
        """Write down what came of each. An endpoint that is gone, or has failed to the end, is disabled, and its operator told."""
        with writing() as session:
            for job, answer in sorted(done, key=lambda pair: pair[0].leased.id):
                _record(session, job, answer, self.keys, now)
        for _, answer in done:
            self.called(str(answer.problem or "delivered"))

    def _room_for(self, endpoint: str, now: Instant) -> int:
        if self._rest.get(endpoint, 0) > now:
            return 0
        return (1 if endpoint in self._slow else EACH) - self._busy[endpoint]

    def _lease_of(self, session: Session, endpoint: EndpointRow, room: int, now: Instant) -> list[Job]:
        self._turns[endpoint.id] = now
        few = min(room, self._room_for(endpoint.id, now))
        leased = lease_deliveries(session, endpoint.id, room=few, now=now, until=now + LEASE)
        keys = _keys(endpoint, self.keys, now)
        jobs = []
        for one in leased:
            if one.attempts > ATTEMPTS:  # each time the process died while it sent
                _record(session, Job(one, endpoint.url, keys, now), Answer(0, problem=Problem.BROKEN), self.keys, now)
            else:
                jobs.append(Job(one, endpoint.url, keys, now))
        return jobs

    def _learn(self, job: Job, answer: Answer) -> None:
        endpoint = job.leased.endpoint
        with self._lock:
            if answer.problem is None and answer.milliseconds < SLOW:
                self._slow.discard(endpoint)
            else:
                self._slow.add(endpoint)
            if answer.status in BUSY and answer.retry_after:
                self._rest[endpoint] = job.at + min(answer.retry_after * SECOND, LONGEST_REST)


def webhook_sender(keys: Keyring, networks: Networks) -> WebhookSender:
    """The sender of an installation: it calls public addresses, and those of `networks`."""
    return WebhookSender(
        keys, lambda asked: call(asked, networks=networks), lambda result: WEBHOOKS.labels(result).inc()
    )


def _keys(endpoint: EndpointRow, keys: Keyring, now: Instant) -> tuple[bytes, ...]:
    """The secrets that sign: the new one, and while they overlap the one before. None when they cannot be read: then nothing is sent."""
    sealed = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until is not None and endpoint.old_secret_until > now:
        sealed.append(endpoint.old_secret)
    try:
        return tuple(key_of(open_secret(keys, endpoint.id, text)) for text in sealed)
    except (UnableToOpen, UnableToSign):
        return ()


def _record(session: Session, job: Job, answer: Answer, keys: Keyring, now: Instant) -> None:
    leased = job.leased
    gone = answer.problem in (Problem.GONE, Problem.UNSIGNED)
    later = None
    if answer.problem is not None and not gone:
        later = next_attempt(leased.id, leased.attempts, now, answer.retry_after if answer.status in BUSY else None)
    tried = Tried(
        leased,
        now,
        answer.milliseconds,
        answer.status,
        str(answer.problem or ""),
        answer.text if answer.status else "",
        later,
    )
    if not record_attempt(session, tried) or answer.problem is None or later is not None:
        return
    reason = str(answer.problem) if gone else FAILING
    if disable_endpoint(session, leased.workspace, leased.endpoint, reason):
        drop_waiting(session, leased.workspace, leased.endpoint, now)
        _tell_operator(session, leased, reason, keys, now)


def _tell_operator(session: Session, leased: Leased, reason: str, keys: Keyring, now: Instant) -> None:
    """A finding, and a mail where the workspace says to whom."""
    plan = Plan(leased.workspace, at=now)
    detail = {"endpoint": leased.endpoint, "delivery": leased.id, "reason": reason}
    plan.find(DISABLED, f"{leased.endpoint}:{now}", orjson.dumps(detail).decode(), now)
    address = contact_of(session, leased.workspace)
    if address:
        facts = {"endpoint": leased.endpoint, "reason": reason}
        mail = NewMessage(
            f"endpoint_disabled:{leased.endpoint}:{now}", MessageKind.ENDPOINT_DISABLED, address, facts=facts
        )
        queue_message(plan, keys, mail, now)
    write_fan_out(session, plan, (), now)
