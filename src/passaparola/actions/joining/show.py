"""A program as whoever may join it sees it. Nothing is changed."""

from passaparola.actions.programs.live import live_programs
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.values import value
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.session import reading


@value(frozen=True, slots=True)
class ShownProgram:
    """The live version of a program and whose it is."""

    workspace: str
    firm: Firm
    program: Program


def show_program(workspace_slug: str, slug: str) -> ShownProgram | None:
    """The program of this slug; None when there is none that runs."""
    with reading() as session:
        workspace = default_workspace(session, workspace_slug)
        if workspace is None:
            return None
        programs = live_programs(session, workspace_row(session, workspace))
        for versions in programs.values():
            live = versions.live
            if live.slug == slug and live.status in (ProgramStatus.ACTIVE, ProgramStatus.PAUSED):
                return ShownProgram(workspace, firm_of(session, workspace), live)
    return None


def programs_shown(workspace: str) -> dict[str, Program]:
    """Every program of a workspace that ever went live, by id."""
    with reading() as session:
        return {key: v.live for key, v in live_programs(session, workspace_row(session, workspace)).items()}
