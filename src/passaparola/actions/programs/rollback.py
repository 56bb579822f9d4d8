"""Return to an earlier version of a program: its text becomes the next version. What was promised under any version is kept."""

from passaparola.actions.acting import Asked, NotFound, Performed
from passaparola.actions.programs.apply import Applied, Ground, apply_file
from passaparola.store.read.catalogue import find_program, version_document, version_numbers
from passaparola.store.session import reading


class UnableToRollBack(ValueError):
    """Nothing was changed; the message says why."""


def roll_back(program: str, *, to: int | None = None, asked: Asked) -> Performed[Applied]:
    """Make the text of version `to` (the one that was live before the live one) the next version, live at once.

    Friends bound under a version keep its terms. Raises UnableToRollBack, NoSuchProgram, NotFound, UnableToApplyProgram,
    IdempotencyMismatch, Conflict.
    """
    with reading() as session:
        entry = find_program(session, asked.workspace, program)
        lived = [n for n, since in version_numbers(session, asked.workspace, entry.key) if since is not None]
        if entry.live_version is None:
            raise UnableToRollBack(f"{entry.slug} was never live, so there is nothing to return to.")
        earlier = [n for n in lived if n < entry.live_version]
        if to is None and not earlier:
            raise UnableToRollBack(f"{entry.slug} has no version before {entry.live_version}.")
        number = to if to is not None else earlier[-1]
        if number not in lived:
            there = ", ".join(str(n) for n in lived)
            raise UnableToRollBack(f"Version {number} of {entry.slug} was never live. These were: {there}.")
        found = version_document(session, asked.workspace, entry.key, number)
    if found is None:
        raise NotFound(f"{entry.slug} has no version {number}")
    return apply_file(found[0], asked=asked, source=f"{entry.slug} version {number}", ground=Ground(back_to=number))
