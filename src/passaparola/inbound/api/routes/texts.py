"""The texts that stand ready when advocates share, by channel and language."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.sharing.texts import choose_buttons, remove_text, write_text
from passaparola.domain.sharing.texts import (
    BUTTONS,
    LONGEST,
    LONGEST_SUBJECT,
    ShareText,
    TextChannel,
    filled,
    hidden_buttons,
    with_link,
)
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.routes.pages import LanguageName, ProgramName, Removed, slug_named
from passaparola.inbound.api.shapes import Given, ProblemDocument, Shown
from passaparola.inbound.sharing import sample_of
from passaparola.store.read.sharing import share_texts
from passaparola.store.read.snapshot import reading

router = Router(tags=["Design"])
ButtonName = Literal["whatsapp", "telegram", "email", "sms", "facebook", "x", "linkedin"]


class TextDocument(Shown):
    language: LanguageName
    channel: TextChannel
    words: str
    subject: str = Field(description="Of a mail; empty: the program's name")


class TextSaved(TextDocument):
    example: str = Field(description="As Ada sends it, with the link")


class TextList(Shown):
    program: str
    texts: list[TextDocument]
    buttons: list[ButtonName] = Field(description="The channels that have a button where advocates share")


class WantedButtons(Given):
    channels: list[ButtonName]


class ButtonList(Shown):
    buttons: list[ButtonName]


class WantedText(Given):
    words: Annotated[str, Field(max_length=4 * LONGEST, description="With {name} {firm} {headline} {code} {link}")]
    subject: Annotated[str, Field(max_length=4 * LONGEST_SUBJECT, description="Of a mail only")] = ""


@router.get("/{program}/texts", auth=ApiKey("design:read"), response={200: TextList, 404: ProblemDocument})
def list_texts(request: HttpRequest, program: ProgramName) -> HttpResponse:
    """What stands ready when an advocate shares, where the firm wrote something. Scope: `design:read`."""
    slug = slug_named(request, program)
    with reading() as session:
        texts = share_texts(session, key_of_request(request).workspace, slug)
    hidden = hidden_buttons(texts)
    told = {"program": slug, "texts": [_text(text) for text in texts if text.words]}
    return document({**told, "buttons": [channel for channel in BUTTONS if channel not in hidden]})


@router.put("/{program}/buttons", auth=ApiKey("design:write"), response={200: ButtonList, 404: ProblemDocument})
def choose(request: HttpRequest, program: ProgramName, wanted: Annotated[WantedButtons, Body()]) -> HttpResponse:
    """Which channels have a button where advocates share. Link, code and QR picture are always there. Scope: `design:write`."""
    slug = slug_named(request, program)
    return act(
        request,
        lambda asked: choose_buttons(slug, wanted.channels, asked=asked),
        lambda buttons: {"buttons": list(buttons)},
    )


@router.put(
    "/{program}/texts/{language}/{channel}",
    auth=ApiKey("design:write"),
    response={200: TextSaved, 404: ProblemDocument},
)
def write(
    request: HttpRequest,
    program: ProgramName,
    language: LanguageName,
    channel: TextChannel,
    wanted: Annotated[WantedText, Body()],
) -> HttpResponse:
    """Write the text of a channel. Refused by `invalid_text`, which names the field. Scope: `design:write`."""
    slug = slug_named(request, program)
    sample = sample_of(key_of_request(request).workspace, slug, language, str(channel))
    given = {"words": wanted.words, "subject": wanted.subject}

    def saved(text: ShareText) -> dict[str, Any]:
        return {**_text(text), "example": with_link(filled(text.words, sample), sample["link"])}

    return act(
        request, lambda asked: write_text(slug, (language, str(channel)), given, sample=sample, asked=asked), saved
    )


@router.delete(
    "/{program}/texts/{language}/{channel}", auth=ApiKey("design:write"), response={200: Removed, 404: ProblemDocument}
)
def remove(request: HttpRequest, program: ProgramName, language: LanguageName, channel: TextChannel) -> HttpResponse:
    """Take a text away: ours stands there again. Again: nothing happens. Scope: `design:write`."""
    slug = slug_named(request, program)
    place = (str(language), str(channel))
    return act(request, lambda asked: remove_text(slug, place, asked=asked), lambda was: {"removed": was})


def _text(text: ShareText) -> dict[str, Any]:
    return {"language": text.language, "channel": text.channel, "words": text.words, "subject": text.subject}
