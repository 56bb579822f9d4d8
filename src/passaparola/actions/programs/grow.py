"""The scale rule: extend a program once enough of its friends came back. The clock asks, at most once an hour for each process."""

from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, perform
from passaparola.actions.programs.apply import Applied, Ground, put
from passaparola.actions.programs.hourly import Hourly
from passaparola.actions.programs.live import live_programs
from passaparola.analytics.retention import kept_of
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.reader import read_program
from passaparola.domain.programs.scale import Kept, is_due
from passaparola.domain.programs.scaling import UnableToExtend, extended_text
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import reading

EXTENDED, NOT_EXTENDED = "program_extended", "program_not_extended"
_hourly = Hourly()


def grow(workspace: str, *, now: Instant, actor: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Make the extended file of every active program whose scale rule is met its next version, and tell the operator by a finding.

    (kind, key) → detail of the findings where one could not be extended. Raises Conflict.
    """
    failed = {}
    for program, kept in _due(workspace, now):
        key, said = f"{program.key}:{program.version}", {"program": program.slug, **_counts(kept)}
        try:
            _extend(program, said, key, asked=Asked(workspace, now, actor))
        except UnableToExtend as problem:
            failed[(NOT_EXTENDED, key)] = {**said, "why": str(problem)}
    return failed


def _due(workspace: str, now: Instant) -> list[tuple[Program, Kept]]:
    found = []
    with reading() as session:
        for versions in live_programs(session, workspace_row(session, workspace)).values():
            program = versions.live
            if program.scale is None or program.status is not ProgramStatus.ACTIVE or not _hourly.is_time(program, now):
                continue
            kept = kept_of(session, workspace, program, program.scale, now=now)
            if is_due(program.scale, kept):
                found.append((program, kept))
    return found


def _extend(program: Program, said: dict[str, Any], key: str, *, asked: Asked) -> None:
    text = extended_text(program.document)
    extended, findings = read_program(text, key=program.key, version=1, effective_from=asked.now)
    if extended is None:
        raise UnableToExtend("; ".join(f.sentence() for f in findings if f.severity == "error"))

    def do(desk: Desk) -> Applied | None:
        """Nothing where somebody changed or paused it meanwhile: the rule is asked again of what is live then."""
        versions = desk.programs.get(program.key)
        if versions is None or (versions.live.version, versions.live.status) != (program.version, program.status):
            return None
        applied = put(desk, extended, text, tuple(findings), Ground(extended=program.version))
        desk.plan.find(EXTENDED, key, orjson.dumps({**said, "version": applied.version}).decode(), desk.now)
        return applied

    perform(asked, do)


def _counts(kept: Kept) -> dict[str, int]:
    return {"friends": kept.friends, "back": kept.back}
