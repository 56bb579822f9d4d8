"""A mail server to deliver to: keeps what it took, and fails as it is told to."""

import asyncio
import contextlib
import email
import email.policy
import logging
from collections import Counter, deque
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail.backends.smtp import EmailBackend

from passaparola.outbound.mail.post import Post
from tests.ports import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)
TAKEN = "250 taken"
LOST_REPLY = "lost reply"  # the mail is kept, and the line breaks before the answer
RESET = "reset"  # the line breaks before anything is kept


class Postbox:
    """`answers` to the next mails, `TAKEN` when there are none; `refused` recipients with the answer they get."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: deque[str] = deque()
        self.refused: dict[str, str] = {}
        self.connections = 0
        self.port = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.popleft() if self.answers else TAKEN
        if answer in (TAKEN, LOST_REPLY):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
            self.recipients.append(list(envelope.rcpt_tos))
        if answer in (LOST_REPLY, RESET):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer if answer[:3].isdigit() else TAKEN

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail, named in zip(self.mails, self.recipients, strict=True) if named == [address]]

    def post(self) -> Post:
        """A way out that leads here."""
        return Post(lambda: EmailBackend(host="127.0.0.1", port=self.port, username="", password="", timeout=60))


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text or the HTML of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    content: Any = part.get_content()
    return str(content)


@contextlib.contextmanager
def postbox() -> Iterator[Postbox]:
    """A running one on a free port."""
    box = Postbox()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=20)
    controller.start()
    box.connections = 0  # it has tried itself
    try:
        yield box
    finally:
        controller.stop()
