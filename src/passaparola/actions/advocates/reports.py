"""What staff may ask of access: whether one person may recommend, and whom a segment holds. Nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from passaparola.actions.advocates.admission import Gate
from passaparola.actions.advocates.standing import ACTIVE, SUSPENDED
from passaparola.actions.programs.live import live_programs
from passaparola.domain.access import OPERATOR_WORDS, PERSON_WORDS
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.describe_access import segment_words
from passaparola.domain.tongue import EXACT
from passaparola.store.read.advocates import advocates_in
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.segments import Held, held_by
from passaparola.store.session import Session, reading


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the rules say of one person. `advocate`: they are one already; of one who is not `suspended` nothing is asked any more."""

    advocate: bool
    suspended: bool
    eligible: bool
    reason: str | None = None
    detail: str | None = None
    saw: dict[str, Any] = field(default_factory=dict)
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentOf:
    """The segment of a program, in words, and whom it holds."""

    program: Program
    rule: str
    held: Held


def eligibility(workspace: str, program: str, group: Sequence[str], *, now: Instant) -> Eligibility | None:
    """Whether these persons, who are one (the one who stands for all first), may recommend in the program of this id; None where it is no
    live one. An invitation that they may hold is not asked for."""
    with reading() as session:
        live = _live(session, workspace, program)
        if live is None:
            return None
        standing = {part.status for part in advocates_in(session, workspace, live.key, group)}
        if ACTIVE in standing:
            return Eligibility(True, False, True)
        there = SUSPENDED in standing
        refused = Gate(session, workspace, live, now).refusal(group, known=True, invited=False)
    if refused is None:
        return Eligibility(there, there, True)
    reason = refused.reason
    words = (OPERATOR_WORDS[reason], dict(refused.saw), PERSON_WORDS[reason])
    return Eligibility(there, there, False, str(reason), *words)


def segment_of(workspace: str, program: str, *, limit: int | None = None, offset: int = 0) -> SegmentOf | None:
    """Whom the segment of the program of this id or slug holds now, or one page of them. None where it has none."""
    with reading() as session:
        live = _live(session, workspace, program)
        segment = live.admission.segment if live is not None else None
        if live is None or segment is None:
            return None
        held = held_by(session, workspace, segment, live.currency, limit=limit, offset=offset)
    return SegmentOf(live, segment_words(segment, EXACT), held)


def _live(session: Session, workspace: str, name: str) -> Program | None:
    found = live_programs(session, workspace_row(session, workspace))
    return next((v.live for key, v in found.items() if name in (key, v.live.slug)), None)
