"""Materials: what advocates may share beside their words."""

from collections.abc import Mapping
from dataclasses import asdict

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.sharing.texts import program_slug
from passaparola.domain.sharing.materials import MOST_MATERIALS, MaterialKind, read_material
from passaparola.domain.sharing.texts import UnableToReadText
from passaparola.domain.tongue import gettext_noop
from passaparola.store.ids import new_id
from passaparola.store.read.design import pictures_of
from passaparola.store.read.sharing import MaterialRow, material_by_id, materials_of
from passaparola.store.write import design as write

INVALID_MATERIAL, TOO_MANY = "invalid_material", "too_many_materials"


def add_material(program: str, kind: MaterialKind, given: Mapping[str, str], *, asked: Asked) -> Performed[MaterialRow]:
    """Add a material to a program (by its slug): `title`, and what its kind needs of `words`, `picture` (a digest) and `address`.

    Refused: `invalid_material` (422) with `field`, `too_many_materials` (409) beyond 200 of a program. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _add(program, kind, given, desk))


def remove_material(material: str, *, asked: Asked) -> Performed[MaterialRow]:
    """Take a material away; its picture stays. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _remove(material, desk))


def _add(program: str, kind: MaterialKind, given: Mapping[str, str], desk: Desk) -> MaterialRow:
    slug, workspace = program_slug(desk, program), desk.workspace.id
    try:
        material = read_material(kind, given)
    except UnableToReadText as problem:
        raise Refusal(INVALID_MATERIAL, problem.sentence, 422, said=problem.said, field=problem.field) from None
    shown = [material.picture] if material.picture else []
    if len(pictures_of(desk.session, workspace, shown, hold="SHARE")) < len(shown):
        raise Refusal(INVALID_MATERIAL, gettext_noop("there is no such picture: upload it first"), 422, field="picture")
    if len(materials_of(desk.session, workspace, [slug])) >= MOST_MATERIALS:
        sentence = gettext_noop("there are %(most)s materials already: take some away first")
        raise Refusal(TOO_MANY, sentence, said={"most": str(MOST_MATERIALS)})
    row = MaterialRow(new_id(), slug, material)
    desk.act("material.add", slug, material=row.id, **asdict(material))
    write.add_material(desk.session, workspace, {"id": row.id, "program": slug, **asdict(material)}, desk.now)
    return row


def _remove(material: str, desk: Desk) -> MaterialRow:
    found = material_by_id(desk.session, desk.workspace.id, material)
    if found is None:
        raise NotFound(f"there is no material {material}")
    desk.act("material.remove", found.program, material=material)
    write.remove_material(desk.session, desk.workspace.id, material)
    return found
