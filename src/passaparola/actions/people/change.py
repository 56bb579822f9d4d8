"""People and how they are known. What an act keeps of it is kinds, never values: personal data stays in its own columns."""

from collections.abc import Iterable

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.people.identity import KINDS, Identity
from passaparola.domain.people.name_key import name_key
from passaparola.domain.programs.languages import Language
from passaparola.store.ids import new_id
from passaparola.store.read import gather
from passaparola.store.write.requests import NAME_KEY

IDENTITY_TAKEN = "identity_taken"
LONGEST_NAME = 200


def create_person(identities: Iterable[Identity] = (), *, asked: Asked, name: str = "") -> Performed[str]:
    """A new person, known by these identities (in their canonical form). Returns our id of the person.

    Refused: `identity_taken` (409) with `person` when one of them is somebody's already; `invalid_name` (422). Raises
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _create(tuple(dict.fromkeys(identities)), name, desk))


def add_identity(person: str, *, identity: Identity, asked: Asked) -> Performed[str]:
    """Know a person by one more identity. Again: nothing happens. Returns the person who stands for all that were merged.

    Refused: `identity_taken` (409) with `person` when it is somebody else's: merge the two instead. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _add(person, identity, desk))


def remove_identity(person: str, *, identity: Identity, asked: Asked) -> Performed[bool]:
    """Know a person by an identity no longer. False when the person was not known by it. Events that came by it stay the person's.

    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _remove(person, identity, desk))


def rename(person: str, *, name: str, asked: Asked) -> Performed[str]:
    """Change how a person is called. Refused: `invalid_name` (422). Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _rename(person, name, desk))


def speak(person: str, *, language: str, asked: Asked) -> Performed[str]:
    """Keep the language that a person chose: pages and mails speak it to them before any other. Raises NotFound, Conflict."""
    return perform(asked, lambda desk: _speak(person, language, desk))


def _create(identities: tuple[Identity, ...], name: str, desk: Desk) -> str:
    _require_name(name)
    known = gather.people_by_identity(desk.session, desk.workspace.id, identities) if identities else {}
    if known:
        raise _taken(*next(iter(sorted(known.items()))))
    person = new_id()
    desk.act("person.create", person, kinds=[kind for kind, _ in identities])
    desk.plan.add("person", person, desk.plan.workspace, name, None, 0, desk.now)
    if name:
        _find_by_name(person, name, desk)
    for identity in identities:
        _insert(person, identity, desk)
    return person


def _find_by_name(person: str, name: str, desk: Desk) -> None:
    """Whoever says that this person told them finds them by it, however it is spelled."""
    key = {"id": new_id(), "ws": desk.plan.workspace, "person": person, "key": name_key(name)}
    desk.plan.guarded.append((NAME_KEY, key))


def _insert(person: str, identity: Identity, desk: Desk) -> None:
    desk.plan.add("identity", new_id(), desk.plan.workspace, *identity, person, desk.now)


def _add(person: str, identity: Identity, desk: Desk) -> str:
    group = group_of(person, desk)
    known = gather.people_by_identity(desk.session, desk.workspace.id, [identity])
    if known and known[identity] not in group:
        raise _taken(identity, known[identity])
    if not known:
        know_by(group[0], identity, desk)
    return group[0]


def know_by(person: str, identity: Identity, desk: Desk) -> None:
    """Know a person by an identity that is nobody's, inside an act that does more."""
    desk.act("person.add_identity", person, kind=identity[0])
    _insert(person, identity, desk)


def _remove(person: str, identity: Identity, desk: Desk) -> bool:
    known = gather.people_by_identity(desk.session, desk.workspace.id, [identity])
    if known.get(identity) not in group_of(person, desk):
        return False
    desk.act("person.remove_identity", known[identity], kind=identity[0])
    desk.plan.guarded.append(
        (
            "DELETE FROM store_identity WHERE workspace_id = %(ws)s::uuid AND kind = %(kind)s AND value = %(value)s",
            {"ws": desk.plan.workspace, "kind": identity[0], "value": identity[1]},
        )
    )
    return True


def _rename(person: str, name: str, desk: Desk) -> str:
    _require_name(name)
    root = group_of(person, desk)[0]
    desk.act("person.rename", root)
    desk.plan.guarded.append(
        (
            "UPDATE store_person SET name = %(name)s, revision = revision + 1 WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
            {"name": name, "ws": desk.plan.workspace, "id": root},
        )
    )
    _find_by_name(root, name, desk)
    return root


def _speak(person: str, language: str, desk: Desk) -> str:
    root = group_of(person, desk)[0]
    desk.act("person.language", root)
    desk.plan.guarded.append(
        (
            "UPDATE store_person SET language = %(said)s, revision = revision + 1 WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
            {"said": str(Language(language)), "ws": desk.plan.workspace, "id": root},
        )
    )
    return root


def group_of(person: str, desk: Desk) -> list[str]:
    """Everybody who was merged with this person, the one that stands for all first. Raises NotFound."""
    return desk.group(person)


def strongest(identities: Iterable[Identity]) -> list[Identity]:
    """The identities, the one that counts most first."""
    return sorted(identities, key=lambda i: (KINDS.index(i[0]), i[1]))


def _require_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not (name == "" or name.isprintable()):
        raise Refusal("invalid_name", f"a name has at most {LONGEST_NAME} printable characters", 422)


def _taken(identity: Identity, person: str) -> Refusal:
    return Refusal(IDENTITY_TAKEN, f"this {identity[0]} is known as another person's", kind=identity[0], person=person)
