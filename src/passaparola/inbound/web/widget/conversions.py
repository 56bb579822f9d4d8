"""An order as a page of the firm's tells of it. Everybody can tell the same, so it is reported, and earns nothing until it is confirmed."""

import hashlib
from typing import Any

import orjson
from django.http import HttpRequest

from passaparola.actions.events.record import Arrival, Submission
from passaparola.actions.visits.tokens import with_visit
from passaparola.actions.writer import UnableToReachDatabase
from passaparola.domain.events.event import BROWSER_ID, BROWSER_SOURCE
from passaparola.domain.events.read import UnableToReadEvent, read_event
from passaparola.domain.instant import Instant
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.rates import Rate
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.widget.callers import Caller, answered, body_of
from passaparola.store.read.offers import link_of_code
from passaparola.store.read.snapshot import reading

FIELDS = frozenset({"order", "amount", "currency", "email", "customer", "code", "visit"})
LONGEST_ORDER = 100
OF_NETWORK = Rate(60, 3600)  # orders that one network may tell of in an hour
OF_KEY = Rate(3000, 3600)


@answered(("POST",))
def tell(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """Keep it at the server's time. The same order with the same content is kept once."""
    given, at = body_of(request, FIELDS), now_in(caller.workspace)
    arrival = _arrival(given, caller, at)
    if not (OF_NETWORK.spend(caller.workspace, client_network(request.META)) and OF_KEY.spend(caller.key.id)):
        raise Problem(
            "too_often", "Tell again later.", status=429, title="Too many orders", headers={"Retry-After": "3600"}
        )
    (answer,) = the_writer().submit(caller.workspace, [Submission((arrival,))])
    if isinstance(answer, UnableToReachDatabase):
        raise answer
    if isinstance(answer, Exception) or answer.failed or not answer.events:
        raise Problem("busy", "Nothing was recorded. Try again in a moment.", headers={"Retry-After": "2"})
    return {"outcome": answer.events[0].outcome}


def _arrival(given: dict[str, Any], caller: Caller, at: Instant) -> Arrival:
    try:
        event = read_event(_raw(given, caller), source=BROWSER_SOURCE, now=at, decimal=True)
        if not event.visit:
            return Arrival(event, at)
        event, clicked = with_visit(event, caller.workspace, the_keyring())
        return Arrival(event, at, visit=clicked)
    except UnableToReadEvent as problem:
        told = {"amount_minor": "amount", "id": "order", "person": "email"}
        errors = [FieldProblem(told.get(e.field, e.field), e.message) for e in problem.errors]
        raise Problem("invalid", "Nothing was recorded.", errors) from None


def _raw(given: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """The event, with an id that follows from what it says: the same told again is known, and nobody takes another's id."""
    order = given.get("order", "")
    if not 0 < len(order) <= LONGEST_ORDER:
        raise Problem("invalid", "Nothing was recorded.", [FieldProblem("order", "must be the number of the order")])
    digest = hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()[:24]
    person = {"customer_id": given["customer"]} if "customer" in given else None
    raw = {
        "id": f"{BROWSER_ID}{order}-{digest}",
        "type": "purchase",
        "order": order,
        "amount": given.get("amount"),
        "currency": given.get("currency"),
        "person": person,
        "email": given.get("email"),
        "code": _known(given.get("code", ""), caller),
        "visit": given.get("visit"),
    }
    return {name: value for name, value in raw.items() if value is not None}


def _known(code: str, caller: Caller) -> str | None:
    """A code of an advocate; the shop's own vouchers, which come the same way, are none of ours."""
    if not 0 < len(code) <= 64:
        return None
    with reading() as session:
        return code if link_of_code(session, caller.workspace, code) is not None else None
