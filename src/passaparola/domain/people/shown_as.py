"""The name by which somebody agreed to be shown in public: what they chose to be called, and nothing else."""

import unicodedata

from passaparola.domain.people.public_name import has_letter, heaped
from passaparola.domain.plain_words import plain_name
from passaparola.domain.tongue import gettext_noop

LONGEST = 40


class UnableToReadName(ValueError):
    """`sentence` says what a name may be; its named place is `longest`."""

    sentence = gettext_noop(
        "a public name has at most %(longest)s characters and is only a name: no link, address or telephone number"
    )


def read_shown_as(text: str) -> str:
    """The name on one line, as it may stand before everybody. Raises UnableToReadName.

    What cannot be printed, turns the direction of writing, leads somewhere (a link, an address, a telephone number), is markup, has no
    letter or heaps marks on one is refused, not mended: nobody is shown by a name that they did not choose.
    """
    given = " ".join(text[: 4 * LONGEST].split())
    name = plain_name(given)
    if not name or len(text) > 4 * LONGEST or len(name) > LONGEST:
        raise UnableToReadName
    if "#" in name or name != unicodedata.normalize("NFKC", given) or not has_letter(name) or heaped(name):
        raise UnableToReadName
    return name
