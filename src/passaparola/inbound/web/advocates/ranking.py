"""Where an advocate stands on leaderboards, and the name by which they agree to be shown there: as their pages say it."""

from typing import Any

from passaparola.actions.leaders.show import board_of, own_place
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.people.shown_as import LONGEST
from passaparola.inbound.leaders import address_of
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.sessions import Visitor
from passaparola.store.read.leaders import naming_of
from passaparola.store.read.offers import Firm
from passaparola.store.read.portal import Part, parts_of
from passaparola.store.read.snapshot import Session

SUSPENDED = "suspended"


def ranks_of(session: Session, who: Visitor, parts: list[Part], firm: Firm) -> list[dict[str, Any]]:
    """Their place in each program of theirs that has a leaderboard."""
    ranked = _ranked(who.workspace, parts)
    naming = naming_of(session, who.workspace, who.group) if ranked else None
    found, now = [], now_in(who.workspace) if ranked else 0
    for versions in ranked:
        own = own_place(session, who.workspace, versions, who.group, now=now)
        shown = {"place": own.place if own else 0, "figure": own.figure if own else 0, "of": own.of if own else 0}
        about = {"program": versions.live.name, "address": address_of(versions.live, firm)}
        found.append({**shown, **about, "name": naming.name if naming else ""})
    return found


def _ranked(workspace: str, parts: list[Part]) -> list[ProgramVersions]:
    known = programs_of(workspace) if parts else {}
    mine = [known[p.program] for p in parts if p.program in known and p.status != SUSPENDED]
    return [versions for versions in mine if board_of(versions) is not None]


def public_naming(session: Session, who: Visitor) -> dict[str, Any]:
    """What the settings say of the public name; empty for whoever is on no leaderboard and has none."""
    naming = naming_of(session, who.workspace, who.group)
    ranked = _ranked(who.workspace, parts_of(session, who.workspace, who.group))
    if not ranked and not naming.name and not naming.barred:
        return {}
    earned = any(v.live.leaderboard and v.live.leaderboard.rewards for v in ranked)
    return {"name": naming.name, "barred": naming.barred, "reason": naming.reason, "longest": LONGEST, "earned": earned}
