"""The kill switch of mail: while it is on no mail leaves the workspace, all are kept, and those that a person waits for wait, too."""

from passaparola.actions.acting import Asked, Desk, Performed, perform
from passaparola.domain.instant import Instant
from passaparola.store.read.messages import contact_row
from passaparola.store.read.switches import EVERYWHERE


def pause_mail(*, asked: Asked, note: str = "", everywhere: bool = False) -> Performed[bool]:
    """Send nothing from now on; what a mail server is taking at this moment still goes. False: it was paused already.

    `everywhere`: together with all other workspaces. Raises Conflict.
    """
    return perform(asked, lambda desk: _switch(desk, note, pause=True, everywhere=everywhere))


def resume_mail(*, asked: Asked, note: str = "") -> Performed[bool]:
    """Send again, beginning with what waited. False: it was not paused. Raises Conflict."""
    return perform(asked, lambda desk: _switch(desk, note, pause=False))


def _switch(desk: Desk, note: str, *, pause: bool, everywhere: bool = False) -> bool:
    if (contact_row(desk.session, desk.workspace.id).mail_paused_at is not None) == pause:
        return False
    desk.act("mail.pause" if pause else "mail.resume", EVERYWHERE if everywhere else "", note)
    at: Instant | None = desk.now if pause else None
    statement = "UPDATE store_workspace SET mail_paused_at = %(at)s::bigint WHERE id = %(ws)s::uuid"
    desk.session.run(statement, at=at, ws=desk.workspace.id)
    return True
