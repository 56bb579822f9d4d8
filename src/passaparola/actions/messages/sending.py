"""Mail leaves: leased, sent outside any transaction, written down.

At least once with one Message-ID: a process that dies between sending and writing down sends again when the lease is over, and mailboxes
know the mail again by its id. Exactly once is not to be had by SMTP. Two processes lease different mails.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from passaparola.actions.counters import MAIL_SUPPRESSED, MESSAGES
from passaparola.actions.messages.letters import NEWS, Overtaken, Site, letter_of
from passaparola.actions.messages.queue import MessageKind
from passaparola.actions.messages.shares import record_share
from passaparola.actions.writer import LOST
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.outbound.mail.letter import Letter
from passaparola.outbound.mail.post import Outcome, Post, Sending
from passaparola.store.read.messages import MessageRow, SuppressionRow, suppressions
from passaparola.store.session import Conflict, Session, reading, writing
from passaparola.store.write.messages import end_message, messages_wait, set_message_back, suppress, take_messages

LEASE: Instant = 600 * SECOND
WAITS: tuple[Instant, ...] = tuple(
    SECOND * seconds for seconds in (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)
)  # after each try that failed: ten tries in three days
TRIES = len(WAITS) + 1
FIRST_QUIET: Instant = 5 * SECOND  # our own mail server does not take us: doubled each time, at most LONGEST_QUIET
LONGEST_QUIET: Instant = 300 * SECOND
NEVER_AGAIN = frozenset({"bounce", "complaint"})  # to these not even what somebody asked for is sent
SENT, SUPPRESSED, FAILED, DROPPED = "sent", "suppressed", "failed", "dropped"
Taken = tuple[MessageRow, SuppressionRow | None]  # a mail, and what its address wishes
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """One mail that was taken, and what it says."""

    row: MessageRow
    letter: Letter


@dataclass(slots=True)
class MailSender:
    """The sender of mails, as `actions.outbox.sending.Sender` has it."""

    site: Site
    post: Post = field(default_factory=Post)
    name: str = "mail"
    width: int = 4
    quiet_until: Instant = 0
    quiet: Instant = FIRST_QUIET

    def lease(self, room: int, *, now: Instant) -> Sequence[Job]:
        """Take what is due, of workspaces whose mail is not paused. What must not be sent ends here and is not handed out."""
        if now < self.quiet_until:
            return ()
        with reading() as session:
            if not messages_wait(session, now):
                return ()
        try:
            with writing() as session:
                taken = _take(session, room, now)
                jobs = self._jobs(session, taken, now)
        except (*LOST, Conflict):
            raise
        except Exception:
            logger.exception("mails are taken one by one: a letter could not be written")
            return self._one_by_one(room, now)
        _count(taken)
        return jobs

    def send(self, job: Job) -> Outcome:
        """Hand it to the mail server."""
        return self.post.send(job.letter)

    def record(self, done: Sequence[tuple[Job, Outcome]], *, now: Instant) -> None:
        """Write down what came of each. Invitations that left are told to attribution first, under the mail's id."""
        for job, outcome in done:
            if job.row.kind == MessageKind.INVITE and outcome.sending == Sending.SENT:
                _tell_attribution(job.row, now, self.site.keys)
        with writing() as session:
            for job, outcome in done:
                _write_down(session, job.row, outcome, now)
        for _, outcome in done:
            MESSAGES.labels(str(outcome.sending)).inc()
        self._listen_to_server([outcome for _, outcome in done], now)

    def close(self) -> None:
        """End the connections to the mail server."""
        self.post.close()

    def _one_by_one(self, room: int, now: Instant) -> list[Job]:
        """The letter that cannot be written keeps its lease, is tried again when that is over, and ends when it was tried too often."""
        with writing() as session:
            taken = _take(session, room, now)
        jobs: list[Job] = []
        for one in taken:
            try:
                with writing() as session:
                    made = self._jobs(session, [one], now)
            except Exception:
                logger.exception("a letter could not be written", extra={"mail": one[0].id})
            else:
                _count([one])
                jobs += made
        return jobs

    def _jobs(self, session: Session, taken: Sequence[Taken], now: Instant) -> list[Job]:
        made = [self._job(session, row, wish, now) for row, wish in taken]
        return [job for job in made if job is not None]

    def _job(self, session: Session, row: MessageRow, wish: SuppressionRow | None, now: Instant) -> Job | None:
        if wish is not None and _is_unwanted(row, wish):
            end_message(session, row, SUPPRESSED, wish.reason, now)
            return None
        if row.attempts > TRIES:
            end_message(session, row, FAILED, "gave_up", now)
            return None
        try:
            return Job(row, letter_of(session, row, self.site, now))
        except Overtaken as problem:
            end_message(session, row, DROPPED, str(problem), now)
            return None

    def _listen_to_server(self, outcomes: Sequence[Outcome], now: Instant) -> None:
        """While our own server takes nothing, ask it less and less often; no mail loses a try by it."""
        if any(o.sending != Sending.UNREACHABLE for o in outcomes):
            self.quiet_until, self.quiet = 0, FIRST_QUIET
        elif outcomes:
            self.quiet_until = now + self.quiet
            self.quiet = min(2 * self.quiet, LONGEST_QUIET)


def _take(session: Session, room: int, now: Instant) -> list[Taken]:
    taken = take_messages(session, now=now, until=now + LEASE, limit=room)
    known = suppressions(session, [row.address_mac for row in taken]) if taken else {}
    return [(row, known.get(row.address_mac)) for row in taken]


def _count(taken: Sequence[Taken]) -> None:
    MAIL_SUPPRESSED.inc(sum(_is_unwanted(row, wish) for row, wish in taken))


def _is_unwanted(row: MessageRow, wish: SuppressionRow | None) -> bool:
    return wish is not None and (row.kind in NEWS or wish.reason in NEVER_AGAIN)


def _tell_attribution(row: MessageRow, now: Instant, keys: Keyring) -> None:
    try:
        record_share(row, now, keys)
    except (*LOST, Conflict):
        raise  # written down later, without sending it again
    except Exception:  # the friend has the mail: sending it again would be worse
        logger.exception("an invitation was sent and could not be recorded", extra={"mail": row.id})


def _write_down(session: Session, row: MessageRow, outcome: Outcome, now: Instant) -> None:
    if outcome.sending == Sending.SENT:
        end_message(session, row, SENT, "", now)
    elif outcome.sending == Sending.UNREACHABLE:
        set_message_back(session, row, until=row.due_at, reason=outcome.reason, counts=False)
    elif outcome.sending == Sending.LATER and row.attempts < TRIES:
        set_message_back(session, row, until=now + wait(row), reason=outcome.reason, counts=True)
    else:
        end_message(session, row, FAILED, outcome.reason, now)
        if outcome.bounced:
            suppress(session, row.address_mac, "bounce", now)


def wait(row: MessageRow) -> Instant:
    """How long a mail waits after this try: longer each time, and up to a fifth more, so that those that failed together do not come
    back together. The fraction follows from the mail's id."""
    whole = WAITS[min(row.attempts, len(WAITS)) - 1]
    return whole + whole * int(row.id[-2:], 16) // 1280
