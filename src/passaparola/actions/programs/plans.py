"""A plan is the promise to apply one file to one live version. It is recorded, and goes stale when either changes."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.tongue import gettext_noop
from passaparola.store.session import Session

VERB = "program.plan"
STALE, UNKNOWN, ANOTHER_FILE = "stale_plan", "unknown_plan", "plan_of_another_file"


def file_hash(document: str) -> str:
    """SHA-256 of the text of a program file."""
    return hashlib.sha256(document.encode()).hexdigest()


def plan_id(workspace: str, slug: str, live: int | None, document: str) -> str:
    """The name of a plan: it follows from the workspace, the program, its live version and the file."""
    text = f"{workspace}|{slug}|{live or 0}|{file_hash(document)}"
    return f"pln_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def record_plan(slug: str, live: int | None, document: str, *, asked: Asked) -> Performed[str]:
    """Write down that this file was planned for this live version. Its id. Raises IdempotencyMismatch, Conflict."""

    def do(desk: Desk) -> str:
        key = plan_id(desk.workspace.id, slug, live, document)
        if _recorded(desk.session, desk.workspace.id, slug, key) is None:
            desk.act(VERB, slug, plan=key, live_version=live, file=file_hash(document))
        return key

    return perform(asked, do)


def require_fresh(plan: str, slug: str, live: int | None, document: str, desk: Desk) -> None:
    """The plan is of this file and of the version that is live now. Refused (409): `unknown_plan`, `plan_of_another_file`, `stale_plan`."""
    recorded = _recorded(desk.session, desk.workspace.id, slug, plan)
    if recorded is None:
        sentence = gettext_noop("There is no plan %(plan)s of %(program)s: make one with `program plan`.")
        raise Refusal(UNKNOWN, sentence, said={"plan": plan, "program": slug}, plan=plan)
    if recorded["file"] != file_hash(document):
        sentence = gettext_noop("The file is not the one that was planned: plan it again.")
        raise Refusal(ANOTHER_FILE, sentence, plan=plan)
    if recorded["live_version"] != live:
        planned = recorded["live_version"]
        raise Refusal(
            STALE,
            gettext_noop(
                "The plan is stale: it was made when version %(planned)s was live, and now it is %(live)s. Plan the file again."
            ),
            said={"planned": str(planned or gettext_noop("none")), "live": str(live or gettext_noop("none"))},
            plan=plan,
            planned_version=planned,
            live_version=live,
        )


def _recorded(session: Session, workspace: str, slug: str, plan: str) -> Mapping[str, Any] | None:
    rows = session.rows(
        "SELECT input FROM store_act WHERE workspace_id = %(ws)s::uuid AND verb = %(verb)s AND subject = %(slug)s ORDER BY id DESC",
        ws=workspace,
        verb=VERB,
        slug=slug,
    )
    said = (orjson.loads(row[0]) for row in rows)
    return next((given for given in said if given["plan"] == plan), None)
