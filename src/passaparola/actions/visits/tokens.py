"""A visit's token, used: the event it stands for, so that attribution never depends on the visit's own row."""

from dataclasses import replace

from passaparola.domain.events.event import LINK_SOURCE, Event, EventType
from passaparola.domain.events.read import FieldError, UnableToReadEvent
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.domain.rewards.target import LOCATION
from passaparola.domain.tokens import VISIT_PREFIX, Clicked, read_visit_token

_FORGED = (
    "is no token of a visit that this workspace gave away: send it exactly as it came in the address, or leave it out."
    f" Your own ids of visits must not begin with {VISIT_PREFIX}"
)


def visit_event(clicked: Clicked, person: tuple[Identity, ...] = ()) -> Event:
    """The event of a visit through our own link: its id is the visit's, its time the visit's, whenever it is recorded.

    With the friend's identities it is another event (its id ends in `-friend`) beside the one without: an event never changes, and the
    shop may have told of the visit before anybody knew whose it was. What follows the visit names `clicked.visit`.
    """
    known = f"{clicked.visit}-friend" if person else clicked.visit
    facts = ((LOCATION, clicked.location),) if clicked.location else ()
    return Event(LINK_SOURCE, known, EventType.VISIT, clicked.at, person=person, code=clicked.code, facts=facts)


def names_token(event: Event) -> bool:
    """Whether an event names a visit by its token. Cheap: only the prefix is looked at."""
    return event.visit is not None and event.visit.startswith(VISIT_PREFIX)


def with_visit(event: Event, workspace: str, keys: Keyring) -> tuple[Event, Clicked]:
    """An event that names a token, naming the visit itself, and what the token says. Raises UnableToReadEvent for a forged one."""
    clicked = read_visit_token(keys.visits, workspace, event.visit or "")
    if clicked is None:
        raise UnableToReadEvent([FieldError("visit", _FORGED)])
    return replace(event, visit=clicked.visit), clicked
