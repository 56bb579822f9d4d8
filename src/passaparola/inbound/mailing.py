"""What this process sends mails with."""

from functools import lru_cache

from django.conf import settings

from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.sending import MailSender
from passaparola.inbound.keyring import the_keyring


def the_site() -> Site:
    """Where links in mails lead: the configured origin, whatever a request says."""
    return Site(settings.PUBLIC_URL, the_keyring())


@lru_cache(maxsize=1)
def the_mail_sender() -> MailSender:
    """The sender of this process, with its connections to the mail server."""
    return MailSender(the_site())
