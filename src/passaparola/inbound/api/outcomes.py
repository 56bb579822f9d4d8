"""What became of an event, in the words of the API. Rebuilt from the stored outcome, so that a replay is the same to the byte."""

from typing import Any

from passaparola.actions.events.work import (
    CONFLICT,
    DUPLICATE,
    DUPLICATE_ORDER,
    ORDER_CONFLICT,
    RECORDED,
    UNKNOWN_PERSON,
    Recorded,
)
from passaparola.inbound.api.ids import shown
from passaparola.inbound.api.problems import FieldProblem, Problem

STATUS = {RECORDED: 201, DUPLICATE: 200, DUPLICATE_ORDER: 200}
_CONFLICTS = {
    CONFLICT: "Nothing was changed; the operator has a finding. Give another fact another id.",
    ORDER_CONFLICT: "The event is kept and counts nothing; the operator has a finding.",
}


def told(recorded: Recorded) -> tuple[int, dict[str, Any]]:
    """Status and document of one event alone."""
    status = STATUS.get(recorded.outcome)
    if status is not None:
        return status, _outcome(recorded)
    if recorded.outcome == UNKNOWN_PERSON:
        unknown = [FieldProblem("person", "there is no such person here")]
        return 422, Problem("invalid", "The event was not recorded.", unknown).document()
    problem = Problem(recorded.outcome, _CONFLICTS[recorded.outcome])
    return problem.status, problem.document() | _outcome(recorded)


def in_list(recorded: Recorded, problem: dict[str, Any]) -> dict[str, Any]:
    """The document of one event among others, when there is a problem with it."""
    outcome = _outcome(recorded)
    return {**outcome, "problem": {k: v for k, v in problem.items() if k not in outcome}}


def not_recorded(raw: Any, problem: Problem) -> dict[str, Any]:
    """The document of an event in a list that was not recorded at all."""
    named = raw.get("id") if isinstance(raw, dict) else None
    outcome = problem.name if problem.name == "invalid" else "not_recorded"
    return {
        "id": None,
        "event": named if isinstance(named, str) else None,
        "outcome": outcome,
        "problem": problem.document(),
    }


def _outcome(recorded: Recorded) -> dict[str, Any]:
    key = shown("evt", recorded.event) if recorded.event else None
    return {"id": key, "event": recorded.external_id, "outcome": recorded.outcome}
