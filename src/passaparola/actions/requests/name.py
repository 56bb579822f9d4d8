"""A friend says who told them, by name, e-mail address or code. Nobody is looked up here: every answer is the same, after the same work."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.advocates.enrol import NOT_ACTIVE
from passaparola.actions.joining.limits import LIMITS, AskLimits, mail_is_due, one_at_a_time, too_many_ask
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.referrals.requests import RequestKind, RequestState
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.requests import RequestRow, asked_since, request_by_id
from passaparola.store.write.requests import CONFIRM_REQUEST

CONFIRM_WITHIN: Instant = DAY
COUNTED_OVER: Instant = 30 * DAY
MOST_OF_A_FRIEND = 3  # in those days, so that a slip can be mended and nobody is tried one name after another
TOLD, LINK_TOO_OLD = "told", "link_too_old"


@value(frozen=True, slots=True)
class Naming:
    """Who came (`friend`, canonical), what their friends call them, and who told them (`said`); the program's slug or id.

    `language` empty: the program's. `vouched`: the firm says so, which knows its customer. Anybody else confirms the address by our mail
    first.
    """

    program: str
    friend: Identity
    friend_name: str
    said: str
    language: str = ""
    client: str = ""
    vouched: bool = False


def name_advocate(naming: Naming, *, asked: Asked, keys: Keyring, limits: AskLimits = LIMITS) -> Performed[str | None]:
    """Keep what the friend says, and mail them to confirm the address, unless the firm vouches for them. The request; None where they asked
    too often, which is not for the eyes of who asked.

    Refused: `program_not_active`. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _name(naming, desk, keys, limits))


def _name(naming: Naming, desk: Desk, keys: Keyring, limits: AskLimits) -> str | None:
    program = desk.program(naming.program)
    if program.status != ProgramStatus.ACTIVE:
        raise Refusal(NOT_ACTIVE, f"the program is {program.status}")
    mac = friend_mac(keys, naming.friend)
    one_at_a_time(f"named:{mac}", desk, keys)
    if not naming.vouched and (too_many_ask(naming.client, desk, keys, limits) or not mail_is_due(mac, desk, limits)):
        return None
    if asked_since(desk.session, desk.workspace.id, friend_mac=mac, since=desk.now - COUNTED_OVER) >= MOST_OF_A_FRIEND:
        return None
    key, (kind, friend) = new_id(), naming.friend
    language = naming.language or str(program.language)
    state = RequestState.NEW if naming.vouched else RequestState.UNCONFIRMED
    desk.plan.add(
        "referralrequest", key, desk.workspace.id, program.key, str(RequestKind.NAMED), str(state), "", "", kind, friend, mac,
        naming.friend_name, naming.said, "", None, language, desk.now, desk.now, None, None,
    )  # fmt: skip
    if not naming.vouched:
        facts = {"request": key}
        queue_message(
            desk.plan,
            keys,
            NewMessage(f"told:{key}", MessageKind.TOLD, friend, language, program=program.key, facts=facts),
            desk.now,
        )
    return key


def friend_mac(keys: Keyring, friend: Identity) -> str:
    """A keyed hash of the friend: the one of the address, as everywhere, or one of the kind and the value."""
    kind, text = friend
    return address_mac(keys, text if kind == "email" else f"{kind}:{text}")


def confirm_naming(request: str, *, asked: Asked) -> Performed[RequestRow]:
    """The friend has pressed the button in our mail. Another time it is the same. Refused: `link_too_old`. Raises NotFound."""
    return perform(asked, lambda desk: _confirm(request, desk))


def _confirm(key: str, desk: Desk) -> RequestRow:
    found = require_request(key, desk)
    if found.state == RequestState.LAPSED or (
        found.state == RequestState.UNCONFIRMED and desk.now >= found.created_at + CONFIRM_WITHIN
    ):
        raise Refusal(LINK_TOO_OLD, "This link was made more than a day ago. Say it once more.", 410)
    if found.state == RequestState.UNCONFIRMED:
        desk.plan.guarded.append((CONFIRM_REQUEST, {"ws": desk.workspace.id, "id": key}))
    return found


def require_request(key: str, desk: Desk) -> RequestRow:
    """The request of this id in this workspace. Raises NotFound."""
    found = request_by_id(desk.session, key)
    if found is None or found.workspace != desk.workspace.id:
        raise NotFound(f"there is no request {key}")
    return found
