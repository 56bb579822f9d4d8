"""Programs: what a firm promises, as versioned files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.programs.apply import Applied, Ground, UnableToApplyProgram, apply_file
from passaparola.actions.programs.launching import LONGEST_REASON
from passaparola.actions.programs.rollback import UnableToRollBack, roll_back
from passaparola.actions.programs.status import archive_program, end_program, pause_program, resume_program
from passaparola.actions.rehearsal.plan import propose, record
from passaparola.analytics.goal import NoGoal, goal_document, goal_of
from passaparola.analytics.pace import with_pace
from passaparola.domain.programs import Finding, describe, read_program, schema_text
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.programs.recommend import RECOMMENDATIONS
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import answer, at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found, program_named
from passaparola.inbound.api.ids import not_found, shown
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.program_shapes import (
    AppliedDocument,
    Checked,
    GoalDocument,
    PlanDocument,
    ProgramDocument,
    Recommendations,
    Status,
    StatusDocument,
    Version,
    WholeProgram,
    WholeVersion,
)
from passaparola.inbound.api.shapes import Page, ProblemDocument
from passaparola.inbound.plans import plan_json
from passaparola.inbound.today import now, now_in
from passaparola.store.read.catalogue import NoSuchProgram, why_without_goal
from passaparola.store.read.pages import PROGRAMS, VERSIONS, Record, record_of, records_of
from passaparola.store.read.snapshot import Session, reading

router = Router(tags=["Programs"])
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/plain")
LARGEST_FILE = 256 << 10
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string", "description": "A program file: docs/programs.md"}}
        },
    }
}


@router.get("", auth=ApiKey("programs:read"), response=Page[ProgramDocument])
def list_programs(
    request: HttpRequest, paging: Paging, status: Annotated[Status | None, Query()] = None
) -> HttpResponse:
    """The programs of the workspace, the newest first. Scope: `programs:read`."""
    with reading() as session:
        given = Filters(session, key_of_request(request).workspace).plain(status=status).given
    return paged(request, PROGRAMS, given, each(_program), paging=paging)


@router.post("/check", auth=ApiKey("programs:read"), response=Checked, openapi_extra=_FILE)
def check(request: HttpRequest) -> HttpResponse:
    """Everything that is wrong with a program file, at once; nothing is stored. Scope: `programs:read`."""
    text, workspace = _text(request), key_of_request(request).workspace
    program, findings = read_program(text, key="0" * 32, version=1, effective_from=now())
    findings = with_pace(text, program, findings, workspace=workspace, now=now_in(workspace))
    described = describe(program).split("\n") if program else []
    return document({"valid": program is not None, "findings": [finding(f) for f in findings], "described": described})


@router.post(
    "", auth=ApiKey("programs:write"), response={200: AppliedDocument, 201: AppliedDocument}, openapi_extra=_FILE
)
def apply(
    request: HttpRequest,
    plan: Annotated[str | None, Query(max_length=64)] = None,
    without_goal: Annotated[str | None, Query(min_length=1, max_length=LONGEST_REASON)] = None,
) -> HttpResponse:
    """Apply a program file: its next version, live at once unless it says `status: draft`. The same text again changes nothing.

    With `plan` only while that plan is fresh: refused by `stale_plan`, `plan_of_another_file` or `unknown_plan`. A program begins with a
    `goal`, or with the reason in `without_goal`, which is kept in the log: otherwise refused by `no_goal`. Scope: `programs:write`.
    """
    text, ground = _text(request), Ground(plan=plan, without_goal=without_goal)
    with _wrong_files():
        return act(
            request,
            lambda asked: apply_file(text, asked=asked, ground=ground),
            _applied,
            status=lambda a: 201 if a.changed else 200,
        )


@router.post("/plan", auth=ApiKey("programs:write"), response=PlanDocument, openapi_extra=_FILE)
def plan_file(request: HttpRequest, days: Annotated[int, Query(ge=1, le=3650)] = 365) -> HttpResponse:
    """What applying a program file would change: in words, and in money on what came in the last `days`. Only the plan is kept.

    Scope: `programs:write`.
    """
    text, workspace = _text(request), key_of_request(request).workspace
    with _wrong_files():
        proposal = propose(text, workspace=workspace, now=now_in(workspace), days=days)
    return act(request, lambda asked: record(proposal, text, asked=asked), lambda key: plan_json(proposal, key))


@router.post(
    "/{program}/rollback", auth=ApiKey("programs:write"), response={200: AppliedDocument, 201: AppliedDocument}
)
def rollback(request: HttpRequest, program: str, to: Annotated[int | None, Query(ge=1)] = None) -> HttpResponse:
    """Make the text of an earlier version (`to`, or the one live before) the next one. What was promised is kept.

    Scope: `programs:write`.
    """
    try:
        with _wrong_files():
            return act(
                request,
                lambda asked: roll_back(program, to=to, asked=asked),
                _applied,
                status=lambda a: 201 if a.changed else 200,
            )
    except NoSuchProgram:
        raise not_found(program) from None
    except UnableToRollBack as problem:
        raise Problem("invalid", str(problem), [FieldProblem("to", str(problem))]) from problem


@contextmanager
def _wrong_files() -> Iterator[None]:
    """What is wrong with a file, said by place."""
    try:
        yield
    except UnableToApplyProgram as problem:
        errors = [
            FieldProblem(f.path or f"line {f.line}", f.sentence()) for f in problem.findings if f.severity == "error"
        ]
        raise Problem(
            "invalid", "Nothing was changed.", errors, extra={"findings": [finding(f) for f in problem.findings]}
        ) from problem


@router.get("/recommendations", auth=ApiKey("programs:read"), response=Recommendations)
def recommendations(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Which shipped program to begin with for each goal, and why. Scope: `programs:read`."""
    rows = [{"goal": r.goal.value, "template": r.template, "reason": r.reason} for r in RECOMMENDATIONS]
    return document({"recommendations": rows})


