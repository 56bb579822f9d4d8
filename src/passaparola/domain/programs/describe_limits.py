"""What a program says of limits and of other programs, in plain sentences."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import DEFAULT_PRECEDENCE, Program
from passaparola.domain.tongue import Tongue


def beside_others(program: Program, tongue: Tongue) -> Iterator[str]:
    """Where several programs want one conversion: whether this one comes first, and whether it shares."""
    _ = tongue.gettext
    if program.precedence != DEFAULT_PRECEDENCE:
        said = _(
            "Where several programs want one conversion, the one with the largest precedence gets it; this one has %(n)s."
        )
        yield said % {"n": program.precedence}
    if program.combine:
        yield _("It also earns beside other programs that combine.")
