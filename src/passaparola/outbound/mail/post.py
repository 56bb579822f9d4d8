"""Sends one mail and says what came of it. Connections to the server are kept open for the next one, and have time limits."""

import logging
import smtplib
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from passaparola.domain.values import value
from passaparola.outbound.mail.compose import compose
from passaparola.outbound.mail.folder import FolderBackend
from passaparola.outbound.mail.letter import Letter

MAILS_A_CONNECTION = 100
logger = logging.getLogger(__name__)


class Sending(StrEnum):
    """What became of one try."""

    SENT = "sent"
    REFUSED = "refused"  # final: the recipient's server will never take it
    LATER = "later"  # this mail may be taken another time
    UNREACHABLE = "unreachable"  # our own server did not take us: nothing is wrong with this mail


@value(frozen=True, slots=True)
class Outcome:
    """`reason` is a short name for the log of mails; `bounced`: there is no such mailbox."""

    sending: Sending
    reason: str = ""
    bounced: bool = False


class Post:
    """The way out of the house. `connect` makes a Django mail backend: the one of the settings, unless a test gives another."""

    def __init__(self, connect: Callable[[], BaseEmailBackend] = get_connection) -> None:
        self._connect = connect
        self._gate = threading.Lock()
        self._idle: list[tuple[BaseEmailBackend, int]] = []

    def send(self, letter: Letter) -> Outcome:
        """Send it. Raises nothing that a mail server can cause; what cannot be rendered raises."""
        mail = compose(letter)
        if letter.in_folder:
            FolderBackend().send_messages([mail])
            return Outcome(Sending.SENT)
        taken = self._open()
        return taken if isinstance(taken, Outcome) else self._try(mail, *taken)

    def close(self) -> None:
        """End the connections that wait for the next mail."""
        with self._gate:
            idle, self._idle = self._idle, []
        for backend, _ in idle:
            _closed(backend)

    def _open(self) -> tuple[BaseEmailBackend, int] | Outcome:
        with self._gate:
            kept = self._idle.pop() if self._idle else None
        if kept is not None and _alive(kept[0]):
            return kept
        if kept is not None:
            _closed(kept[0])
        backend = self._connect()
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as problem:
            _closed(backend)
            logger.warning("the mail server cannot be used: %s", type(problem).__name__)
            return Outcome(Sending.UNREACHABLE, "unreachable")
        return backend, 0

    def _try(self, mail: EmailMessage, backend: BaseEmailBackend, used: int) -> Outcome:
        try:
            sent = backend.send_messages([mail])
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            _closed(backend)
            return outcome_of(problem)
        if used + 1 < MAILS_A_CONNECTION:
            with self._gate:
                self._idle.append((backend, used + 1))
        else:
            _closed(backend)
        return Outcome(Sending.SENT) if sent else Outcome(Sending.REFUSED, "no_recipient")


def outcome_of(problem: Exception) -> Outcome:
    """What a failure means: final when the recipient's server says 5xx, another time when it says 4xx or the line breaks."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(problem.recipients.values()), (0, b""))
        return _answered(code, text)
    if isinstance(problem, smtplib.SMTPSenderRefused):
        logger.error("the mail server does not take mails from us: %s", problem.smtp_code)
        return Outcome(Sending.UNREACHABLE, "sender_refused")
    if isinstance(problem, smtplib.SMTPResponseException):
        return _answered(problem.smtp_code, problem.smtp_error)
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return Outcome(Sending.REFUSED, "address_not_supported")
    if isinstance(
        problem, ValueError
    ):  # a header that cannot be written (BadHeaderError), an address that cannot be encoded
        return Outcome(Sending.REFUSED, "unsendable")
    return Outcome(Sending.LATER, "connection_lost")


def _answered(code: int, text: bytes | str) -> Outcome:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    if code < 500:
        return Outcome(Sending.LATER, f"answered_{code}")
    return Outcome(
        Sending.REFUSED, f"answered_{code}", bounced=said.startswith(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"))
    )


def _alive(backend: BaseEmailBackend) -> bool:
    """Whether a kept connection still answers. A server that hung up meanwhile has taken nothing."""
    if not isinstance(backend, EmailBackend) or backend.connection is None:
        return True
    try:
        return int(backend.connection.noop()[0]) == 250
    except (OSError, smtplib.SMTPException):
        return False


def _closed(backend: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):
        backend.close()
