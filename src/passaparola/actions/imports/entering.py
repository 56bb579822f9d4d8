"""Enter one recommendation that staff were told of, single under its idempotency key."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from passaparola.actions.acting import Asked, Desk, IdempotencyMismatch, Performed, Refusal, perform
from passaparola.actions.conflicts import Conflict
from passaparola.actions.events.work import CONFLICT, FRIEND_BOUND
from passaparola.actions.imports.events import UNWRITTEN, Imported, UnableToImport
from passaparola.actions.imports.referrals import BOUND, Entering, import_referrals
from passaparola.store.read.idempotency import StoredAnswer, stored_answers
from passaparola.store.session import reading


def enter_referral(line: Mapping[str, Any], entering: Entering) -> Performed[bool]:
    """Enter it; whether it is new. The event's id comes from the pair, so a try that was cut off before its answer was kept adds nothing.

    Refused: `event_conflict`, `friend_bound` (409), `invalid` (422). Raises IdempotencyMismatch, Conflict.
    """
    known = _answered(entering.asked)
    if known is not None:
        return Performed(replayed=known)
    alone = replace(entering, asked=replace(entering.asked, keyed=None, render=None))
    try:
        told, wrong = import_referrals([(1, line)], alone), ""
    except UnableToImport as problem:
        told, wrong = Imported(), f"program: {problem}"
    for _line, why in told.rejected:
        if why.startswith(UNWRITTEN):
            raise Conflict(why)

    def outcome(_: Desk) -> bool:
        for _line, why in told.conflicts:
            raise Refusal(FRIEND_BOUND if why == BOUND else CONFLICT, why)
        problems = [wrong, *(why for _line, why in told.rejected)]
        if any(problems):
            raise Refusal("invalid", "; ".join(filter(None, problems)), 422)
        return told.recorded > 0

    return perform(entering.asked, outcome)


def _answered(asked: Asked) -> StoredAnswer | None:
    keyed = asked.keyed
    if keyed is None:
        return None
    with reading() as session:
        known = stored_answers(session, asked.workspace, [keyed]).get(keyed.scope)
    if known is not None and known.fingerprint != keyed.fingerprint:
        raise IdempotencyMismatch(keyed.key)
    return known
