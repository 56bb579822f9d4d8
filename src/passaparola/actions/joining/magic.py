"""One-time links in mails: used once, within ten minutes, by a person's own hand."""

from passaparola.actions.acting import Desk, NotFound, Refusal
from passaparola.domain.instant import SECOND, Instant
from passaparola.store.ids import new_id
from passaparola.store.read.joining import MagicRow, magic_by_id
from passaparola.store.write.joining import USE_MAGIC

ENROL, PORTAL = "enrol", "portal"
GOOD_FOR: Instant = 600 * SECOND
LINK_USED, LINK_OVER = "link_used", "link_over"


def new_magic(purpose: str, subject: str, desk: Desk, *, program: str | None = None) -> str:
    """Make a link for one purpose, good for ten minutes. Its id, of which the token is made."""
    key = new_id()
    desk.plan.add("magiclink", key, desk.plan.workspace, purpose, subject, program, desk.now, desk.now + GOOD_FOR, None)
    return key


def open_magic(key: str, purpose: str, desk: Desk) -> MagicRow:
    """The link, while it may still be used. Refused (410): `link_used`, `link_over`. Raises NotFound."""
    found = magic_by_id(desk.session, key)
    if found is None or found.workspace != desk.workspace.id or found.purpose != purpose:
        raise NotFound("there is no such link")
    if found.used_at is not None:
        raise Refusal(LINK_USED, "this link was used already", 410)
    if desk.now >= found.expires_at:
        raise Refusal(LINK_OVER, "this link was good for ten minutes", 410)
    return found


def use_magic(link: MagicRow, desk: Desk) -> None:
    """Use it up. Of two at once one wins; the other finds it used."""
    desk.plan.guarded.append((USE_MAGIC, {"ws": desk.plan.workspace, "id": link.id, "now": desk.now}))
