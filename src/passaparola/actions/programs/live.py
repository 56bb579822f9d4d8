"""The programs that decide, compiled once for each change of programs and kept for the process."""

from collections import OrderedDict
from dataclasses import replace

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.store.read.gather import WorkspaceRow, program_rows
from passaparola.store.session import Session

_cache: OrderedDict[tuple[str, int], dict[str, ProgramVersions]] = OrderedDict()
_KEPT = 64


class UnableToReadStoredProgram(RuntimeError):
    """A stored program file does not compile: the installation is damaged or older than its data."""


def live_programs(session: Session, workspace: WorkspaceRow) -> dict[str, ProgramVersions]:
    """All programs that ever went live, by id, with every version; `live` carries the present status."""
    cache_key = (workspace.id, workspace.programs_version)
    known = _cache.get(cache_key)
    if known is None:
        known = _load(session, workspace.id)
        _cache[cache_key] = known
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return known


def _load(session: Session, workspace: str) -> dict[str, ProgramVersions]:
    versions: dict[str, list[Program]] = {}
    live: dict[str, Program] = {}
    for key, slug, status, live_version, number, document, effective_from in program_rows(session, workspace):
        program, findings = read_program(document, key=key, version=number, effective_from=effective_from)
        if program is None:
            raise UnableToReadStoredProgram(f"{slug} version {number}: {findings[0].sentence() if findings else ''}")
        program = replace(program, status=ProgramStatus(status))
        versions.setdefault(key, []).append(program)
        if number == live_version:
            live[key] = program
    return {key: ProgramVersions(tuple(found), live[key]) for key, found in versions.items() if key in live}
