"""Places where a program is recommended: twenty kinds, what stands there, and in whose name.

In somebody's name a place has that person's link and code: who comes by it is theirs. In the firm's own name it asks customers to
recommend, and leads to joining; whoever joins by it, and what their friends do, is counted for it.
"""

from enum import StrEnum

from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value

LONGEST_NAME, MOST_REACH, MOST_PLACEMENTS = 64, 10_000_000_000, 500
SPEAKABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is read or heard for something else


class PlacementKind(StrEnum):
    LANDING_PAGE = "landing_page"
    EMAIL = "email"
    NEWSLETTER = "newsletter"
    MESSAGES = "messages"
    IN_PRODUCT = "in_product"
    CLIENT = "client"
    APP_MENU = "app_menu"
    BLOG = "blog"
    LIVE_CHAT = "live_chat"
    CHATBOT = "chatbot"
    BANNER = "banner"
    HOME_SECTION = "home_section"
    SOCIAL_POST = "social_post"
    SALES_STAFF = "sales_staff"
    SERVICE_STAFF = "service_staff"
    VOICE_GREETING = "voice_greeting"
    PRINTED_CARD = "printed_card"
    COMMUNITY = "community"
    INFLUENCER = "influencer"
    WEBSITE_BUILDER = "website_builder"


class Shape(StrEnum):
    """What stands there."""

    BLOCK = "block"  # HTML
    TEXT = "text"
    SPOKEN = "spoken"
    PRINTED = "printed"


_SHAPES: dict[Shape, tuple[PlacementKind, ...]] = {
    Shape.BLOCK: (
        PlacementKind.LANDING_PAGE, PlacementKind.EMAIL, PlacementKind.NEWSLETTER, PlacementKind.BLOG, PlacementKind.BANNER,
        PlacementKind.HOME_SECTION, PlacementKind.WEBSITE_BUILDER,
    ),
    Shape.TEXT: (
        PlacementKind.MESSAGES, PlacementKind.IN_PRODUCT, PlacementKind.CLIENT, PlacementKind.APP_MENU, PlacementKind.LIVE_CHAT,
        PlacementKind.CHATBOT, PlacementKind.SOCIAL_POST, PlacementKind.COMMUNITY, PlacementKind.INFLUENCER,
    ),
    Shape.SPOKEN: (PlacementKind.SALES_STAFF, PlacementKind.SERVICE_STAFF, PlacementKind.VOICE_GREETING),
    Shape.PRINTED: (PlacementKind.PRINTED_CARD,),
}  # fmt: skip
SHAPES: dict[PlacementKind, Shape] = {kind: shape for shape, kinds in _SHAPES.items() for kind in kinds}
OF_SOMEBODY = frozenset({*_SHAPES[Shape.SPOKEN], PlacementKind.INFLUENCER})
"""Kinds that are in somebody's name: what is said aloud is their code."""


@value(frozen=True, slots=True)
class Wanted:
    """A place as it is asked for. `reach`: how many people are there, as far as the firm knows."""

    kind: PlacementKind
    name: str
    reach: int | None = None


class UnableToPlace(ValueError):
    """`field` is where; `sentence` with `said` says what is wrong and how to mend it."""

    def __init__(self, field: str, sentence: str, **said: str):
        self.field, self.sentence, self.said = field, sentence, said
        super().__init__(sentence % said if said else sentence)


def checked_name(name: str) -> str:
    """A name for the report, on one line. Raises UnableToPlace."""
    text = " ".join(name.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        sentence = gettext_noop("write a name of at most %(longest)s characters, such as Counter in Turin")
        raise UnableToPlace("name", sentence, longest=str(LONGEST_NAME))
    return text


def checked_reach(reach: int | None) -> int | None:
    """How many people are there. Raises UnableToPlace."""
    if reach is not None and not 0 <= reach <= MOST_REACH:
        raise UnableToPlace("reach", gettext_noop("write how many people are there, as a whole number, or nothing"))
    return reach


def check_owner(kind: PlacementKind, *, somebody: bool, coded: bool) -> None:
    """What is said aloud is somebody's code, and so is every chosen code. Raises UnableToPlace."""
    if (kind in OF_SOMEBODY or coded) and not somebody:
        raise UnableToPlace("person", gettext_noop("this place is in somebody's name: say who recommends there"))


def is_speakable(code: str) -> bool:
    """Whether a code has no sign that is heard or read for another one (0 and O, 1, I and L)."""
    return bool(code) and set(code) <= {*SPEAKABLE, "-"}


def spelled(code: str) -> str:
    """A code as it is said: sign by sign."""
    return ", ".join(code.replace("-", ""))
