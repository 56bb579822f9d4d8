"""In which language somebody is written to: the one they chose, else the one of the mail before, which began with their browser's, else
the program's."""

from collections.abc import Mapping

from passaparola.actions.programs.live import live_programs
from passaparola.domain.programs.spoken import spoken_by, subject_of
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.messages import languages_chosen, languages_of
from passaparola.store.session import Session


def languages_for(session: Session, workspace: str, macs: Mapping[str, str]) -> dict[str, str]:
    """The language of each of these people (person → hash of their address), of those of whom we know one."""
    if not macs:
        return {}
    before = languages_of(session, workspace, macs.values())
    last = {person: before[mac] for person, mac in macs.items() if mac in before}
    return {**last, **languages_chosen(session, workspace, macs)}


def language_for(session: Session, workspace: str, person: str, mac: str, *, otherwise: str) -> str:
    """The language of one of them."""
    return languages_for(session, workspace, {person: mac}).get(person, otherwise)


def language_of_program(session: Session, workspace: str, program: str | None = None) -> str:
    """What a program speaks, or all of the firm's where none is named."""
    known = live_programs(session, workspace_row(session, workspace))
    return spoken_by(versions.live for key, versions in known.items() if program in (None, key))


def subject_spoken_of(session: Session, workspace: str, program: str | None = None) -> str:
    """The subject of a program, or the one of all of the firm's where none is named."""
    known = live_programs(session, workspace_row(session, workspace))
    return subject_of(versions.live for key, versions in known.items() if program in (None, key))
