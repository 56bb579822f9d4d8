"""Who may recommend, for the command line: people by how they are known or by our id, invitations as they are listed."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from passaparola.actions.acting import Asked, NotFound, Refusal, done
from passaparola.actions.advocates.exclude import Excluded, exclude, include
from passaparola.actions.advocates.invitations import Invited, Wanted, create_invitation, revoke_invitation
from passaparola.actions.people.facts import set_facts
from passaparola.actions.workspaces import DEFAULT_SLUG
from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.instant import Instant, iso
from passaparola.domain.people.facts import read_person_facts
from passaparola.domain.people.identity import canonical
from passaparola.store.read.known_people import NobodyKnown, group_named
from passaparola.store.read.snapshot import reading

_HEX = re.compile("[0-9a-f]{32}")


def person_key(workspace: str, text: str) -> str:
    """Our id of who stands for a person, by `per_…` or by how they are known. Raises NotFound."""
    return people_called(workspace, text)[0]


def people_called(workspace: str, text: str) -> list[str]:
    """Everybody who is this person, the one that stands for them first. Raises NotFound."""
    try:
        with reading() as session:
            return group_named(session, workspace, text)
    except NobodyKnown as problem:
        raise NotFound(str(problem)) from None


def say_facts_of(asked: Asked, person: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Set and take away facts of a person; all there are then."""
    try:
        told = read_person_facts(facts)
    except UnableToReadFacts as problem:
        raise Refusal("invalid", "; ".join(f"{field} {message}" for field, message in problem.errors), 422) from None
    key = person_key(asked.workspace, person)
    return {"person": f"per_{key}", "facts": done(set_facts(key, facts=told, asked=asked))}


def exclude_from(asked: Asked, person: str, program: str, reason: str) -> dict[str, Any]:
    """Exclude a person from a program (slug or prg_…), with a reason."""
    key = person_key(asked.workspace, person)
    return _exclusion(done(exclude(key, program=program.removeprefix("prg_"), reason=reason, asked=asked)))


def include_in(asked: Asked, person: str, program: str) -> dict[str, Any]:
    """Take an exclusion back."""
    key = person_key(asked.workspace, person)
    return _exclusion(done(include(key, program=program.removeprefix("prg_"), asked=asked)))


def make_invitation(
    asked: Asked, program: str, person: str | None, email: str | None, days: int | None
) -> dict[str, Any]:
    """A new invitation with its token, which is shown this one time."""
    key = person_key(asked.workspace, person) if person else None
    wanted = Wanted(key, canonical("email", email)[1] if email else "", days)
    made = done(create_invitation(program.removeprefix("prg_"), wanted=wanted, asked=asked))
    return {
        "id": f"inv_{made.id}",
        "program": made.slug,
        "token": made.token,
        "url": invitation_url(made),
        "expires_at": iso(made.expires_at),
    }


def invitation_url(made: Invited) -> str:
    """The page on which an invitation is used."""
    if made.workspace == DEFAULT_SLUG:
        path = reverse("join", kwargs={"slug": made.slug})
    else:
        path = reverse("join-workspace", kwargs={"workspace": made.workspace, "slug": made.slug})
    return f"{settings.PUBLIC_URL}{path}?invitation={made.token}"


def end_invitation(asked: Asked, invitation: str) -> dict[str, Any]:
    """Let nobody in by an invitation any more."""
    done(revoke_invitation(key_in("inv", invitation, "invitation"), asked=asked))
    return {"id": invitation, "state": "revoked"}


def invitation_state(row: Mapping[str, Any], now: Instant) -> str:
    """Whether somebody may still come in by it: `open`, `used`, `revoked` or `expired`."""
    if row["used_at"] is not None:
        return "used"
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if now >= row["expires_at"] else "open"


def key_in(prefix: str, text: str, what: str) -> str:
    """Our id inside a public one. Raises NotFound."""
    key = text.removeprefix(f"{prefix}_")
    if not text.startswith(f"{prefix}_") or not _HEX.fullmatch(key):
        raise NotFound(f"There is no {what} {text!r}")
    return key


def _exclusion(said: Excluded) -> dict[str, Any]:
    return {"person": f"per_{said.person}", "reason": said.reason, "changed": said.changed}
