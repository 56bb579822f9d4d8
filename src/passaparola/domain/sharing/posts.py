"""A post that names as many people as fit into it, the first ones first."""

from collections.abc import Callable, Sequence

from passaparola.domain.sharing.lengths import x_length
from passaparola.domain.sharing.texts import LONGEST, LONGEST_POST

Fits = Callable[[str], bool]
PLACES: tuple[
    tuple[str, int, Callable[[str], int]], ...
] = (  # where it is posted, how long it may be, by which measure
    ("x", LONGEST_POST, x_length),
    ("any", LONGEST, len),
)


def naming_most(names: Sequence[str], write: Callable[[Sequence[str]], str], *, fits: Fits) -> str:
    """The post with the most names that fits; empty where not even one does, and where there is none."""
    for number in range(len(names), 0, -1):
        said = write(names[:number])
        if fits(said):
            return said
    return ""
