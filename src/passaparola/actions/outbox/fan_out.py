"""Hand the outbox to the listeners: in batches, once, and past whatever breaks one of them."""

import logging
from collections.abc import Sequence
from itertools import groupby

import orjson

from passaparola.actions.messages.due import messages_due
from passaparola.actions.outbox.listening import FanOut, Listener
from passaparola.actions.webhooks.due import webhooks_due
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.notices import Notice, notice_id
from passaparola.store.read.outbox import OutboxRow, outbox_waits, waiting_rows
from passaparola.store.session import LockTimeout, Session, reading, writing
from passaparola.store.write.outbox import set_outbox_back, take_outbox, take_these, write_fan_out
from passaparola.store.write.plan import Plan

LISTENERS: tuple[Listener, ...] = (messages_due, webhooks_due)
BATCH = 500
TRIES = 8
FIRST_WAIT: Instant = 5 * SECOND  # doubled each time: the eighth try is ten minutes after the first
DEAD_LETTER = "outbox_dead_letter"
logger = logging.getLogger(__name__)


def fan_out(*, keys: Keyring, now: Instant, listeners: Sequence[Listener] | None = None, limit: int = BATCH) -> int:
    """Let every listener hear what waits, oldest first, at most `limit` rows; how many were dealt with. 0: nothing waits.

    Rows are marked done in the commit that writes what follows from them. When a listener breaks, or what it asks for cannot be written,
    the rows are tried one by one; the one that breaks it waits, longer each time, and after 8 tries is a finding `outbox_dead_letter`.
    """
    heard = LISTENERS if listeners is None else listeners
    with reading() as session:
        if not outbox_waits(session, now):
            return 0
    try:
        with writing() as session:
            rows = take_outbox(session, now=now, limit=limit)
            _hear(session, rows, heard, keys, now)
            return len(rows)
    except LockTimeout:
        return 0  # another process is at the same rows: they are done soon, or wait for the next round
    except Exception:
        logger.exception("the outbox is handed out row by row: a batch could not be")
    with reading() as session:
        rows = waiting_rows(session, now=now, limit=limit)
    for row in rows:
        _alone(row, heard, keys, now)
    return len(rows)


def _alone(row: OutboxRow, heard: Sequence[Listener], keys: Keyring, now: Instant) -> None:
    try:
        with writing() as session:
            _hear(session, take_these(session, [row.id], now=now), heard, keys, now)
    except LockTimeout:
        return
    except Exception as problem:
        logger.exception("outbox %s could not be handed out", row.id)
        _set_back(row, problem, now)


def _set_back(row: OutboxRow, problem: Exception, now: Instant) -> None:
    tries = row.attempts + 1
    with writing() as session:
        if tries < TRIES:
            set_outbox_back(session, row, until=now + FIRST_WAIT * 2**row.attempts)
            return
        set_outbox_back(session, row, until=None)
        plan = Plan(row.workspace, at=now)
        detail = {"outbox": row.id, "cause": row.cause, "tries": tries, "problem": type(problem).__name__}
        plan.find(DEAD_LETTER, row.id, orjson.dumps(detail).decode(), now)
        write_fan_out(session, plan, (), now)


def _hear(session: Session, rows: Sequence[OutboxRow], heard: Sequence[Listener], keys: Keyring, now: Instant) -> None:
    for workspace, found in groupby(sorted(rows, key=lambda r: (r.workspace, r.at, r.id)), lambda r: r.workspace):
        notices = [notice for row in found for notice in notices_of(row)]
        out = FanOut(Plan(workspace, at=now), keys, now)
        for listen in heard:
            listen(session, workspace, notices, out)
        write_fan_out(session, out.plan, out.deliveries, now)


def notices_of(row: OutboxRow) -> list[Notice]:
    """The notices of an outbox row, each with the id that it always has."""
    return [
        Notice(notice_id(row.id, place), told["topic"], told["id"], row.cause, row.at)
        for place, told in enumerate(orjson.loads(row.notices))
    ]
