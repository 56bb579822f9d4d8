"""Pause, resume, end and put away a program. What was promised under it is kept."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.lifecycle import PROGRAM
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.tongue import gettext_noop
from passaparola.store.session import Conflict

_CANNOT = gettext_noop("The program is %(before)s: it cannot become %(after)s.")
_NAMES = {
    ProgramStatus.DRAFT: gettext_noop("draft"),
    ProgramStatus.ACTIVE: gettext_noop("active"),
    ProgramStatus.PAUSED: gettext_noop("paused"),
    ProgramStatus.ENDED: gettext_noop("ended"),
    ProgramStatus.ARCHIVED: gettext_noop("archived"),
}


def pause_program(program: str, *, asked: Asked) -> Performed[ProgramStatus]:
    """Nothing new is given until it is resumed; holds end and what was given stays. Refused unless it is active. Raises NotFound."""
    return perform(asked, lambda desk: _change(desk, program, "pause", ProgramStatus.PAUSED))


def resume_program(program: str, *, asked: Asked) -> Performed[ProgramStatus]:
    """Give again. Refused unless it is paused. Raises NotFound."""
    return perform(asked, lambda desk: _change(desk, program, "resume", ProgramStatus.ACTIVE))


def end_program(program: str, *, asked: Asked) -> Performed[ProgramStatus]:
    """Give nothing new for good. Refused unless it is active or paused. Raises NotFound."""
    return perform(asked, lambda desk: _change(desk, program, "end", ProgramStatus.ENDED))


def archive_program(program: str, *, asked: Asked) -> Performed[ProgramStatus]:
    """Put a program away that has ended. Refused unless it has. Raises NotFound."""
    return perform(asked, lambda desk: _change(desk, program, "archive", ProgramStatus.ARCHIVED))


def _change(desk: Desk, program: str, act: str, status: ProgramStatus) -> ProgramStatus:
    rows = desk.session.rows(
        "SELECT slug, status, live_version FROM store_program WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=desk.workspace.id,
        id=program,
    )
    if not rows:
        raise NotFound(f"there is no program {program}")
    slug, before, live = rows[0]
    desk.act("program.status", slug, status=str(status))
    if live is None or before not in PROGRAM.allowed_from(act):
        said = {"before": _NAMES[ProgramStatus(before)], "after": _NAMES[status]}
        raise Refusal("illegal_transition", _CANNOT, said=said, state=before)
    changed = desk.session.run(
        "UPDATE store_program SET status = %(status)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
        " AND status = %(before)s",
        status=str(status),
        before=before,
        ws=desk.workspace.id,
        id=program,
    )
    if changed != 1:
        raise Conflict("the program was changed by another writer")
    desk.plan.programs_version = None  # it is this act that changes the programs
    desk.session.run(
        "UPDATE store_workspace SET programs_version = programs_version + 1 WHERE id = %(ws)s::uuid",
        ws=desk.workspace.id,
    )
    return status
