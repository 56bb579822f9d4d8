"""A program goes live with a goal, or with the reason why it has none: otherwise nobody could say when it has done what it is for."""

from passaparola.actions.acting import Desk, Refusal
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.readiness import GOAL_EXAMPLE
from passaparola.domain.tongue import gettext_noop

NO_GOAL = "no_goal"
LONGEST_REASON = 500
_NO_GOAL = gettext_noop("The file has no goal. Add one, such as `%(example)s`, or say why it begins without one.")


def require_goal(desk: Desk, program: Program, reason: str | None) -> str | None:
    """The reason to keep why this version has no goal; None where it has one, is a draft, or the live version had none either.

    Refused (422): `no_goal`.
    """
    if program.goal is not None or program.status is ProgramStatus.DRAFT:
        return None
    given = " ".join((reason or "").split())[:LONGEST_REASON]
    if not given and not _lives_without(desk, program.slug):
        raise Refusal(NO_GOAL, _NO_GOAL, 422, said={"example": GOAL_EXAMPLE})
    return given or None


def _lives_without(desk: Desk, slug: str) -> bool:
    return any(known.live.slug == slug and known.live.goal is None for known in desk.programs.values())
