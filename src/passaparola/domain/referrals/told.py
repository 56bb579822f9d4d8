"""Read a recommendation that staff enter from a JSON object or a CSV row: everything wrong is said at once, by field, with the remedy."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from passaparola.domain.events.event import Event
from passaparola.domain.events.read import FUTURE_TOLERANCE, UnableToReadEvent, read_event
from passaparola.domain.instant import Instant
from passaparola.domain.values import replace

SAME_PERSON = "friend: is the advocate: name two persons"
FIELDS = frozenset({"advocate", "friend", "at", "note"})
_DATE = re.compile(r"(?a:\d{4}-\d\d-\d\d)")
_MISSING = (("advocate", "say who recommended"), ("friend", "say who came"), ("at", "say when the friend came"))
_NAMES = {"referred_by": "advocate", "person": "friend", "facts.note": "note", "facts": "note"}


class UnableToReadReferral(ValueError):
    """The object is no recommendation; the message names every field that must be mended."""


def read_referral(raw: Any, *, program: str, source: str, now: Instant) -> Event:
    """The event that a recommendation is: the friend came at that time and named the advocate. Raises UnableToReadReferral.

    Its id is made of the program and the pair, however they are spelled, so that a pair is entered once. A date without an hour is its
    first moment. Nothing lies more than five minutes after `now`.
    """
    if not isinstance(raw, Mapping):
        said = 'must be an object such as {"advocate": "ada", "friend": "ben", "at": "2025-06-01T10:00:00Z"}'
        raise UnableToReadReferral(said)
    errors = [f"{name}: is not a field of a referral" for name in sorted(str(k) for k in set(raw) - FIELDS)]
    errors += [f"{name}: is missing: {remedy}" for name, remedy in _MISSING if raw.get(name) in (None, "")]
    if isinstance(raw.get("note"), str) and raw["note"].isspace():
        errors.append("note: is blank")
    if errors:
        raise UnableToReadReferral("; ".join(errors))
    event = _event(raw, program, source)
    if event.at > now + FUTURE_TOLERANCE:
        raise UnableToReadReferral("at: is more than five minutes in the future: enter it when the friend has come")
    if event.person == event.referred_by:
        raise UnableToReadReferral(SAME_PERSON)
    pair = repr((source, program, event.referred_by, event.person))
    return replace(event, id=hashlib.blake2b(pair.encode(), digest_size=16).hexdigest())


def _event(raw: Mapping[str, Any], program: str, source: str) -> Event:
    at, note = raw["at"], raw.get("note")
    told = {
        "id": "-",
        "type": "signup",
        "at": f"{at}T00:00:00Z" if isinstance(at, str) and _DATE.fullmatch(at) else at,
        "person": _person(raw["friend"]),
        "referred_by": _person(raw["advocate"]),
        "facts": {"program": program, "note": note.strip() if isinstance(note, str) else note},
    }
    try:
        return read_event(told, source=source, decimal=True)
    except UnableToReadEvent as problem:
        raise UnableToReadReferral("; ".join(f"{_name(e.field)}: {e.message}" for e in problem.errors)) from None


def _person(value: Any) -> Any:
    return {"email": value} if isinstance(value, str) and "@" in value else value


def _name(field: str) -> str:
    """A field of an event by the name it has here."""
    theirs = next((name for name in _NAMES if field == name or field.startswith(f"{name}.")), field)
    return _NAMES.get(theirs, theirs) + field[len(theirs) :]
