"""From a letter to a mail: subject, text and HTML from one template, in the letter's language, with the headers that mailboxes ask for."""

import re
import textwrap
from email.headerregistry import Address

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from passaparola.domain.design.theme import palettes
from passaparola.outbound.mail.letter import Letter

WIDTH = 72
_GAPS = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"\s+")


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The mail, to one recipient. Its Message-ID follows from the letter's id: however often it is sent, mailboxes know it again."""
    with translation.override(_language(letter.language)):
        subject, text, html = _rendered(letter)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=_sender(letter.firm.name),
        to=[letter.to],
        reply_to=[letter.firm.contact_email] if letter.firm.contact_email else None,
        headers=_headers(letter),
    )
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(letter: Letter) -> str:
    """The same for the same letter."""
    return f"<{letter.id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


def _rendered(letter: Letter) -> tuple[str, str, str]:
    template = f"mail/{letter.kind}.html"
    light, dark = palettes(letter.firm.look.accent)
    values = {
        **letter.facts,
        "firm": letter.firm,
        "light": light,
        "dark": dark,
        "unsubscribe": letter.unsubscribe,
        "rtl": translation.get_language_bidi(),
        "language": translation.get_language(),
    }
    subject = _BLANKS.sub(" ", render_to_string(template, {**values, "frame": "mail/subject.txt", "form": "subject"}))
    text = render_to_string(template, {**values, "frame": "mail/frame.txt", "form": "text"})
    html = render_to_string(template, {**values, "frame": "mail/frame.html", "form": "html"})
    lines = "\n".join(_narrow(line.strip()) for line in text.splitlines())
    return subject.strip(), _GAPS.sub("\n\n", lines).strip() + "\n", html


def _narrow(line: str) -> str:
    """No line is too long to read, but an address stays whole."""
    return line if "://" in line else textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(letter),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _sender(name: str) -> str:
    return str(Address(name, addr_spec=settings.DEFAULT_FROM_EMAIL)) if name else settings.DEFAULT_FROM_EMAIL


def _language(code: str) -> str:
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return str(settings.LANGUAGE_CODE)
