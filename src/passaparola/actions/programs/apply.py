"""Apply a program file: a new version, live at once unless the file says draft."""

from dataclasses import dataclass

from passaparola.actions.acts import write_act
from passaparola.domain.instant import Instant
from passaparola.domain.programs import Finding, read_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.store.ids import new_id
from passaparola.store.session import Conflict, Session, writing
from passaparola.store.write.plan import Plan, write

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
    """Store the file as the next version of its program. Raises UnableToApplyProgram with all that is wrong."""
    program, findings = read_program(document, key=_PLACEHOLDER, version=1, effective_from=now, source=source)
    if program is None:
        raise UnableToApplyProgram(findings)
    for _ in range(5):
        try:
            return _apply(program, document, findings, workspace, now, actor)
        except Conflict:
            continue
    return _apply(program, document, findings, workspace, now, actor)


def _apply(
    program: Program, document: str, findings: list[Finding], workspace: str, now: Instant, actor: str
) -> Applied:
    live = program.status != ProgramStatus.DRAFT
    with writing() as session:
        key, newest, text, live_version = _known(session, workspace, program.slug)
        number = newest + 1
        if text == document and (not live or live_version == newest):
            return Applied(key or "", program.slug, newest, live, False, tuple(findings))
        plan = Plan(workspace, at=now)
        if key is None:
            key = new_id()
            _insert_program(session, key, workspace, program, now)
        _insert_version(session, key, workspace, number, document, now if live else None, now)
        if live:
            _go_live(session, key, workspace, program.name, number)
        write_act(
            plan, actor, "program.apply", program.slug, {"version": number, "live": live, "document": document}, now
        )
        write(session, plan)
    return Applied(key, program.slug, number, live, True, tuple(findings))


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


def set_program_status(slug: str, status: ProgramStatus, *, workspace: str, now: Instant, actor: str) -> bool:
    """Pause, resume, end or archive a program. False when there is no such live program."""
    with writing() as session:
        plan = Plan(workspace, at=now)
        touched = session.run(
            "UPDATE store_program SET status = %(status)s WHERE workspace_id = %(ws)s::uuid AND slug = %(slug)s"
            " AND live_version IS NOT NULL",
            status=str(status),
            ws=workspace,
            slug=slug,
        )
        if touched == 1:
            session.run(
                "UPDATE store_workspace SET programs_version = programs_version + 1 WHERE id = %(ws)s::uuid",
                ws=workspace,
            )
            write_act(plan, actor, "program.status", slug, {"status": str(status)}, now)
            write(session, plan)
    return touched == 1
