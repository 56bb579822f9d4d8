"""What is said at start when a setting can be read but cannot be right."""

import ipaddress
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  Django's name

from passaparola.config.mail import LOCAL, MailServer


@register(Tags.security)
def settings_fit_together(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Every finding about the settings as they are now."""
    findings = (
        debug_is_private(debug=settings.DEBUG, public_url=settings.PUBLIC_URL),
        hosts_are_named(settings.ALLOWED_HOSTS),
        host_is_allowed(settings.ALLOWED_HOSTS, "PASSAPAROLA_PUBLIC_URL", settings.PUBLIC_URL),
        host_is_allowed(settings.ALLOWED_HOSTS, "PASSAPAROLA_STAFF_URL", settings.STAFF_URL or settings.PUBLIC_URL),
        staff_are_as_encrypted(settings.STAFF_URL, public_url=settings.PUBLIC_URL),
        public_address_is_encrypted(settings.PUBLIC_URL),
        key_file_is_private(settings.DATA / "secret.key"),
        mails_have_a_sender(settings.MAIL, sender=settings.MAIL_FROM),
        mail_password_is_encrypted(settings.MAIL),
    )
    return [finding for finding in findings if finding]


def debug_is_private(*, debug: bool, public_url: str) -> CheckMessage | None:
    if debug and not is_local(public_url):
        return Error(
            f"PASSAPAROLA_DEBUG is on while PASSAPAROLA_PUBLIC_URL is {public_url}: error pages would show secrets.",
            hint="Set PASSAPAROLA_DEBUG to 0.",
            id="passaparola.E001",
        )
    return None


def hosts_are_named(hosts: Sequence[str]) -> CheckMessage | None:
    if any(host == "*" or host.strip(".") == "" for host in hosts):
        return Error(
            "PASSAPAROLA_HOSTS admits every host: links in mails could be made to lead elsewhere.",
            hint="Name the hosts: PASSAPAROLA_HOSTS=refer.example.com,go.example.com",
            id="passaparola.E002",
        )
    return None


def host_is_allowed(hosts: Sequence[str], name: str, url: str) -> CheckMessage | None:
    host = urlsplit(url).hostname or ""
    if any(host == allowed.strip("[]") or (allowed[:1] == "." and f".{host}".endswith(allowed)) for allowed in hosts):
        return None
    return Error(
        f"PASSAPAROLA_HOSTS lacks {host}, the host of {name}: every page would answer 400.",
        hint=f"Add it: PASSAPAROLA_HOSTS={','.join([host, *hosts])}",
        id="passaparola.E003",
    )


def staff_are_as_encrypted(staff_url: str, *, public_url: str) -> CheckMessage | None:
    if not staff_url or urlsplit(staff_url).scheme == urlsplit(public_url).scheme:
        return None
    return Error(
        f"PASSAPAROLA_STAFF_URL is {staff_url} and PASSAPAROLA_PUBLIC_URL is {public_url}: their cookies need one kind of address.",
        hint="Let both begin with https://, or both with http:// on your own machine.",
        id="passaparola.E006",
    )


def public_address_is_encrypted(public_url: str) -> CheckMessage | None:
    if public_url.startswith("https://") or is_local(public_url):
        return None
    return Warning(
        f"PASSAPAROLA_PUBLIC_URL is {public_url}: passwords and personal data would travel readable.",
        hint="Put the server behind a proxy with a certificate and set the https:// address.",
        id="passaparola.W001",
    )


def key_file_is_private(path: Path) -> CheckMessage | None:
    if not path.exists() or not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return Error(
        f"{path} can be read by other users of this machine.",
        hint=f"chmod 600 {path}",
        id="passaparola.E004",
    )


def mails_have_a_sender(mail: MailServer, *, sender: str) -> CheckMessage | None:
    if not mail.smtp or sender:
        return None
    return Error(
        "PASSAPAROLA_MAIL_URL names a mail server, and PASSAPAROLA_MAIL_FROM is not set: nobody could answer, and mails would be refused.",
        hint="Set the address that mails come from, at a domain of yours: PASSAPAROLA_MAIL_FROM=refer@example.com",
        id="passaparola.E005",
    )


def mail_password_is_encrypted(mail: MailServer) -> CheckMessage | None:
    if not mail.smtp or mail.encrypted or mail.host in LOCAL or not mail.password:
        return None
    return Warning(
        "PASSAPAROLA_MAIL_URL sends a password to another machine unencrypted.",
        hint="Leave out tls=none, or use smtps://",
        id="passaparola.W002",
    )


def is_local(url: str) -> bool:
    """Whether the address leads to this machine only."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
