"""Enter recommendations that no link or code of ours has seen: those of the past from a file, and those that staff are told of.

Each becomes an event, so that it is kept, explained and done again as any other: the friend came at that time and named the advocate.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passaparola.actions.acting import Asked, NotFound, Refusal, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.imports.events import Imported, import_events, importable_program
from passaparola.domain.events.event import ORGANIC_SOURCE, STAFF_SOURCE
from passaparola.domain.events.read import UnableToReadEvent, read_event
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.store.session import reading

FIELDS = frozenset({"advocate", "friend", "at", "note"})
_NAMES = (("referred_by", "advocate"), ("person", "friend"), ("facts.note", "note"), ("facts", "note"))


@dataclass(frozen=True, slots=True)
class Entering:
    """For which program, who enters it, and whether it is of the past (`organic`)."""

    program: str
    asked: Asked
    keys: Keyring
    organic: bool = True

    @property
    def source(self) -> str:
        return ORGANIC_SOURCE if self.organic else STAFF_SOURCE


def import_referrals(lines: Sequence[tuple[int, Any]], entering: Entering) -> Imported:
    """Enter the recommendations of (line number, object) pairs: advocate, friend, at, note. Told again, nothing changes; the same pair at
    another time is a conflict. Whoever recommends becomes an advocate. Raises UnableToImport where the program is not live.
    """
    with reading() as session:
        program = importable_program(session, entering.asked.workspace, entering.program)
    result = Imported()
    events: list[tuple[int, Any]] = []
    for line, raw in lines:
        wrong = _wrong(raw)
        event = {} if wrong else _event(raw, program.slug, entering.source)
        wrong = wrong or _unreadable(event) or _not_enrolled(event, program.slug, entering)
        if wrong:
            result.rejected.append((line, wrong))
        else:
            events.append((line, event))
    asked = entering.asked
    told = import_events(events, workspace=asked.workspace, now=asked.now, keys=entering.keys, source=entering.source)
    told.rejected = [*result.rejected, *((line, _renamed(why)) for line, why in told.rejected)]
    return told


def _wrong(raw: Any) -> str:
    if not isinstance(raw, Mapping):
        return 'must be an object such as {"advocate": "ada", "friend": "ben", "at": "2025-06-01T10:00:00Z"}'
    errors = [f"{name}: is not a field of a referral" for name in sorted(str(k) for k in set(raw) - FIELDS)]
    missing = (("advocate", "say who recommended"), ("friend", "say who came"), ("at", "say when the friend came"))
    errors += [f"{name}: is missing: {remedy}" for name, remedy in missing if raw.get(name) in (None, "")]
    return "; ".join(errors)


def _event(raw: Mapping[str, Any], program: str, source: str) -> dict[str, Any]:
    advocate, friend = _person(raw["advocate"]), _person(raw["friend"])
    pair = repr((source, program, advocate, friend))
    at = raw["at"]
    at = f"{at}T12:00:00Z" if isinstance(at, str) and len(at) == 10 else at
    facts = {"program": program, "note": raw.get("note")}
    key = hashlib.blake2b(pair.encode(), digest_size=16).hexdigest()
    return {"id": key, "type": "signup", "at": at, "person": friend, "referred_by": advocate, "facts": facts}


def _person(value: Any) -> Any:
    return {"email": value} if isinstance(value, str) and "@" in value else value


def _unreadable(event: Mapping[str, Any]) -> str:
    try:
        read_event(event, decimal=True)
    except UnableToReadEvent as problem:
        return _renamed(str(problem))
    return ""


def _not_enrolled(event: Mapping[str, Any], program: str, entering: Entering) -> str:
    """Why the advocate cannot be one, or "": they are now."""
    identities: tuple[Identity, ...] = read_event(event, decimal=True).referred_by
    try:
        done(enrol(program, identities=identities, asked=entering.asked, invited=True))
    except NotFound:
        return "advocate: there is no person with this id"
    except Refusal as refusal:
        return f"advocate: {refusal.message}"
    return ""


def _renamed(why: str) -> str:
    for theirs, ours in _NAMES:
        why = why.replace(f"{theirs}:", f"{ours}:").replace(f"{theirs}.", f"{ours}.")
    return why
