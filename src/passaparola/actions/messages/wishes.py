"""Who wants no more mail: by a link in a mail, by a complaint, a bounce, or an operator's word. For the whole installation.

Only a keyed hash of the address is kept, so it outlives the erasure of the person. The log of acts names the hash.
"""

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.store.read.messages import SuppressionRow, message_address, suppressions
from passaparola.store.session import reading
from passaparola.store.write.messages import forget_suppression, suppress

UNSUBSCRIBED = "unsubscribed"
OWN_WISH = frozenset({UNSUBSCRIBED, "complaint"})
PERSON = "person"


def unsubscribe(message: str, *, now: Instant) -> bool:
    """Whoever got this mail gets no news any more, from whatever workspace, at once; mails that wait included. Again: nothing happens.

    False when there is no such mail. Raises Conflict.
    """
    with reading() as session:
        found = message_address(session, message)
    if found is None:
        return False
    workspace, mac = found
    perform(Asked(workspace, now, PERSON), lambda desk: _add(mac, UNSUBSCRIBED, desk))
    return True


def suppress_address(address: str, *, reason: str, keys: Keyring, asked: Asked) -> Performed[SuppressionRow]:
    """Send no more news to an address (canonical): `operator`, `complaint`, `bounce` or `unsubscribed`. After a bounce or a complaint
    nothing at all is sent. Again: the first reason stays, unless it was weaker. Raises IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _add(address_mac(keys, address), reason, desk))


def allow_address(address: str, *, keys: Keyring, asked: Asked, wished: bool = False) -> Performed[bool]:
    """News may be sent to an address again. False: nothing kept us from it.

    Refused: `own_wish` (409) when the person unsubscribed or complained, unless `wished` says that they have asked for it since. Raises
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _remove(address_mac(keys, address), desk, wished))


def wish_of(address: str, *, keys: Keyring) -> SuppressionRow | None:
    """Since when and why an address (canonical) gets no news; None where it may get them."""
    mac = address_mac(keys, address)
    with reading() as session:
        return suppressions(session, [mac]).get(mac)


def _add(mac: str, reason: str, desk: Desk) -> SuppressionRow:
    known = suppressions(desk.session, [mac]).get(mac)
    if known is None or (reason in ("bounce", "complaint") and known.reason != reason):
        desk.act("suppression.add", mac, reason=reason)
        suppress(desk.session, mac, reason, desk.now)
    return suppressions(desk.session, [mac])[mac]


def _remove(mac: str, desk: Desk, wished: bool) -> bool:
    known = suppressions(desk.session, [mac]).get(mac)
    if known is None:
        return False
    if known.reason in OWN_WISH and not wished:
        raise Refusal(
            "own_wish", "the person asked for no more mail, and only they can ask for it again", why=known.reason
        )
    desk.act("suppression.remove", mac, reason=known.reason, wished=wished)
    return forget_suppression(desk.session, mac)
