"""Whether a mail that somebody waits for reaches them, and what their page says where it does not."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from passaparola.domain.values import value
from passaparola.inbound.launching import only_here
from passaparola.store.read.offers import Firm


@value(frozen=True, slots=True)
class MailWay:
    """`leaves`: by a mail server. `folder`: where it lies as a file, told only to whoever sits at the machine; empty elsewhere."""

    leaves: bool
    folder: str = ""


def mail_way(firm: Firm) -> MailWay:
    """The way of a firm's mails at present: those of a sandbox never leave, paused ones wait."""
    if firm.mail_waits:
        return MailWay(False)
    if settings.MAIL.smtp and not firm.sandbox:
        return MailWay(True)
    return MailWay(False, mail_folder() if settings.DEMO or only_here() else "")


def mail_folder() -> str:
    """Where mails lie that do not leave."""
    return str(settings.MAIL.place(Path(settings.DATA)))


def no_mail_title() -> str:
    """The heading where no mail leaves."""
    return gettext("No mail can be sent at present")


def no_mail_words(contact: str) -> str:
    """Whom to write to instead. Markup, with the contact as it stands: a template escapes it before."""
    if not contact:
        return gettext(
            "At present no mail is sent from here, so yours does not reach you. Ask whoever gave you this address."
        )
    return gettext(
        "At present no mail is sent from here, so yours does not reach you."
        " Write to <bdi>%(contact)s</bdi>, and we will help you."
    ) % {"contact": contact}
