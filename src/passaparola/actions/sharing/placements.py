"""Places where a program is recommended: made, renamed, ended."""

from collections.abc import Callable
from typing import TypeVar

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.links.create import check_code, link_of
from passaparola.actions.links.switch import switch
from passaparola.domain.sharing.placements import (
    MOST_PLACEMENTS,
    PlacementKind,
    UnableToPlace,
    Wanted,
    check_owner,
    checked_name,
    checked_reach,
    is_speakable,
)
from passaparola.domain.tongue import gettext_noop
from passaparola.store.ids import new_id, new_slug
from passaparola.store.read.placements import PlacementRow, placement_by_id, placements_of
from passaparola.store.write import placements as write

Result = TypeVar("Result")
INVALID_PLACEMENT, TOO_MANY = "invalid_placement", "too_many_placements"


def create_placement(
    program: str, wanted: Wanted, *, asked: Asked, advocate: str | None = None, code: str | None = None
) -> Performed[PlacementRow]:
    """A place of a program (slug or id): in the name of an `advocate` (our id) with a link and a code of its own, chosen or made; without
    one in the firm's, with an address that leads to joining.

    Refused: `invalid_placement` (422) with `field`, `too_many_placements` (409) beyond 500 that are not over, and as creating a link.
    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _create(program, wanted, advocate, code, desk))


def judge_placement(
    program: str, wanted: Wanted, *, asked: Asked, somebody: bool, code: str | None = None
) -> Performed[tuple[str, int | None]]:
    """Whether such a place would be refused, before somebody becomes an advocate for it. Writes nothing. Refused, raises: as creating."""
    return perform(asked, lambda desk: _judged(program, wanted, code, desk, somebody=somebody))


def change_placement(placement: str, *, name: str, reach: int | None, asked: Asked) -> Performed[PlacementRow]:
    """Another name or reach. The same again changes nothing. Refused: `invalid_placement` (422). Raises NotFound, IdempotencyMismatch,
    Conflict."""
    return perform(asked, lambda desk: _change(placement, name, reach, desk))


def end_placement(placement: str, *, asked: Asked) -> Performed[PlacementRow]:
    """Close a place: its link brings nobody any more, friends who came by it stay. Again: nothing happens. Raises NotFound,
    IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _end(placement, desk))


def _create(program: str, wanted: Wanted, advocate: str | None, code: str | None, desk: Desk) -> PlacementRow:
    name, reach = _judged(program, wanted, code, desk, somebody=advocate is not None)
    live = desk.program(program)
    link = link_of(advocate, name, code, desk) if advocate else None
    if link is not None and link.program != live.key:
        raise NotFound(f"there is no advocate {advocate} in {program!r}")
    row = PlacementRow(
        new_id(), live.key, str(wanted.kind), name, link.id if link else None, link.slug if link else new_slug(),
        link.code if link else None, link.person if link else None, "", reach, desk.now, None,
    )  # fmt: skip
    desk.act("placement.create", row.id, program=live.slug, kind=row.kind, name=name, reach=reach, link=row.link)
    write.add_placement(desk.session, desk.workspace.id, row)
    return row  # its link is written with the act


def _judged(program: str, wanted: Wanted, code: str | None, desk: Desk, *, somebody: bool) -> tuple[str, int | None]:
    """Its name and reach, when nothing speaks against it."""
    live = desk.program(program)
    checked = _checked(wanted.name, wanted.reach)
    _placed(lambda: check_owner(wanted.kind, somebody=somebody, coded=code is not None))
    there = placements_of(desk.session, desk.workspace.id, live.key)
    if sum(1 for row in there if not row.ended_at) >= MOST_PLACEMENTS:
        sentence = gettext_noop("there are %(most)s places already: end one first")
        raise Refusal(TOO_MANY, sentence, said={"most": str(MOST_PLACEMENTS)})
    if wanted.kind is PlacementKind.VOICE_GREETING and code is not None and not is_speakable(code.strip().upper()):
        sentence = gettext_noop("a code that is said aloud has none of the signs 0, 1, I, L and O")
        raise Refusal(INVALID_PLACEMENT, sentence, 422, field="code")
    if code is not None:
        check_code(code, desk)
    return checked


def _checked(name: str, reach: int | None) -> tuple[str, int | None]:
    return _placed(lambda: checked_name(name)), _placed(lambda: checked_reach(reach))


def _placed(check: Callable[[], Result]) -> Result:
    try:
        return check()
    except UnableToPlace as problem:
        raise Refusal(INVALID_PLACEMENT, problem.sentence, 422, said=problem.said, field=problem.field) from None


def _found(placement: str, desk: Desk) -> PlacementRow:
    found = placement_by_id(desk.session, desk.workspace.id, placement)
    if found is None:
        raise NotFound(f"there is no placement {placement}")
    return found


def _change(placement: str, name: str, reach: int | None, desk: Desk) -> PlacementRow:
    found, (name, reach) = _found(placement, desk), _checked(name, reach)
    if (name, reach) != (found.name, found.reach):
        desk.act("placement.change", placement, name=name, reach=reach)
        write.change_placement(desk.session, desk.workspace.id, placement, name=name, reach=reach)
    return _found(placement, desk)


def _end(placement: str, desk: Desk) -> PlacementRow:
    found = _found(placement, desk)
    if found.ended_at is None:
        desk.act("placement.end", placement)
        write.end_placement(desk.session, desk.workspace.id, placement, desk.now)
        if found.link:
            switch(found.link, False, desk)
    return _found(placement, desk)
