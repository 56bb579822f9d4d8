"""The compiled programs of a workspace, for what is only read."""

from passaparola.actions.programs.live import live_programs
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.snapshot import reading


def programs_of(workspace: str) -> dict[str, ProgramVersions]:
    """Every program that ever went live, by id, with all its versions."""
    with reading() as session:
        return live_programs(session, workspace_row(session, workspace))


def has_board(workspace: str, program: str) -> bool:
    """Whether the live version of this program has a leaderboard."""
    versions = programs_of(workspace).get(program)
    return versions is not None and versions.live.leaderboard is not None
