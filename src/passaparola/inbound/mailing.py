"""What this process sends mails with, and what time does about mail."""

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from passaparola.actions.messages.forget import forget_invited
from passaparola.actions.messages.letters import Site
from passaparola.actions.messages.sending import MailSender
from passaparola.actions.messages.statements import month_before, queue_statements
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in

HOUR: Instant = 3600 * SECOND
STATEMENTS_UNTIL: Instant = 10 * DAY  # after the end of a month: a server that was off longer sends none for it
logger = logging.getLogger(__name__)
_looked: dict[str, Instant] = {}  # workspace → when old addresses were last looked for
_stated: set[tuple[str, str]] = set()  # workspace and month whose statements this process has queued


def the_site() -> Site:
    """Where links in mails lead: the configured origin, whatever a request says."""
    return Site(settings.PUBLIC_URL, the_keyring(), settings.STAFF_URL)


@lru_cache(maxsize=1)
def the_mail_sender() -> MailSender:
    """The sender of this process, with its connections to the mail server."""
    return MailSender(the_site())


def mail_on_time(workspace: str) -> None:
    """Once an hour: forget who was invited and never came. In the first days of a month: the statements of the last one."""
    at = now_in(workspace)
    if at - _looked.get(workspace, 0) >= HOUR:
        _looked[workspace] = at
        the_writer().run(lambda: forget_invited(workspace, now=at, keys=the_keyring()), seconds=600)
    month = month_before(at)
    if at - month.end < STATEMENTS_UNTIL and (workspace, month.name) not in _stated:
        queued = queue_statements(workspace, month, keys=the_keyring(), now=at, through=_in_turn)
        _stated.add((workspace, month.name))
        if queued:
            logger.info("%s statements for %s", queued, month.name, extra={"workspace": workspace})


def _in_turn(page: Callable[[], int]) -> int:
    return the_writer().run(page, seconds=600)
