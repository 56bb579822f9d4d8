"""Apply a program file: a new version, live at once unless the file says draft."""

from dataclasses import dataclass, replace
from typing import Any

from passaparola.actions.acting import Asked, Desk, Performed, done, perform
from passaparola.actions.programs.launching import require_goal
from passaparola.actions.programs.plans import require_fresh
from passaparola.domain.instant import Instant
from passaparola.domain.programs import Finding, read_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.store.ids import new_id
from passaparola.store.session import Session
from passaparola.store.write.limits import recount
from passaparola.store.write.stock import recount_stock

_PLACEHOLDER = "0" * 32


class UnableToApplyProgram(ValueError):
    """The file has errors; nothing was changed."""

    def __init__(self, findings: list[Finding]):
        super().__init__("\n".join(f.sentence() for f in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Applied:
    """`changed` is False when the newest version has the very same text."""

    key: str
    slug: str
    version: int
    live: bool
    changed: bool
    findings: tuple[Finding, ...] = ()


def apply_program(document: str, *, workspace: str, now: Instant, actor: str, source: str = "program.yaml") -> Applied:
    """Store the file as the next version of its program, as the log has it: nobody is asked for a goal again.

    Raises UnableToApplyProgram with all that is wrong.
    """
    program, findings = _read(document, now, source)
    return done(perform(Asked(workspace, now, actor), lambda desk: put(desk, program, document, findings, Ground())))


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a file is applied: a plan, the return to an earlier version, the scale rule of a version, why it may have no goal."""

    plan: str | None = None
    back_to: int | None = None
    extended: int | None = None
    without_goal: str | None = None

    @property
    def said(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in ("plan", "back_to", "extended", "without_goal")}
        return {name: value for name, value in given.items() if value is not None}


_NOTHING = Ground()


def apply_file(
    document: str, *, asked: Asked, source: str = "program.yaml", ground: Ground = _NOTHING
) -> Performed[Applied]:
    """The same as a person asks for it, under an idempotency key. What goes live has a goal, or `ground.without_goal` says why not, which
    is kept in the log; else it is refused (422): `no_goal`. The text of an earlier version may come back as it was.

    With a plan only while that plan is fresh, else refused (409): `stale_plan`, `plan_of_another_file`, `unknown_plan`.
    Raises UnableToApplyProgram, IdempotencyMismatch, Conflict.
    """
    program, findings = _read(document, asked.now, source)

    def do(desk: Desk) -> Applied:
        why = require_goal(desk, program, ground.without_goal) if ground.back_to is None else None
        return put(desk, program, document, findings, replace(ground, without_goal=why))

    return perform(asked, do)


def _read(document: str, now: Instant, source: str) -> tuple[Program, tuple[Finding, ...]]:
    program, findings = read_program(document, key=_PLACEHOLDER, version=1, effective_from=now, source=source)
    if program is None:
        raise UnableToApplyProgram(findings)
    return program, tuple(findings)


def put(desk: Desk, program: Program, document: str, findings: tuple[Finding, ...], ground: Ground) -> Applied:
    """Store a checked file as the next version of its program, inside an act. Refused where the plan it goes by is stale."""
    live = program.status != ProgramStatus.DRAFT
    session, workspace, now = desk.session, desk.workspace.id, desk.now
    key, newest, text, live_version = _known(session, workspace, program.slug)
    if ground.plan is not None:
        require_fresh(ground.plan, program.slug, live_version, document, desk)
    number = newest + 1
    if text == document and (not live or live_version == newest):
        return Applied(key or "", program.slug, newest, live, False, findings)
    if key is None:
        key = new_id()
        _insert_program(session, key, workspace, program, now)
    _insert_version(session, key, workspace, number, document, now if live else None, now)
    if live:
        _go_live(session, key, workspace, program.name, number)
        before = desk.programs.get(key)
        recount(session, workspace, key, before.live if before else None, program)
        recount_stock(session, workspace, key, before.live if before else None, program)
    desk.plan.programs_version = None  # it is this act that changes the programs
    desk.act("program.apply", program.slug, version=number, live=live, document=document, **ground.said)
    return Applied(key, program.slug, number, live, True, findings)


def _known(session: Session, workspace: str, slug: str) -> tuple[str | None, int, str, int | None]:
    rows = session.rows(
        "SELECT p.id, v.number, v.document, p.live_version FROM store_program p JOIN store_programversion v ON v.program_id = p.id"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.slug = %(slug)s ORDER BY v.number DESC LIMIT 1",
        ws=workspace,
        slug=slug,
    )
    return rows[0] if rows else (None, 0, "", None)


def _insert_program(session: Session, key: str, workspace: str, program: Program, now: Instant) -> None:
    session.run(
        "INSERT INTO store_program (id, workspace_id, slug, name, status, live_version, created_at) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(slug)s, %(name)s, 'draft', NULL, %(now)s)",
        id=key,
        ws=workspace,
        slug=program.slug,
        name=program.name,
        now=now,
    )


def _insert_version(
    session: Session, key: str, workspace: str, number: int, document: str, effective: Instant | None, now: Instant
) -> None:
    session.run(
        "INSERT INTO store_programversion (id, workspace_id, program_id, number, document, effective_from, created_at) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(program)s::uuid, %(number)s, %(document)s, %(effective)s, %(now)s)",
        id=new_id(),
        ws=workspace,
        program=key,
        number=number,
        document=document,
        effective=effective,
        now=now,
    )


def _go_live(session: Session, key: str, workspace: str, name: str, number: int) -> None:
    session.run(
        "UPDATE store_program SET live_version = %(number)s, status = 'active', name = %(name)s WHERE id = %(id)s::uuid",
        number=number,
        name=name,
        id=key,
    )
    session.run(
        "UPDATE store_workspace SET programs_version = programs_version + 1 WHERE id = %(ws)s::uuid", ws=workspace
    )
