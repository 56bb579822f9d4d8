"""How many friends of a program came back, and how far its scale rule is."""

from typing import Any

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.scale import Kept, Scale, is_due
from passaparola.domain.referrals.coming_back import first_and_back
from passaparola.store.read.catalogue import find_program, version_document
from passaparola.store.read.friend_states import bound
from passaparola.store.read.snapshot import snapshot
from passaparola.store.session import Session


class NoScale(LookupError):
    """The program's file has no scale rule, or had one that was done."""


def kept_of(session: Session, workspace: str, program: Program, scale: Scale, *, now: Instant) -> Kept:
    """The friends whose first paid order since their binding is `scale.days` old or older, and who of them ordered again within these days.

    An order that is wholly refunded is none.
    """
    within = scale.days * DAY
    found = (first_and_back(state, within) for _, state in bound(session, workspace, program.key, now - within))
    judged = [back for first, back in filter(None, found) if first <= now - within]
    return Kept(len(judged), sum(judged))


def scale_of(workspace: str, name: str, *, now: Instant) -> dict[str, Any]:
    """The scale rule of the live version of a program and where it stands. Raises NoSuchProgram, NoScale."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        number = entry.live_version or entry.newest
        found = version_document(session, workspace, entry.key, number)
        program, _ = read_program(found[0] if found else "", key=entry.key, version=number, effective_from=0)
        if program is None or program.scale is None:
            raise NoScale(f"version {number} of {entry.slug} has no `scale`: add it to its file, or it was extended")
        scale = program.scale
        kept = kept_of(session, workspace, program, scale, now=now)
    return {
        "program": entry.slug,
        "version": number,
        "days": scale.days,
        "least_friends": scale.least,
        "friends": kept.friends,
        "back": kept.back,
        "retention_percent": None if kept.retention_bp is None else kept.retention_bp / 100,
        "wanted_percent": scale.retention_bp / 100,
        "due": is_due(scale, kept),
    }
