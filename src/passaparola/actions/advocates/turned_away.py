"""Why somebody who recommended is not enrolled: the rule that keeps them out, looked up when staff read an explanation.

Decisions do not hold it: what the rules see of a person is personal, changes, and is kept in no log.
"""

from dataclasses import replace
from typing import Any

from passaparola.actions.advocates.admission import Gate
from passaparola.actions.programs.live import live_programs
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.reasons import Reason
from passaparola.store.read.advocates import advocates_in
from passaparola.store.read.checkout import person_group
from passaparola.store.read.explanations import DecisionRow, Explained
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import Session


def with_rules(found: Explained, session: Session, workspace: str, now: Instant) -> Explained:
    """The same, and with each contender who was `not_enrolled` and still is, `turned_away`: the rule that keeps them out at this moment
    (none: nothing does any more) and what it sees. For staff only."""
    if not any(_not_enrolled(c) for decision in found.decisions for c in decision.explanation["contenders"]):
        return found
    live = {v.live.slug: v.live for v in live_programs(session, workspace_row(session, workspace)).values()}
    asked = _Asked(session, workspace, live, now)
    return replace(found, decisions=[asked.told(decision) for decision in found.decisions])


def _not_enrolled(contender: dict[str, Any]) -> bool:
    return bool(contender["result"] == Reason.NOT_ENROLLED)


class _Asked:
    """Each person is asked about once in each program."""

    def __init__(self, session: Session, workspace: str, live: dict[str, Program], now: Instant):
        self.session, self.workspace, self.live, self.now = session, workspace, live, now
        self.known: dict[tuple[str, str], dict[str, Any] | None] = {}

    def told(self, decision: DecisionRow) -> DecisionRow:
        e = decision.explanation
        return replace(decision, explanation={**e, "contenders": [self._of(e["program"], c) for c in e["contenders"]]})

    def _of(self, program: str, contender: dict[str, Any]) -> dict[str, Any]:
        if not _not_enrolled(contender) or program not in self.live:
            return contender
        asked = (program, contender["advocate"])
        if asked not in self.known:
            self.known[asked] = self._rule(*asked)
        return {**contender, "turned_away": self.known[asked]} if self.known[asked] else contender

    def _rule(self, slug: str, person: str) -> dict[str, Any] | None:
        program, group = self.live[slug], person_group(self.session, self.workspace, person)
        if not group or advocates_in(self.session, self.workspace, program.key, group):
            return None
        refused = Gate(self.session, self.workspace, program, self.now).refusal(group, known=True, invited=False)
        return {"rule": refused and str(refused.reason), "saw": dict(refused.saw) if refused else {}}
