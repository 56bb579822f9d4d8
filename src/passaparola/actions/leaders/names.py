"""The name by which somebody agrees to be shown in public, taken back by themselves, or taken away by staff. The log keeps that it was
done, never the name."""

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.people.shown_as import LONGEST, UnableToReadName, read_shown_as
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.leaders import Naming, naming_of
from passaparola.store.write.leaders import forget_names, put_name

INVALID_NAME, NAME_BARRED, REASON_NEEDED, NOT_BARRED = "invalid_name", "name_barred", "reason_needed", "not_barred"
LONGEST_REASON = 200


def show_by_name(person: str, *, name: str, asked: Asked) -> Performed[Naming]:
    """Show this person by a name they chose, on every leaderboard of the workspace: they agreed to it. Again: nothing happens.

    Of merged persons it is the whole person. Refused: `invalid_name` (422); `name_barred` (409) while staff allow none. Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _show(person, name, desk))


def show_no_name(person: str, *, asked: Asked) -> Performed[Naming]:
    """They took it back: the name is gone from the database and from every page at once. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _forget(person, desk))


def bar_name(person: str, *, reason: str, asked: Asked) -> Performed[Naming]:
    """Staff take a name away, with the reason, which the person reads: it is gone, and no other takes its place until staff allow one.

    Refused: `reason_needed` (422). Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _bar(person, " ".join(reason.split()), desk))


def allow_name(person: str, *, asked: Asked) -> Performed[Naming]:
    """The person may choose a name again. Refused (409): `not_barred`. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _allow(person, desk))


def _show(person: str, name: str, desk: Desk) -> Naming:
    group, known = _known(person, desk)
    try:
        wanted = read_shown_as(name)
    except UnableToReadName as problem:
        raise Refusal(INVALID_NAME, problem.sentence, 422, said={"longest": str(LONGEST)}, field="name") from None
    if known.barred:
        raise Refusal(NAME_BARRED, gettext_noop("staff took the public name of this person away"))
    if known.name == wanted:
        return known
    desk.act("publicname.show", group[0], length=len(wanted))
    put_name(desk.session, desk.workspace.id, group, {"name": wanted, "state": "shown", "reason": ""}, desk.now)
    return Naming(wanted)


def _forget(person: str, desk: Desk) -> Naming:
    group, known = _known(person, desk)
    if not known.name:
        return known
    desk.act("publicname.forget", group[0])
    forget_names(desk.session, desk.workspace.id, group)
    return Naming()


def _bar(person: str, reason: str, desk: Desk) -> Naming:
    group, known = _known(person, desk)
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        sentence = gettext_noop("say why, in at most %(longest)s characters: the person reads it")
        raise Refusal(REASON_NEEDED, sentence, 422, said={"longest": str(LONGEST_REASON)}, field="reason")
    if known.barred:
        return known
    desk.act("publicname.bar", group[0], reason)
    put_name(desk.session, desk.workspace.id, group, {"name": "", "state": "barred", "reason": reason}, desk.now)
    return Naming("", True, reason)


def _allow(person: str, desk: Desk) -> Naming:
    group, known = _known(person, desk)
    if not known.barred:
        raise Refusal(NOT_BARRED, gettext_noop("nobody took a public name away from this person"))
    desk.act("publicname.allow", group[0])
    forget_names(desk.session, desk.workspace.id, group)
    return Naming()


def _known(person: str, desk: Desk) -> tuple[list[str], Naming]:
    group = desk.group(person)
    return group, naming_of(desk.session, desk.workspace.id, group)
