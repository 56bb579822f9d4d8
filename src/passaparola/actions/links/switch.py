"""A link is switched on or off: one that is off brings nobody and is as good as unknown."""

from passaparola.actions.acting import Asked, Desk, Performed, perform
from passaparola.store.write.joining import SWITCH_LINK


def switch_link(link: str, *, active: bool, asked: Asked) -> Performed[str]:
    """Switch a link (our id) on or off. Again: nothing changes. Friends bound before stay bound. Raises IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: switch(link, active, desk))


def switch(link: str, active: bool, desk: Desk) -> str:
    """The same, inside an act that does more."""
    desk.act("link.switch", link, active=active)
    desk.plan.guarded.append((SWITCH_LINK, {"ws": desk.plan.workspace, "id": link, "active": active}))
    return link
