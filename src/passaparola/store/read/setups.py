"""Programs that are being set up, and what competitors offer."""

from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class SetupRow:
    """What was answered so far. `program` is the slug of what came of it; empty while it is being set up."""

    id: str
    answers: Any
    step: str
    revision: int
    program: str
    begun_by: str
    saved_by: str
    begun_at: Instant
    saved_at: Instant

    @property
    def name(self) -> str:
        """What the program is to be called, where that was said."""
        goal = self.answers.get("goal") if isinstance(self.answers, dict) else None
        return str(goal.get("name", "")) if isinstance(goal, dict) else ""


@value(frozen=True, slots=True)
class CompetitorRow:
    """What a competitor offers, as it was written."""

    id: str
    name: str
    website: str
    advocate: str
    friend: str
    currency: str
    note: str
    seen_at: Instant


_SETUP = (
    "SELECT id, answers, step, revision, program, begun_by, saved_by, begun_at, saved_at FROM store_setup"
    " WHERE workspace_id = %(ws)s::uuid AND "
)


def setup_of(session: Session, workspace: str, key: str) -> SetupRow | None:
    """The set-up of this id."""
    return next(iter(_setups(session, workspace, "id = %(key)s::uuid", key=key)), None)


def open_setups(session: Session, workspace: str, most: int = 50) -> list[SetupRow]:
    """Those that are not finished, the one that was saved last first."""
    return _setups(session, workspace, "program = '' ORDER BY saved_at DESC, id LIMIT %(most)s", most=most)


def setup_of_program(session: Session, workspace: str, program: str) -> SetupRow | None:
    """The set-up of which a program (its slug) came, if one did."""
    found = _setups(session, workspace, "program = %(program)s ORDER BY saved_at DESC LIMIT 1", program=program)
    return found[0] if found else None


def _setups(session: Session, workspace: str, which: str, **given: Any) -> list[SetupRow]:
    rows = session.rows(_SETUP + which, ws=workspace, **given)
    return [SetupRow(key, orjson.loads(answers), *rest) for key, answers, *rest in rows]


def competitors(session: Session, workspace: str, most: int = 200) -> list[CompetitorRow]:
    """What is known of competitors, by name."""
    rows = session.rows(
        "SELECT id, name, website, advocate, friend, currency, note, seen_at FROM store_competitor"
        " WHERE workspace_id = %(ws)s::uuid ORDER BY name LIMIT %(most)s",
        ws=workspace,
        most=most,
    )
    return [CompetitorRow(*row) for row in rows]
