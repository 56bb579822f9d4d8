"""What a scale rule says, in plain sentences."""

from collections.abc import Callable, Iterator

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.reader import read_program
from passaparola.domain.programs.scaling import UnableToExtend, extended_text
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

_RULE = _(
    "It is extended as soon as %(percent)s of the friends ordered again within %(days)s of their first order, of %(friends)s or more. "
    "From then on:"
)


def scale_words(program: Program, tongue: Tongue, lines: Callable[[Program], list[str]]) -> Iterator[str]:
    """When the program is extended, and what is said of it then that is not said now."""
    if (scale := program.scale) is None:
        return
    days = tongue.ngettext("%(n)s day", "%(n)s days", scale.days) % {"n": scale.days}
    friends = tongue.ngettext("%(n)s friend", "%(n)s friends", scale.least) % {"n": scale.least}
    given = {"percent": tongue.percent(scale.retention_bp), "days": days, "friends": friends}
    yield tongue.gettext(_RULE) % given
    now = set(lines(program))
    for line in lines(_extended(program)):
        if line not in now:
            yield f"- {line.removeprefix('- ')}"


def _extended(program: Program) -> Program:
    try:
        text = extended_text(program.document)
    except UnableToExtend:
        return program
    found, _found = read_program(text, key=program.key, version=program.version, effective_from=program.effective_from)
    return found or program
