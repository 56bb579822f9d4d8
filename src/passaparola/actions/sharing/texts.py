"""The firm's own texts for sharing: one a program, channel and language."""

from collections.abc import Collection, Mapping

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.sharing.texts import (
    BUTTONS,
    HIDDEN,
    ShareText,
    TextChannel,
    UnableToReadText,
    hidden_buttons,
    read_text,
)
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.catalogue import NoSuchProgram, find_program
from passaparola.store.read.sharing import share_texts
from passaparola.store.write.design import put_share_text, remove_share_text

INVALID_TEXT, INVALID_BUTTONS = "invalid_text", "invalid_buttons"


def write_text(
    program: str, place: tuple[str, str], given: Mapping[str, str], *, sample: Mapping[str, str], asked: Asked
) -> Performed[ShareText]:
    """Write the text of `place` (language, channel): `words`, of a mail also `subject`. The same again changes nothing.

    `sample` fills every tag, so that the length is that of what is sent. Refused: `invalid_text` (422) with `field`. Raises NotFound (no
    such program, language or channel), IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _write(program, _named(*place), given, sample, desk))


def remove_text(program: str, place: tuple[str, str], *, asked: Asked) -> Performed[bool]:
    """Take the text of `place` (language, channel) away: ours stands there again. Whether there was one.

    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _remove(program, _named(*place), desk))


def choose_buttons(program: str, channels: Collection[str], *, asked: Asked) -> Performed[tuple[str, ...]]:
    """Which channels have a button where advocates share; link, code and QR picture are always there. The same again changes nothing.

    Refused: `invalid_buttons` (422) for what is no channel. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _choose(program, channels, desk))


def _choose(program: str, channels: Collection[str], desk: Desk) -> tuple[str, ...]:
    slug, unknown = program_slug(desk, program), sorted(set(channels) - set(BUTTONS))
    if unknown:
        sentence = gettext_noop("there is no %(tag)s: use %(known)s")
        said = {"tag": unknown[0][:40], "known": ", ".join(BUTTONS)}
        raise Refusal(INVALID_BUTTONS, sentence, 422, said=said, field="channels")
    wanted = set(BUTTONS) - set(channels)
    before = hidden_buttons(share_texts(desk.session, desk.workspace.id, slug))
    if wanted != before:
        desk.act("buttons.choose", slug, channels=sorted(channels))
    for channel in sorted(wanted ^ before):
        key = {"workspace_id": desk.workspace.id, "program": slug, "language": HIDDEN, "channel": channel}
        if channel in wanted:
            put_share_text(desk.session, key, {"words": "", "subject": ""}, desk.now)
        else:
            remove_share_text(desk.session, key)
    return tuple(channel for channel in BUTTONS if channel in channels)


def _named(language: str, channel: str) -> tuple[str, TextChannel]:
    if language not in LANGUAGES:
        raise NotFound(f"texts are written in {', '.join(LANGUAGES)}, not in {language!r}")
    try:
        return language, TextChannel(channel)
    except ValueError:
        raise NotFound(f"there are texts for {', '.join(TextChannel)}, and none for {channel!r}") from None


def program_slug(desk: Desk, program: str) -> str:
    """The slug of a program that is there, live or not. Raises NotFound."""
    try:
        return find_program(desk.session, desk.workspace.id, program).slug
    except NoSuchProgram:
        raise NotFound(f"there is no program {program!r}") from None


def _write(
    program: str, named: tuple[str, TextChannel], given: Mapping[str, str], sample: Mapping[str, str], desk: Desk
) -> ShareText:
    (language, channel), slug = named, program_slug(desk, program)
    try:
        text = read_text(channel, language, given, sample)
    except UnableToReadText as problem:
        raise Refusal(INVALID_TEXT, problem.sentence, 422, said=problem.said, field=problem.field) from None
    if text not in share_texts(desk.session, desk.workspace.id, slug):
        desk.act("text.write", slug, language=language, channel=str(channel), words=text.words, heading=text.subject)
        values = {"words": text.words, "subject": text.subject}
        put_share_text(desk.session, _key(desk, slug, named), values, desk.now)
    return text


def _remove(program: str, named: tuple[str, TextChannel], desk: Desk) -> bool:
    slug = program_slug(desk, program)
    removed = remove_share_text(desk.session, _key(desk, slug, named))
    if removed:
        desk.act("text.remove", slug, language=named[0], channel=str(named[1]))
    return removed


def _key(desk: Desk, slug: str, named: tuple[str, TextChannel]) -> dict[str, str]:
    language, channel = named
    return {"workspace_id": desk.workspace.id, "program": slug, "language": language, "channel": str(channel)}
