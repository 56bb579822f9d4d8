"""Places where a program is recommended, for whoever names people as they are known: pages and the command line."""

from dataclasses import replace
from typing import Any

from django.conf import settings

from passaparola.actions.acting import Asked, NotFound, Performed, done
from passaparola.actions.advocates.enrol import Enrolled, enrol
from passaparola.actions.sharing.placements import create_placement, end_placement, judge_placement
from passaparola.analytics.placements import PlacementLine, placement_document
from passaparola.domain.people.identity import Identity, UnableToReadIdentity, canonical
from passaparola.domain.sharing.placements import PlacementKind, Wanted
from passaparola.inbound.access import key_in
from passaparola.store.read.known_people import NobodyKnown, group_named
from passaparola.store.read.placements import PlacementRow
from passaparola.store.read.snapshot import reading


def place(
    program: str, wanted: Wanted, *, asked: Asked, person: str = "", code: str | None = None
) -> Performed[PlacementRow]:
    """A place in the name of a person, who becomes an advocate where they are none: `per_…`, a customer id, or an e-mail address, which
    may be new. Without a person in the firm's name. Raises NotFound as well as what the acts raise."""
    code = code or None
    if not person:
        return create_placement(program, wanted, asked=asked, code=code)
    them, before = _identity(asked.workspace, person), replace(asked, keyed=None, render=None)
    judged = judge_placement(program, wanted, asked=replace(asked, render=None), somebody=True, code=code)
    if judged.result is None:
        return Performed(refusal=judged.refusal, replayed=judged.replayed)
    enrolled: Performed[Enrolled] = enrol(
        program, identities=[them], asked=before, invited=True
    )  # again: nothing happens
    if enrolled.refusal is not None:
        return Performed(refusal=enrolled.refusal)
    return create_placement(program, wanted, asked=asked, advocate=done(enrolled).advocate, code=code)


def _identity(workspace: str, text: str) -> Identity:
    try:
        with reading() as session:
            return "person", group_named(session, workspace, text)[0]
    except NobodyKnown as nobody:
        try:
            return canonical("email", text)
        except UnableToReadIdentity:
            raise NotFound(str(nobody)) from None


def make_placement(asked: Asked, program: str, kind: str, name: str, reach: int | None, **who: str) -> dict[str, Any]:
    """The same by command."""
    wanted = Wanted(PlacementKind(kind), name, reach)
    made = done(place(program, wanted, asked=asked, person=who["person"], code=who["code"] or None))
    return _document(made)


def close_placement(asked: Asked, placement: str) -> dict[str, Any]:
    """Close a place (`plc_…`)."""
    return _document(done(end_placement(key_in("plc", placement, "placement"), asked=asked)))


def _document(row: PlacementRow) -> dict[str, Any]:
    told = placement_document(PlacementLine(row), settings.PUBLIC_URL)
    return {name: told[name] for name in ("id", "kind", "name", "person", "code", "address", "reach", "ended_at")}
