"""People as those who ask name them, and as they are shown: by the firm's own customer id where it is known, else by ours."""

import re
from collections.abc import Iterable

from passaparola.domain.people.identity import KINDS, UnableToReadIdentity, canonical
from passaparola.store.read.gather import people_by_identity
from passaparola.store.read.pages import one_person
from passaparola.store.session import Session

_OURS = re.compile("per_([0-9a-f]{32})")


class NobodyKnown(LookupError):
    """Nobody goes by this name."""


def group_named(session: Session, workspace: str, name: str) -> list[str]:
    """All ids of the person of this id (`per_…`), customer id, e-mail address, phone or device; who stands for them first.

    Raises NobodyKnown.
    """
    ours = _OURS.fullmatch(name)
    person = ours[1] if ours else _by_identity(session, workspace, name)
    group = one_person(session, workspace, person) if person else []
    if not group:
        raise NobodyKnown(f"There is nobody {name[:80]!r}. Give per_…, a customer id or an e-mail address")
    return group


def _by_identity(session: Session, workspace: str, name: str) -> str | None:
    for kind in KINDS:
        try:
            identity = canonical(kind, name)
        except UnableToReadIdentity:
            continue
        found = people_by_identity(session, workspace, [identity])
        if found:
            return found[identity]
    return None


def shown_names(session: Session, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """Person → the lowest customer id they, or anybody merged into them, are known by; `per_…` where there is none."""
    wanted = sorted(set(people))
    rows = session.rows(
        "SELECT m.id, i.value FROM store_person m JOIN store_identity i ON i.workspace_id = %(ws)s::uuid AND i.person_id = m.id"
        " AND i.kind = 'customer_id' WHERE m.workspace_id = %(ws)s::uuid AND m.id = any{people:uuid}"
        " UNION ALL SELECT m.alias_of_id, i.value FROM store_person m JOIN store_identity i ON i.workspace_id = %(ws)s::uuid"
        " AND i.person_id = m.id AND i.kind = 'customer_id' WHERE m.workspace_id = %(ws)s::uuid AND m.alias_of_id = any{people:uuid}",
        ws=workspace,
        people=wanted,
    )
    names: dict[str, str] = {}
    for person, name in rows:
        names[person] = min(name, names.get(person, name))
    return {person: names.get(person, f"per_{person}") for person in wanted}
