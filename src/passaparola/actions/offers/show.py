"""The offer behind a link, as it stands at this moment. Nothing is changed."""

from dataclasses import replace
from enum import StrEnum

from passaparola.actions.programs.live import live_programs
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.tokens import Clicked, read_visit_token
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.offers import (
    AcceptanceRow,
    Firm,
    SharedLink,
    acceptance_of_id,
    firm_of,
    link_of_code,
    link_of_id,
    link_of_slug,
)
from passaparola.store.session import Session, reading


class OfferState(StrEnum):
    """Over: the program has ended, the link is switched off, or the advocate is suspended. A friend is not told which."""

    OPEN = "open"
    PAUSED = "paused"
    OVER = "over"


@value(frozen=True, slots=True)
class ShownOffer:
    """A link, the firm, the live version of the program (None: it never went live) and whether the offer can be taken."""

    state: OfferState
    link: SharedLink
    firm: Firm
    program: Program | None
    acceptance: AcceptanceRow | None = None  # where it was looked up by one
    location: str = ""  # of the firm, of whose offer alone it speaks

    def at_location(self, location: str) -> "ShownOffer":
        """What is offered at one of the program's locations; of any other word the whole offer."""
        if self.program is None or location not in self.program.locations:
            return self
        return replace(self, program=self.program.at_location(location), location=location)


def show_offer(slug: str) -> ShownOffer | None:
    """The offer of the link of this slug. None when there is no such link."""
    with reading() as session:
        link = link_of_slug(session, slug)
        return None if link is None else offer_behind(session, link)


def offer_of_acceptance(key: str) -> ShownOffer | None:
    """The offer that was taken by the acceptance of this id, as it stands now."""
    with reading() as session:
        taken = acceptance_of_id(session, key)
        link = link_of_id(session, taken.workspace, taken.link) if taken else None
        return replace(offer_behind(session, link), acceptance=taken) if link else None


def offer_of_visit_or_code(workspace: str, *, visit: str | None, code: str | None, keys: Keyring) -> ShownOffer | None:
    """The offer of a visit's token, or else of a code. None when it cannot be taken now, for whatever reason."""
    clicked = read_visit_token(keys.visits, workspace, visit) if visit else None
    code = clicked.code if clicked else code
    with reading() as session:
        link = link_of_code(session, workspace, code) if code else None
        shown = offer_behind(session, link) if link else None
    return shown if shown is not None and shown.state is OfferState.OPEN else None


def offer_behind(session: Session, link: SharedLink) -> ShownOffer:
    """The offer of a link."""
    versions = live_programs(session, workspace_row(session, link.workspace)).get(link.program)
    program = versions.live if versions else None
    return ShownOffer(_state(link, program), link, firm_of(session, link.workspace), program)


def _state(link: SharedLink, program: Program | None) -> OfferState:
    if program is None or not link.active or link.standing == "suspended":
        return OfferState.OVER
    if program.status is ProgramStatus.PAUSED:
        return OfferState.PAUSED
    return OfferState.OPEN if program.status is ProgramStatus.ACTIVE else OfferState.OVER


def visit_of(link: SharedLink, token: str, keys: Keyring) -> Clicked | None:
    """What a token says of a visit through this very link; None for any other token."""
    clicked = read_visit_token(keys.visits, link.workspace, token)
    return clicked if clicked is not None and clicked.code == link.code else None


def new_visit(link: SharedLink, now: Instant, location: str = "") -> Clicked:
    """A visit that begins here: the page, perhaps of one of the firm's locations, was opened without the redirect."""
    return Clicked(new_id(), now, link.code, location)
