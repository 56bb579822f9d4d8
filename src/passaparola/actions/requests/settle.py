"""A request comes to its end: the referral is entered by the same verb as any that staff are told of, or it is refused by name.

Before it is entered the request is claimed for the one advocate, so that meanwhile nobody ends it otherwise. What is entered is single by
the pair of advocate and friend: a settling that was cut off between its steps is done again without harm, and can only be done again. The
clock does so a few minutes later (`finish.py`).
"""

from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.imports.events import UNWRITTEN, UnableToImport
from passaparola.actions.imports.referrals import Entering, import_referrals
from passaparola.actions.messages.languages import language_for
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.requests.name import require_request
from passaparola.domain.events.event import NAMED_SOURCE, STAFF_SOURCE
from passaparola.domain.instant import iso
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.requests import (
    CONFIRMED_BY_ADVOCATE,
    CONFIRMED_BY_STAFF,
    FOR_STAFF,
    MISSED_BY_ADVOCATE,
    Refused,
    RequestKind,
    RequestState,
)
from passaparola.domain.referrals.told import SAME_PERSON
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value
from passaparola.store.read import gather
from passaparola.store.read import messages as mails
from passaparola.store.read.checkout import person_group
from passaparola.store.read.requests import RequestRow, program_slug, referral_of, request_by_id
from passaparola.store.session import Conflict, reading
from passaparola.store.write.requests import CLAIM_REQUEST, END_REQUEST, GIVE_BACK_REQUEST

OVER, NOBODY_CHOSEN, PROGRAM_OVER = "request_over", "nobody_chosen", "program_not_active"
_OVER = gettext_noop("It was answered before, or too long ago.")
_PAUSED = gettext_noop("The program takes nothing in any more.")


@value(frozen=True, slots=True)
class Outcome:
    """How a request ended, and why where it was refused."""

    state: RequestState
    reason: str = ""


def answer_naming(request: str, *, yes: bool, asked: Asked, keys: Keyring) -> Performed[Outcome]:
    """The advocate whom a friend named says that it was so, or not. Whoever calls knows that it is this advocate.

    Refused: `request_over` (409) when it was answered before or has lapsed. Raises NotFound, Conflict.
    """
    if not yes:
        return _end(
            request, Outcome(RequestState.REFUSED, Refused.ADVOCATE_SAID_NO), (RequestState.ASKED,), asked, None
        )
    row = _row(request, asked)
    if row is None or row.state != RequestState.ASKED or row.person is None:
        return _end(request, Outcome(RequestState.ACCEPTED), (RequestState.ASKED,), asked, None)
    entering = Entering(_slug(row), asked, keys, organic=False, by=NAMED_SOURCE)
    entered = _enter_claimed(row, row.person, CONFIRMED_BY_ADVOCATE, entering, (RequestState.ASKED,))
    if entered.result is None:
        return entered
    return _end(request, entered.result, (RequestState.ASKED,), asked, None, row.person)


def accept_request(request: str, *, advocate: str | None, asked: Asked, keys: Keyring) -> Performed[Outcome]:
    """An operator takes it as true: the referral is entered by hand. `advocate` (our id of a person) where several go by the name.

    Refused: `request_over` (409), `nobody_chosen` (422). Raises NotFound, Conflict.
    """
    row = _row(request, asked)
    if row is None or row.state not in FOR_STAFF:
        return _end(request, Outcome(RequestState.ACCEPTED), FOR_STAFF, asked, keys)
    begun = row.decided_at is not None
    person = (advocate or row.person) if begun else (row.person or advocate)
    if person is None or not _known(row.workspace, person):
        why = gettext_noop("Choose the advocate whom the friend means.")
        return perform(asked, lambda _: _refuse(NOBODY_CHOSEN, why))
    reason = MISSED_BY_ADVOCATE if row.kind == RequestKind.MISSING else CONFIRMED_BY_STAFF
    plain = replace(asked, keyed=None, render=None)
    entering = Entering(_slug(row), plain, keys, organic=False, by=STAFF_SOURCE)
    entered = _enter_claimed(row, person, reason, entering, FOR_STAFF)
    if entered.result is None:
        return entered
    return _end(request, entered.result, FOR_STAFF, asked, keys, person)


def refuse_request(request: str, *, why: Refused, asked: Asked, keys: Keyring) -> Performed[Outcome]:
    """An operator says no, with a reason that is told to the advocate. Refused: `request_over` (409). Raises NotFound, Conflict."""
    return _end(request, Outcome(RequestState.REFUSED, why), FOR_STAFF, asked, keys)


def _row(request: str, asked: Asked) -> RequestRow | None:
    with reading() as session:
        found = request_by_id(session, request)
    return found if found is not None and found.workspace == asked.workspace else None


def _refuse(reason: str, sentence: str) -> Outcome:
    raise Refusal(reason, sentence, 422)


def _known(workspace: str, person: str) -> bool:
    with reading() as session:
        return bool(person_group(session, workspace, person))


def _slug(row: RequestRow) -> str:
    with reading() as session:
        return program_slug(session, row.workspace, row.program)