@router.get("/schema", auth=None, response=dict[str, Any])
def get_schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The JSON Schema of a program file, for editors. It is the same for everybody and needs no key."""
    return answer(schema_text())


@router.get("/{program}/goal", auth=ApiKey("reports:read"), response={200: GoalDocument, 404: ProblemDocument})
def get_goal(request: HttpRequest, program: str) -> HttpResponse:
    """How far a program is on the way to the goal of its file; 404 where it names none. Scope: `reports:read`."""
    workspace = key_of_request(request).workspace
    try:
        return document(goal_document(goal_of(workspace, program, now=now_in(workspace))))
    except (NoGoal, NoSuchProgram):
        raise not_found(program) from None


@router.get("/{program}", auth=ApiKey("programs:read"), response={200: WholeProgram, 404: ProblemDocument})
def get_program(request: HttpRequest, program: str) -> HttpResponse:
    """One program by its slug or id, with its file and what it promises. Scope: `programs:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        key = program_named(session, workspace, program)
        row = found(record_of(session, PROGRAMS, workspace, key), program)
        number = row["live_version"] or row["newest_version"]
        version = _version_row(session, workspace, key, number, program)
        without = why_without_goal(session, workspace, row["slug"], number)
    compiled, _ = read_program(
        version["document"], key=key, version=number, effective_from=version["effective_from"] or version["created_at"]
    )
    described = describe(compiled).split("\n") if compiled else []
    told = {"document": version["document"], "described": described}
    return document({**_program(row), **told, "without_goal": without if compiled and compiled.goal is None else None})


@router.get("/{program}/versions", auth=ApiKey("programs:read"), response=Page[Version])
def list_versions(request: HttpRequest, program: str, paging: Paging) -> HttpResponse:
    """Its versions, the newest first. Scope: `programs:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        key = program_named(session, workspace, program)
        live = found(record_of(session, PROGRAMS, workspace, key), program)["live_version"]
    return paged(request, VERSIONS, {"program": key}, each(lambda row: _version(row, live)), paging=paging)


@router.get(
    "/{program}/versions/{int:number}", auth=ApiKey("programs:read"), response={200: WholeVersion, 404: ProblemDocument}
)
def get_version(request: HttpRequest, program: str, number: int) -> HttpResponse:
    """One version with its file. Scope: `programs:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        key = program_named(session, workspace, program)
        live = found(record_of(session, PROGRAMS, workspace, key), program)["live_version"]
        row = _version_row(session, workspace, key, number, f"{program} version {number}")
    return document({**_version(row, live), "document": row["document"]})


@router.post("/{program}/pause", auth=ApiKey("programs:write"), response=StatusDocument)
def pause(request: HttpRequest, program: str) -> HttpResponse:
    """Give nothing new until it is resumed. Scope: `programs:write`."""
    return _status(request, program, pause_program)


@router.post("/{program}/resume", auth=ApiKey("programs:write"), response=StatusDocument)
def resume(request: HttpRequest, program: str) -> HttpResponse:
    """Give again. Scope: `programs:write`."""
    return _status(request, program, resume_program)


@router.post("/{program}/end", auth=ApiKey("programs:write"), response=StatusDocument)
def end(request: HttpRequest, program: str) -> HttpResponse:
    """Give nothing new for good; what was given is kept. Scope: `programs:write`."""
    return _status(request, program, end_program)


@router.post("/{program}/archive", auth=ApiKey("programs:write"), response=StatusDocument)
def archive(request: HttpRequest, program: str) -> HttpResponse:
    """Put a program away that has ended. Scope: `programs:write`."""
    return _status(request, program, archive_program)


def _status(request: HttpRequest, program: str, change: Any) -> HttpResponse:
    workspace = key_of_request(request).workspace
    with reading() as session:
        key = program_named(session, workspace, program)

    def do(asked: Asked) -> Performed[ProgramStatus]:
        performed: Performed[ProgramStatus] = change(key, asked=asked)
        return performed

    return act(request, do, lambda status: {"id": shown("prg", key), "status": str(status)})


def _text(request: HttpRequest) -> str:
    if request.content_type not in YAML:
        raise Problem("unsupported_content", "Send the file as application/yaml.")
    if len(request.body) > LARGEST_FILE:
        raise Problem("too_large", "A program file has at most 256 KiB.")
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("malformed", "The file is not UTF-8.") from None


def _version_row(session: Session, workspace: str, program: str, number: int, text: str) -> Record:
    if number >= 1 << 31:
        raise not_found(text)
    rows = records_of(session, VERSIONS, workspace, given={"program": program, "number": number})
    return found(rows[0] if rows else None, text)


def _program(row: Record) -> dict[str, Any]:
    return {
        "id": shown("prg", row["id"]),
        "program": row["slug"],
        "name": row["name"],
        "status": row["status"],
        "live_version": row["live_version"],
        "newest_version": row["newest_version"],
        "created_at": at(row["created_at"]),
    }


def _version(row: Record, live: int | None) -> dict[str, Any]:
    return {
        "number": row["number"],
        "effective_from": at(row["effective_from"]),
        "created_at": at(row["created_at"]),
        "live": row["number"] == live,
    }


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "id": shown("prg", applied.key),
        "program": applied.slug,
        "version": applied.version,
        "live": applied.live,
        "changed": applied.changed,
        "findings": [finding(f) for f in applied.findings],
    }


def finding(said: Finding) -> dict[str, Any]:
    """One finding about a program file, with its sentence."""
    return {**asdict(said), "sentence": said.sentence()}
