"""A friend confirms the address, by the link in our mail: that is their sign-up, and what the program gives for it is theirs."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.events.loading import load
from passaparola.actions.events.work import Work
from passaparola.actions.joining.magic import use_magic
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.keyring import Keyring
from passaparola.domain.values import value
from passaparola.store.read.joining import MagicRow, magic_by_id
from passaparola.store.read.offers import AcceptanceRow, acceptance_of_id

SOURCE = "landing"
LINK_TOO_OLD = "link_too_old"
ACCEPT = "accept"  # the purpose of the link
_CONFIRM = (
    "UPDATE store_acceptance SET confirmed_at = %(now)s, person_id = %(person)s::uuid, address = '' WHERE id = %(id)s::uuid"
    " AND workspace_id = %(ws)s::uuid AND confirmed_at IS NULL"
)


@value(frozen=True, slots=True)
class Confirmed:
    """The taken offer whose address is confirmed."""

    acceptance: str


def confirm_acceptance(magic: str, *, asked: Asked, keys: Keyring | None = None) -> Performed[Confirmed]:
    """Confirm the address of a taken offer by the one-time link of this id. Once: another time within its day shows the same.

    A sign-up is recorded, trusted as the shop's own, naming the visit that brought the friend. Refused: `link_too_old`. Raises NotFound.
    """
    return perform(asked, lambda desk: _confirm(magic, keys, desk))


def _confirm(magic: str, keys: Keyring | None, desk: Desk) -> Confirmed:
    link = magic_by_id(desk.session, magic)
    taken = acceptance_of_id(desk.session, link.subject) if link and link.purpose == ACCEPT else None
    if link is None or taken is None or desk.workspace.id not in (link.workspace, taken.workspace):
        raise NotFound("there is no such link")
    if link.expires_at <= desk.now or (taken.confirmed_at is None and not taken.address):
        raise Refusal(LINK_TOO_OLD, "This link was made more than a day ago. Open the offer again.", 422)
    if taken.confirmed_at is None:
        _sign_up(link, taken, keys, desk)
    return Confirmed(taken.id)


def _sign_up(magic: MagicRow, taken: AcceptanceRow, keys: Keyring | None, desk: Desk) -> None:
    email = ("email", taken.address)
    event = Event(SOURCE, taken.id, EventType.SIGNUP, desk.now, person=(email,), visit=taken.visit)
    overlay = load(desk.session, desk.workspace, desk.programs, [event], keys=keys)
    Work(overlay, desk.plan).record(event, now=desk.now)
    use_magic(magic, desk)
    person = overlay.root(overlay.people[email])
    given = {"now": desk.now, "ws": desk.workspace.id, "id": taken.id, "person": person}
    desk.plan.guarded.append((_CONFIRM, given))
