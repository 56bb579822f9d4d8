"""The programs that decide, compiled once for each change of programs and kept for the process."""

from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.programs.compile import compile_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.document import ProgramDocument
from passaparola.domain.programs.reader import read_document
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
        read, problem = _read(document)
        if read is None:
            raise UnableToReadStoredProgram(f"{slug} version {number}: {problem}")
        program = compile_program(read, document, key=key, version=number, effective_from=effective_from)
        program = replace(program, status=ProgramStatus(status))
        versions.setdefault(key, []).append(program)
        if number == live_version:
            live[key] = program
    return {key: ProgramVersions(tuple(found), live[key]) for key, found in versions.items() if key in live}


@lru_cache(maxsize=128)
def _read(text: str) -> tuple[ProgramDocument | None, str]:
    """The file, or what is wrong with it. A stored version never changes, and reading it takes as long as deciding a hundred events: when a
    program gets a new one, the old ones are not read again."""
    document, findings = read_document(text)
    return document, findings[0].sentence() if findings else ""
