"""An advocate misses a friend: kept for an operator, with what the advocate says of it."""

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.joining.limits import one_at_a_time
from passaparola.actions.requests.name import friend_mac
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.domain.referrals.requests import RequestKind, RequestState
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.portal import parts_of
from passaparola.store.read.requests import asked_of_since

COUNTED_OVER: Instant = 30 * DAY
MOST = 10  # requests of one advocate in those days
TOO_MANY, NOT_TAKING_PART = "too_many_requests", "not_taking_part"


@value(frozen=True, slots=True)
class Missing:
    """Whom an advocate misses, in which program (our id), since when, and in their words."""

    program: str
    person: str
    friend: Identity
    came_at: Instant
    words: str = ""
    language: str = "en"


def miss_referral(missing: Missing, *, asked: Asked, keys: Keyring) -> Performed[str]:
    """Ask for a referral that was not counted. Whether anybody is known by the address is not said.

    Refused: `too_many_requests` (429), `not_taking_part` (403). Raises NotFound, Conflict.
    """
    return perform(asked, lambda desk: _miss(missing, desk, keys))


def _miss(missing: Missing, desk: Desk, keys: Keyring) -> str:
    group = desk.group(missing.person)
    parts = {part.program: part.status for part in parts_of(desk.session, desk.workspace.id, group)}
    if parts.get(missing.program) in (None, "suspended"):
        raise Refusal(NOT_TAKING_PART, gettext_noop("You take no part in this program."), 403)
    one_at_a_time(f"missing:{group[0]}", desk, keys)
    if asked_of_since(desk.session, desk.workspace.id, group, RequestKind.MISSING, desk.now - COUNTED_OVER) >= MOST:
        raise Refusal(TOO_MANY, gettext_noop("You have asked often. Wait until we have answered."), 429)
    key, (kind, friend) = new_id(), missing.friend
    desk.act("request.ask", key, program=desk.programs[missing.program].live.slug, person=group[0])
    desk.plan.add(
        "referralrequest", key, desk.workspace.id, missing.program, str(RequestKind.MISSING), str(RequestState.OPEN), "", "", kind, friend,
        friend_mac(keys, missing.friend), "", "", missing.words, group[0], missing.language, missing.came_at, desk.now, None, None,
    )  # fmt: skip
    return key
