"""Mails as files that a person can open: nothing leaves the machine. The default, and what the demo does."""

import os
import secrets
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.text import slugify

_writing = threading.Lock()


class FolderBackend(BaseEmailBackend):
    """For each mail an `.eml` for mail programs, a `.txt` and an `.html`, called after its time and subject. The same mail again takes the
    place of the first."""

    def __init__(self, fail_silently: bool = False, **_: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with _writing:
            for mail in email_messages:
                _keep(mail, mail_folder())
        return len(email_messages)


def mail_folder() -> Path:
    """Where the files are, made when it is missing, for its owner only."""
    folder: Path = settings.MAIL.place(Path(settings.DATA))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep(mail: EmailMessage, folder: Path) -> None:
    message = mail.message()
    mark = blake2b(str(message["Message-ID"]).encode(), digest_size=4).hexdigest()
    known = sorted(folder.glob(f"*-{mark}.eml"))
    time = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    name = known[0].stem if known else f"{time}-{slugify(mail.subject)[:48].strip('-') or 'mail'}-{mark}"
    html = (
        [str(a[0]) for a in mail.alternatives if a[1] == "text/html"]
        if isinstance(mail, EmailMultiAlternatives)
        else []
    )
    for page in html:
        _write(folder / f"{name}.html", page.encode())
    _write(folder / f"{name}.txt", _readable(mail).encode())
    _write(folder / f"{name}.eml", message.as_bytes())


def _readable(mail: EmailMessage) -> str:
    return f"To: {', '.join(mail.to)}\nFrom: {mail.from_email}\nSubject: {mail.subject}\n\n{mail.body}"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