def _enter_claimed(
    row: RequestRow, person: str, reason: str, entering: Entering, states: tuple[RequestState, ...]
) -> Performed[Outcome]:
    """Claim the request, then enter the pair. Where the program is over and nothing was entered, what was claimed is given back."""
    claimed = perform(entering.asked, lambda desk: _claim(row.id, person, states, desk))
    if claimed.refusal is not None:
        return Performed(refusal=claimed.refusal)
    outcome = _enter(row, person, reason, entering)
    if outcome is not None:
        return Performed(outcome)
    perform(entering.asked, lambda desk: _give_back(row, person, desk))
    return Performed(refusal=Refusal(PROGRAM_OVER, _PAUSED))


def _claim(request: str, person: str, states: tuple[RequestState, ...], desk: Desk) -> None:
    found = _still_waits(request, person, states, desk)
    given = {"person": person, "now": desk.now, "ws": desk.workspace.id, "id": request, "seen": found.state}
    desk.plan.guarded.append((CLAIM_REQUEST, given))


def _give_back(row: RequestRow, person: str, desk: Desk) -> None:
    """Unless somebody has claimed it anew. Among several of a name nobody was chosen before."""
    found = require_request(row.id, desk)
    if (found.state, found.person, found.decided_at) == (row.state, person, desk.now):
        before = None if row.kind == RequestKind.NAMED and row.state in FOR_STAFF else person
        given = {"person": person, "before": before, "ws": desk.workspace.id, "id": row.id, "seen": row.state}
        desk.plan.guarded.append((GIVE_BACK_REQUEST, {**given, "claimed": desk.now}))


def _still_waits(request: str, person: str | None, states: tuple[RequestState, ...], desk: Desk) -> RequestRow:
    """The request, where it waits in one of these states and is not being settled for another person. Raises Refusal, NotFound."""
    found = require_request(request, desk)
    if found.state not in states or (found.decided_at is not None and found.person != person):
        raise Refusal(OVER, _OVER, 409)
    return found


def _enter(row: RequestRow, person: str, reason: str, entering: Entering) -> Outcome | None:
    """Enter the pair, and look what came of it: bound, or not, and why. None where the program is over, and it was not entered before.

    Raises Conflict where it could not be written.
    """
    line = {"advocate": f"per_{person}", "friend": {row.known_as: row.friend}, "at": iso(row.came_at), "note": reason}
    try:
        told = import_referrals([(1, line)], entering)
    except UnableToImport:
        found = _came_of(row, person)
        return found if found.state == RequestState.ACCEPTED else None
    for _, why in told.rejected:
        if why.startswith(UNWRITTEN):
            raise Conflict(why)
        return Outcome(RequestState.REFUSED, Refused.SAME_PERSON if why == SAME_PERSON else Refused.NOT_PLAUSIBLE)
    return _came_of(row, person)


def _came_of(row: RequestRow, person: str) -> Outcome:
    with reading() as session:
        identity = (row.known_as, row.friend)
        friend = gather.people_by_identity(session, row.workspace, [identity]).get(identity)
        people = person_group(session, row.workspace, friend) if friend else []
        found = referral_of(session, row.workspace, row.program, people)
        mine = person_group(session, row.workspace, person)
    if found is not None and found.advocate in mine:
        return Outcome(RequestState.ACCEPTED)
    before = dict.fromkeys((Reason.EXISTING_CUSTOMER, Reason.KNOWN_MAILBOX), Refused.CUSTOMER_BEFORE)
    reasons = {**before, Reason.SELF_REFERRAL: Refused.SAME_PERSON}
    if found is None or found.advocate is None:
        why = reasons.get(Reason(found.reason)) if found and found.reason else None
        return Outcome(RequestState.REFUSED, why or Refused.NOT_PLAUSIBLE)
    return Outcome(RequestState.REFUSED, Refused.FRIEND_OF_ANOTHER)


def _end(
    request: str,
    outcome: Outcome,
    states: tuple[RequestState, ...],
    asked: Asked,
    keys: Keyring | None,
    person: str | None = None,
) -> Performed[Outcome]:
    def end(desk: Desk) -> Outcome:
        found = _still_waits(request, person, states, desk)
        desk.act("request.decide", request, state=str(outcome.state), reason=str(outcome.reason))
        given = {"state": str(outcome.state), "reason": str(outcome.reason), "person": person, "now": desk.now}
        desk.plan.guarded.append((END_REQUEST, {**given, "ws": desk.workspace.id, "id": request, "seen": found.state}))
        if keys is not None and found.kind == RequestKind.MISSING and found.person is not None:
            _tell(found, found.person, desk, keys)
        return outcome

    return perform(asked, end)


def _tell(row: RequestRow, person: str, desk: Desk, keys: Keyring) -> None:
    """The advocate who missed a friend is told what came of it."""
    session, ws = desk.session, desk.workspace.id
    address = mails.addresses_of(session, ws, dict.fromkeys(person_group(session, ws, person), person)).get(person)
    if address is None:
        return
    mac = address_mac(keys, address)
    language = language_for(session, ws, person, mac, otherwise=row.language)
    mail = NewMessage(
        f"answered:{row.id}", MessageKind.ANSWERED, address, language, person, row.program, {"request": row.id}
    )
    queue_message(desk.plan, keys, mail, desk.now)
