"""Invitations into a program: a token that lets one person in, once. It is shown when it is made; its hash is kept."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.access import AccessMode
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.tongue import gettext_noop as _
from passaparola.store.ids import new_id, new_slug
from passaparola.store.read.clocks import workspace_clock
from passaparola.store.read.invitations import InvitationRow, invitation_by_hash, invitation_by_id
from passaparola.store.session import Session
from passaparola.store.write.invitations import REVOKE, USE

UNKNOWN, USED, EXPIRED, REVOKED, OF_ANOTHER_PROGRAM, FOR_ANOTHER = (
    "invitation_unknown",
    "invitation_used",
    "invitation_expired",
    "invitation_revoked",
    "invitation_of_another_program",
    "invitation_for_another",
)
NOT_BY_INVITATION = "not_by_invitation"
WORDS: dict[str, str] = {
    UNKNOWN: _("there is no such invitation"),
    USED: _("this invitation was used already"),
    EXPIRED: _("this invitation has expired"),
    REVOKED: _("this invitation was withdrawn"),
    OF_ANOTHER_PROGRAM: _("this invitation is into another program"),
    FOR_ANOTHER: _("this invitation is for somebody else"),
}
_TOKEN = re.compile("[a-z0-9]{40}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom an invitation is: a person (our id), an address (canonical), or whoever has it. `days` overrides the program's."""

    person: str | None = None
    address: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation, into the program of this slug in the workspace of that. The token is seen this one time."""

    id: str
    workspace: str
    program: str
    slug: str
    token: str
    expires_at: Instant


def create_invitation(program: str, *, wanted: Wanted, asked: Asked) -> Performed[Invited]:
    """Invite somebody into a program (slug or id) of `invite_only`. Refused (409): `program_not_active`, `not_by_invitation`.
    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _create(program, wanted, desk))


def revoke_invitation(invitation: str, *, asked: Asked, program: str | None = None) -> Performed[InvitationRow]:
    """Let nobody in by it any more; with `program` (our id) only where it is into that one. Again: nothing happens.

    Refused (409): `invitation_used`. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _revoke(invitation, program, desk))


def _create(program: str, wanted: Wanted, desk: Desk) -> Invited:
    live = desk.program(program)
    if live.status is not ProgramStatus.ACTIVE:
        raise Refusal("program_not_active", f"the program is {live.status}")
    if live.access is not AccessMode.INVITE_ONLY:
        raise Refusal(
            NOT_BY_INVITATION, "people join this program without an invitation: its access is not `invite_only`"
        )
    person = desk.group(wanted.person)[0] if wanted.person is not None else None
    expires_at = desk.now + (wanted.days or live.admission.invited_for_days) * DAY
    made = Invited(new_id(), _slug_of(desk), live.key, live.slug, new_slug(40), expires_at)
    desk.plan.add(
        "advocateinvitation", made.id, desk.plan.workspace, live.key, hash_of(made.token), person, wanted.address, desk.now,
        made.expires_at,
    )  # fmt: skip
    desk.act("advocate.invite", made.id, program=live.slug)
    return made


def _slug_of(desk: Desk) -> str:
    clock = workspace_clock(desk.session, desk.workspace.id)
    if clock is None:
        raise NotFound("there is no such workspace")
    return clock.slug


def _revoke(key: str, program: str | None, desk: Desk) -> InvitationRow:
    found = invitation_by_id(desk.session, desk.workspace.id, key)
    if found is None or program not in (None, found.program):
        raise NotFound("there is no such invitation")
    if found.used_at is not None:
        raise Refusal(USED, WORDS[USED])
    if found.revoked_at is None:
        desk.act("advocate.uninvite", key)
        desk.plan.guarded.append((REVOKE, {"ws": desk.plan.workspace, "id": key, "now": desk.now}))
    return found


def find_invitation(token: str, program: str, session: Session, workspace: str) -> InvitationRow:
    """The invitation of a token into this program. Refused: `invitation_unknown`, `invitation_of_another_program`."""
    found = invitation_by_hash(session, workspace, hash_of(token)) if _TOKEN.fullmatch(token) else None
    if found is None:
        raise Refusal(UNKNOWN, WORDS[UNKNOWN])
    if found.program != program:
        raise Refusal(OF_ANOTHER_PROGRAM, WORDS[OF_ANOTHER_PROGRAM])
    return found


def require_good(
    found: InvitationRow, now: Instant, *, people: Sequence[str], identities: Sequence[Identity], named: bool = True
) -> None:
    """Raises the Refusal by which it lets these people in no more. Without `named` nobody has said yet who they are."""
    why = ended(found, now)
    if not why and named and found.person is not None and found.person not in people:
        why = FOR_ANOTHER
    if not why and named and found.address and ("email", found.address) not in identities:
        why = FOR_ANOTHER
    if why:
        raise Refusal(why, WORDS[why])


def ended(found: InvitationRow, now: Instant) -> str:
    """Why it is good for nobody any more; empty while it is good."""
    if found.used_at is not None:
        return USED
    if found.revoked_at is not None:
        return REVOKED
    return EXPIRED if now >= found.expires_at else ""


def use(found: InvitationRow, person: str, desk: Desk) -> None:
    """Use it up, for this person. Of two at once one wins; the other finds it used."""
    desk.plan.guarded.append((USE, {"ws": desk.plan.workspace, "id": found.id, "now": desk.now, "person": person}))


def hash_of(token: str) -> str:
    """SHA-256 as hex: the token has 32^40 possible values, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
