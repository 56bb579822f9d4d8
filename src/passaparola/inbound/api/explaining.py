"""Why: the stored explanation of an event, a referral or a reward, as values and as words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from passaparola.actions.advocates.turned_away import with_rules
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import key_of_request
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.shapes import Shown
from passaparola.inbound.explained import as_json
from passaparola.inbound.today import now_in
from passaparola.store.read.explanations import NothingKnown, explanations_of
from passaparola.store.read.snapshot import snapshot


class Explanation(Shown):
    subject: str
    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]] = Field(
        description="Every contender, every rule with the values it saw, every refusal by name; `words` says it in sentences. A contender"
        " who was `not_enrolled` and still is has `turned_away`: the rule of access that keeps them out now, or null, and what it sees"
    )
    rewards: list[dict[str, Any]]
    people: dict[str, str] = Field(description="A name for each person that occurs")


def explanation(request: HttpRequest, prefix: str, text: str) -> HttpResponse:
    """The explanation of one thing by its public id."""
    workspace, name = key_of_request(request).workspace, shown(prefix, key_of(prefix, text))
    now = now_in(workspace)
    with snapshot() as session:
        try:
            found = with_rules(explanations_of(session, workspace, name), session, workspace, now)
        except NothingKnown:
            raise not_found(text) from None
    return document(as_json(found))
