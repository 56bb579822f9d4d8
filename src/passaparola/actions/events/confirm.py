"""A person confirms an order that only a browser told of: it is told again, by them, and decided as any other."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.events.loading import load
from passaparola.actions.events.work import Work
from passaparola.domain.events.event import BROWSER_SOURCE, Event, EventType
from passaparola.domain.keyring import Keyring
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.reported import reported_order

ALREADY_CONFIRMED = "already_confirmed"


def confirm_order(event: str, *, asked: Asked, keys: Keyring) -> Performed[str]:
    """Tell of the order that the event of this id reported, with its amount, its person and its time. The number of the order.

    Refused (409): `already_confirmed` when somebody else has told of it. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _confirm(event, desk, keys))


def _confirm(event: str, desk: Desk, keys: Keyring) -> str:
    told = reported_order(desk.session, desk.workspace.id, event)
    if told is None or told.person is None:
        raise NotFound("there is no such order")
    if told.confirmed is not None:
        raise Refusal(ALREADY_CONFIRMED, gettext_noop("This order was told of by somebody else already."))
    again = Event(
        BROWSER_SOURCE, f"confirmed-{told.id}", EventType.PURCHASE, told.at, person=(("person", told.person),), order=told.order,
        amount=told.amount, unit=told.unit,
    )  # fmt: skip
    desk.act("order.confirm", told.id, order=told.order)
    Work(load(desk.session, desk.workspace, desk.programs, [again], keys=keys), desk.plan).record(again, now=desk.now)
    return told.order
