"""What stands at a place where a program is recommended, ready to be copied: a block of HTML, a text, words to say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import get_language_bidi, gettext, gettext_lazy

from passaparola.domain.design.theme import palettes
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program, Side
from passaparola.domain.sharing.placements import SHAPES, PlacementKind, Shape, spelled
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.sharing import headline
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.words import disclosure, gains, tongue_of
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.placements import PlacementRow
from passaparola.store.read.snapshot import reading

NAMES = {
    PlacementKind.LANDING_PAGE: gettext_lazy("Landing page"),
    PlacementKind.EMAIL: gettext_lazy("E-mail"),
    PlacementKind.NEWSLETTER: gettext_lazy("Newsletter"),
    PlacementKind.MESSAGES: gettext_lazy("Messages"),
    PlacementKind.IN_PRODUCT: gettext_lazy("In the product"),
    PlacementKind.CLIENT: gettext_lazy("Desktop or phone app"),
    PlacementKind.APP_MENU: gettext_lazy("Menu of an app"),
    PlacementKind.BLOG: gettext_lazy("Blog"),
    PlacementKind.LIVE_CHAT: gettext_lazy("Live chat"),
    PlacementKind.CHATBOT: gettext_lazy("Chatbot"),
    PlacementKind.BANNER: gettext_lazy("Banner"),
    PlacementKind.HOME_SECTION: gettext_lazy("Part of the home page"),
    PlacementKind.SOCIAL_POST: gettext_lazy("Social post"),
    PlacementKind.SALES_STAFF: gettext_lazy("Sales staff"),
    PlacementKind.SERVICE_STAFF: gettext_lazy("Service staff"),
    PlacementKind.VOICE_GREETING: gettext_lazy("Voice greeting"),
    PlacementKind.PRINTED_CARD: gettext_lazy("Printed card"),
    PlacementKind.COMMUNITY: gettext_lazy("Community"),
    PlacementKind.INFLUENCER: gettext_lazy("Influencer"),
    PlacementKind.WEBSITE_BUILDER: gettext_lazy("Website builder"),
}


@dataclass(frozen=True, slots=True)
class ToCopy:
    """What stands at a place: `whole` is copied, `title` and `words` are what it says."""

    shape: Shape
    title: str
    words: str
    button: str
    whole: str


def address_of(row: PlacementRow, channel: str = "") -> str:
    """Where a place leads."""
    return f"{settings.PUBLIC_URL}{row.path}" + (f"?c={channel}" if channel and row.link else "")


def to_copy(row: PlacementRow, workspace: str, language: str) -> ToCopy:
    """What stands at a place, in one language."""
    with reading() as session:
        firm = firm_of(session, workspace)
    program = programs_of(workspace)[row.program].live
    with translation.override(language):
        said = _in_their_name(row, program, firm, workspace) if row.link else _in_the_firms(program, firm)
        shape = SHAPES[PlacementKind(row.kind)]
        return ToCopy(shape, *said, _whole(row, shape, said, firm))


def _in_their_name(row: PlacementRow, program: Program, firm: Firm, workspace: str) -> tuple[str, str, str]:
    """(title, words, button) for friends of whoever recommends there."""
    name = public_name(row.owner) if row.owner else None
    title = headline(program, workspace, name, firm.name)
    if row.kind == PlacementKind.VOICE_GREETING:
        words = gettext("Thank you for calling %(firm)s. Say the code %(code)s when you order. %(headline)s.")
        return title, words % {"firm": firm.name, "code": spelled(row.code or ""), "headline": title}, ""
    if SHAPES[PlacementKind(row.kind)] is Shape.SPOKEN:
        words = gettext(
            "May I ask who told you about us? If it was me: my code is %(code)s, it goes with your order. %(headline)s."
        )
        return title, words % {"code": spelled(row.code or ""), "headline": title}, ""
    words = gettext("With the code %(code)s, or by the link.") % {"code": row.code or ""}
    own = the_tongue().listing(gains(program, Side.ADVOCATE))
    return title, f"{words} {disclosure(own)}", gettext("Show me")


def _in_the_firms(program: Program, firm: Firm) -> tuple[str, str, str]:
    """(title, words, button) for customers, who are asked to recommend."""
    own, friends = (the_tongue().listing(gains(program, side)) for side in (Side.ADVOCATE, Side.FRIEND))
    tongue = tongue_of(program)
    title = tongue.gettext("Recommend %(firm)s to your friends") % {"firm": firm.name}
    if own and friends:
        words = tongue.gettext("You get %(own)s, your friend gets %(friend)s.") % {"own": own, "friend": friends}
    elif own or friends:
        words = (gettext("You get %(own)s.") if own else tongue.gettext("Your friend gets %(friend)s.")) % {
            "own": own, "friend": friends
        }  # fmt: skip
    else:
        words = gettext("Tell them what you like.")
    return title, words, gettext("Get my link")


def _whole(row: PlacementRow, shape: Shape, said: tuple[str, str, str], firm: Firm) -> str:
    title, words, button = said
    if shape is Shape.SPOKEN:
        return words
    if shape is not Shape.BLOCK:
        return f"{title}. {words}\n{address_of(row)}"
    light, _ = palettes(firm.look.accent)
    colours = {"accent": light.accent, "on": light.on_accent}
    return _block(title, words, button, address_of(row), colours)


def _block(title: str, words: str, button: str, address: str, colours: Mapping[str, str]) -> str:
    """A block that mail programs and website builders take: no script, no picture, its style with it."""
    return "" + format_html(  # a text from here on, that pages escape
        '<div dir="{}" style="max-width:32rem;margin:0 auto;padding:20px 24px;border:1px solid #d5dbd9;border-radius:12px;'
        'background:#ffffff;color:#14211f;font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif;line-height:1.5">\n'
        '  <p style="margin:0 0 8px;font-size:20px;font-weight:700">{}</p>\n'
        '  <p style="margin:0 0 16px;font-size:16px">{}</p>\n'
        '  <a href="{}" style="display:inline-block;padding:10px 20px;border-radius:8px;background:{};color:{};'
        'font-size:16px;font-weight:600;text-decoration:none">{}</a>\n'
        "</div>",
        "rtl" if get_language_bidi() else "ltr",
        title,
        words,
        address,
        colours["accent"],
        colours["on"],
        button,
    )
