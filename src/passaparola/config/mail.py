"""Where mails go, from one address: an SMTP server, or a folder of files that a person can open."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FOLDER = "passaparola.outbound.mail.folder.FolderBackend"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
SECONDS = 20
_NAME = "PASSAPAROLA_MAIL_URL"
_SHAPES = (
    "Write smtp://user:password@host:587?tls=starttls, smtps://user:password@host:465, or folder: for files in the data folder. "
    "A character such as @ or / in the password is written as %40 or %2F."
)


class MailServer(NamedTuple):
    """In Django's words. `folder` is empty with SMTP, and with `folder:` alone, which means `mail` in the data folder."""

    backend: str = FOLDER
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    seconds: int = SECONDS
    folder: str = ""

    @property
    def smtp(self) -> bool:
        return self.backend == SMTP

    @property
    def encrypted(self) -> bool:
        return self.starttls or self.tls

    def place(self, data: Path) -> Path:
        """Where the files of a folder lie."""
        return Path(self.folder) if self.folder else data / "mail"


def mail_server(url: str) -> MailServer:
    """What an address means. Without one: the folder, so that nothing is ever sent by surprise. Raises ImproperlyConfigured, and never
    repeats the address, which may hold a password."""
    try:
        parts = urlsplit(url or "folder:")
        port = parts.port
    except ValueError:
        raise _wrong("cannot be read") from None
    if parts.scheme == "folder":
        return MailServer(folder=_folder(parts))
    if parts.scheme not in ("smtp", "smtps"):
        raise _wrong(f"begins with {parts.scheme + ':' if parts.scheme else 'no scheme'}")
    if not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise _wrong("names no server, or more than a server")
    if parts.password is not None and not parts.username:
        raise _wrong("has a password and no user")
    return _smtp(parts, port)


def _smtp(parts: SplitResult, port: int | None) -> MailServer:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host, implicit = parts.hostname or "", parts.scheme == "smtps"
    how = options.pop("tls", "none" if implicit or host in LOCAL else "starttls")
    seconds = options.pop("timeout", str(SECONDS))
    if options:
        raise _wrong(f"has the option {min(options)!r}, which is not known; there are tls and timeout")
    if how not in ("starttls", "none") or (implicit and how != "none"):
        raise _wrong("has another tls than starttls or none; smtps: is encrypted from the beginning")
    if not seconds.isascii() or not seconds.isdigit() or not 1 <= int(seconds) <= 120:
        raise _wrong("has another timeout than 1 to 120 seconds")
    port = port or (465 if implicit else 587 if how == "starttls" else 25)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(SMTP, host, port, user, password, how == "starttls", implicit, int(seconds))


def _folder(parts: SplitResult) -> str:
    path = unquote(parts.path)
    if parts.netloc or parts.query or (path and not Path(path).is_absolute()):
        raise _wrong("names a folder that is no absolute path, such as folder:/srv/mail")
    return path


def mail_from(address: str, *, public_url: str) -> str:
    """The sender of every mail: the address given, or one at the public host. Raises ImproperlyConfigured."""
    if not address:
        return f"no-reply@{urlsplit(public_url).hostname or 'localhost'}"
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or not address.isprintable() or any(c in address for c in ' ,;<>"'):
        raise ImproperlyConfigured(
            f"PASSAPAROLA_MAIL_FROM is {address!r}. Set it to one address and nothing else: refer@example.com"
        )
    return address


def _wrong(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{_NAME} {what}. {_SHAPES}")
