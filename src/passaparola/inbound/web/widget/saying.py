"""What a widget shows: a program in words, in the language that its page asks for. Names of people are public names, everything is text."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext

from passaparola.actions.offers.show import ShownOffer
from passaparola.domain.design.theme import PLAIN_LOOK, Look, theme_css
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program, ProgramStatus, Side
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.sharing.texts import LONGEST
from passaparola.domain.tongue import Tongue
from passaparola.inbound.mail_way import mail_way, no_mail_title, no_mail_words
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.sharing import link_address
from passaparola.inbound.today import day_of
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.channels import SYSTEM, Channel, Message
from passaparola.inbound.web.advocates.joining import DEFAULT
from passaparola.inbound.web.advocates.sharing import Giving, ready
from passaparola.inbound.web.advocates.words import earning, gains, tongue_of
from passaparola.inbound.web.reading import read_as_program
from passaparola.store.read.joining import ShownLink
from passaparola.store.read.offers import Firm

DEFAULT_LANGUAGE = "en"
LANGUAGES = ("en", "pl", "it", "ro", "ar")
WORDS, LINK, SUBJECT = "ppWORDSpp", "ppLINKpp", "ppSUBJECTpp"  # places in the address of a channel
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")


def language_of(asked: str) -> str | None:
    """The language of ours that a page's language tag asks for; None for any other."""
    tag = asked[:2].lower() if _LANGUAGE.fullmatch(asked[:35]) else ""
    return tag if tag in LANGUAGES else None


def read_in(request: HttpRequest, asked: str, program: Program | None) -> str:
    """The language of a widget: what its page asks for, else what the browser does, else the program's."""
    if program is not None:
        read_as_program(request, program)
    return language_of(asked) or get_language() or DEFAULT_LANGUAGE


def program_of(workspace: str, slug: str) -> Program | None:
    """The active program of this slug; without one, the first that is active."""
    live = [versions.live for versions in programs_of(workspace).values()]
    active = [program for program in live if program.status is ProgramStatus.ACTIVE]
    return next((program for program in active if slug in ("", program.slug)), None)


def shown(program: Program, firm: Firm, workspace: str) -> dict[str, Any]:
    """A program as it is shown to whoever may recommend."""
    at, tongue = day_of(program, workspace), tongue_of(program)
    offer = offer_of(program, name=None, firm=firm.name, tongue=the_tongue(), now=at)
    return {
        "firm": firm.name,
        "program": program.slug,
        "heading": _plain(tongue.gettext("Recommend <bdi>%(firm)s</bdi> to your friends") % {"firm": firm.name}),
        "own": [_sentence(gain) for gain in gains(program, Side.ADVOCATE, at)],
        "friends": [_sentence(gain) for gain in gains(program, Side.FRIEND, at)],
        "earning": earning(program),
        "conditions": list(offer.conditions),
        "theme": theme_css(Look(firm.look.accent, firm.look.typeface, firm.look.corners))
        if firm.look != PLAIN_LOOK
        else "",
        "logo": f"{settings.PUBLIC_URL}{firm.logo.address}" if firm.logo else "",
        "dir": "rtl" if get_language_bidi() else "ltr",
        "join": settings.PUBLIC_URL + join_path(program, firm),
        "portal": settings.PUBLIC_URL + portal_path(firm),
        "say": {**said(tongue), **_mailed(firm)},
    }


def join_path(program: Program, firm: Firm) -> str:
    """Where the page is on which people join."""
    if firm.slug == DEFAULT:
        return reverse("join", kwargs={"slug": program.slug})
    return reverse("join-workspace", kwargs={"workspace": firm.slug, "slug": program.slug})


def portal_path(firm: Firm) -> str:
    """Where the portal is; of another firm than the first by its own door, which lets in at once whoever is in already."""
    return reverse("me") if firm.slug == DEFAULT else reverse("me-sign-in-workspace", kwargs={"workspace": firm.slug})


def _mailed(firm: Firm) -> dict[str, str]:
    """What is said once somebody has asked to join. Where mails lie on the machine is nothing for a page of another site."""
    if mail_way(firm).leaves:
        title, why = (
            gettext("Look into your mailbox"),
            gettext("We have sent you a mail. Press the button in it, and your link is yours."),
        )
    else:
        title, why = no_mail_title(), _plain(no_mail_words(firm.contact_email))
    return {"sent": title, "sentWhy": why}


def _plain(text: str) -> str:
    """A sentence of a page, for a page that takes it as text: what keeps a name's direction to itself is a character, not a tag."""
    return text.replace("<bdi>", "\u2068").replace("</bdi>", "\u2069")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def friend_of(offer: ShownOffer, firm: Firm) -> dict[str, Any] | None:
    """What somebody is offered who came by a link; None where there is nothing to take."""
    program = offer.program
    if program is None:
        return None
    name = public_name(offer.link.name)
    told = offer_of(program, name=name, firm=firm.name, tongue=the_tongue(), now=day_of(program, offer.link.workspace))
    return {
        "headline": told.headline,
        "gifts": [_sentence(gift.worth) for gift in told.friend],
        "code": offer.link.code,
        "offer": f"{settings.PUBLIC_URL}/l/{offer.link.slug}",
        "disclosure": told.disclosure,
    }


def given_away(link: ShownLink, giving: Giving) -> dict[str, Any]:
    """A link as its owner gives it away. Each channel is an address with places for words, link and subject, and has words of its own
    where the firm wrote some."""
    return {
        "link": link_address(link.slug),
        "code": link.code,
        "words": ready(link, giving),
        "longest": LONGEST + 200,
        "system": SYSTEM,
        "subject": giving.program.name,
        "channels": [_channel(c, c.address, link, giving) for c in giving.channels if c.address is not None],
    }


def _channel(channel: Channel, address: Callable[[Message], str], link: ShownLink, giving: Giving) -> dict[str, str]:
    words, subject = giving.message(link, channel.key, link_address(link.slug, channel.key))
    return {
        "key": channel.key,
        "name": str(channel.name),
        "address": address(Message(WORDS, LINK, SUBJECT)),
        "within": address(Message(WORDS + LINK, LINK, SUBJECT)),  # where the words hold the link already
        "words": words,
        "subject": subject,
    }


def said(tongue: Tongue) -> dict[str, str]:
    """The sentences of all widgets."""
    return {
        "own": gettext("You get"),
        "friends": tongue.gettext("Your friend gets"),
        "join": gettext("Get my link"),
        "know": gettext("How it works"),
        "close": gettext("Close"),
        "email": gettext("Your e-mail address"),
        "wrong": gettext("Write an address such as ada@example.com."),
        "portal": gettext("Your portal"),
        "link": gettext("Your link"),
        "code": gettext("Your code"),
        "copy": gettext("Copy"),
        "copied": gettext("Copied"),
        "message": gettext("Your message"),
        "by": gettext("Share by"),
        "share": gettext("Share…"),
        "offer": gettext("See the offer"),
        "bought": gettext("Glad that you chose us"),
        "mention": gettext("Say what I bought: %(item)s"),
        "item": gettext("I have just bought %(item)s."),
        "friendsSoFar": tongue.gettext("Friends so far"),
        "others": gettext("What others say"),
        "paid": gettext("recommends us and may get rewards"),
        "failed": gettext("That did not work. Try again in a moment."),
    }
