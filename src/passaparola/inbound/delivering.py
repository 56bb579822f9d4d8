"""The delivery loop of the server: what was decided is handed to the listeners; what is due is leased, sent, and written down."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from django.conf import settings
from django.db import connection

from passaparola.actions.conflicts import Conflict
from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.outbox.sending import Sender
from passaparola.actions.webhooks.replay import Rests, forget_deliveries, replay_on
from passaparola.actions.webhooks.sending import webhook_sender
from passaparola.actions.writer import LOST, QueueFull, Unanswered, WriterStopped, lost_connection
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.mailing import the_mail_sender
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now

EVERY = 0.5
FORGET_EVERY = 3600.0
PATIENCE = 60.0  # with the writer
BATCHES = 20  # handed out in one round, so that mails and webhooks are not kept waiting by an import
_rests = Rests()
logger = logging.getLogger(__name__)


def the_senders() -> tuple[Sender, ...]:
    """What this installation delivers."""
    return (the_mail_sender(), webhook_sender(the_keyring(), settings.WEBHOOK_NETWORKS))


def deliver(stopping: threading.Event, leading: threading.Event) -> None:
    """Run until told to stop, while this process has the clock's lock (`leading`). Two at once deliver nothing twice: they lease."""
    woken = threading.Event()
    desks = [Desk(sender, woken) for sender in the_senders()]
    forgotten = time.monotonic()
    try:
        while not stopping.is_set():
            woken.wait(EVERY)
            woken.clear()
            for desk in desks:
                _safely(desk.record)
            if leading.is_set():
                _round(desks)
                if time.monotonic() - forgotten > FORGET_EVERY:
                    forgotten = time.monotonic()
                    _safely(forget)
    finally:
        for desk in desks:
            desk.close()
            _safely(desk.record)
        the_mail_sender().close()
        connection.close()


def _round(desks: Sequence["Desk"]) -> None:
    _safely(hand_out)
    _safely(tell_again)
    for desk in desks:
        _safely(desk.lease)


def hand_out() -> None:
    """Let the listeners hear what waits in the outbox."""
    for _ in range(BATCHES):
        if not the_writer().run(lambda: fan_out(keys=the_keyring(), now=now()), seconds=600):
            return


def tell_again() -> None:
    """Go on with replays, a batch of each a round."""
    the_writer().run(lambda: replay_on(now=now(), rests=_rests), seconds=60)


def forget() -> None:
    """Remove what was told long ago."""
    the_writer().run(lambda: forget_deliveries(now=now()), seconds=600)


def _safely(call: Callable[[], object]) -> None:
    """Whatever it was, the next round tries again."""
    try:
        call()
    except Exception as problem:
        logger.exception("delivering: %s failed", getattr(call, "__qualname__", call))
        lost_connection(problem)


@dataclass(slots=True)
class Desk:
    """One sender with its threads and what they have done that is not yet written down."""

    sender: Sender
    woken: threading.Event
    begun: int = 0  # counted by whoever leases
    ended: int = 0  # counted by whoever writes down
    done: SimpleQueue[tuple[Any, Any] | None] = field(default_factory=SimpleQueue)
    unrecorded: list[tuple[Any, Any]] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.sender.width, thread_name_prefix=self.sender.name)

    def lease(self) -> None:
        """Take as much as there are hands: what is leased is begun at once."""
        if self.room > 0:
            the_writer().run(self._begin, seconds=PATIENCE)

    @property
    def room(self) -> int:
        return self.sender.width - (self.begun - self.ended)

    def _begin(self) -> None:
        """Where the writer has so much to do that nobody waits for the lease any more, what it took is begun all the same."""
        for job in self.sender.lease(self.room, now=now()) if self.room > 0 else ():
            self.begun += 1
            self.pool.submit(self._send, job)

    def _send(self, job: Any) -> None:
        try:
            self.done.put((job, self.sender.send(job)))
        except Exception:
            logger.exception("%s: sending broke; it is tried again when its lease is over", self.sender.name)
            self.done.put(None)
        self.woken.set()

    def record(self) -> None:
        """Write down all that came back. Kept for the next round while the database cannot be reached."""
        while not self.done.empty():
            came = self.done.get()
            self.ended += 1
            if came is not None:
                self.unrecorded.append(came)
        if not self.unrecorded:
            return
        done, self.unrecorded = self.unrecorded, []
        try:
            self._write_down(done)
        except (*LOST, QueueFull, WriterStopped, Conflict):
            self.unrecorded = done
            raise
        except Unanswered:
            raise  # it is written down when the writer comes to it
        except Exception:
            logger.exception("%s: what was sent is written down one by one", self.sender.name)
            for one in done:
                self._alone(one)

    def _alone(self, one: tuple[Any, Any]) -> None:
        try:
            self._write_down([one])
        except Exception:
            logger.exception(
                "%s: what came of one sending is lost; it is tried again when its lease is over", self.sender.name
            )

    def _write_down(self, done: list[tuple[Any, Any]]) -> None:
        the_writer().run(lambda: self.sender.record(done, now=now()), seconds=PATIENCE)

    def close(self) -> None:
        """Wait for what is being sent: every send has its own limit of time."""
        self.pool.shutdown(wait=True, cancel_futures=True)
