"""The firm's own texts for sharing: one a program, channel and language."""

from collections.abc import Mapping

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.design.blocks import LANGUAGES
from passaparola.domain.sharing.texts import ShareText, TextChannel, UnableToReadText, read_text
from passaparola.store.read.catalogue import NoSuchProgram, find_program
from passaparola.store.read.sharing import share_texts
from passaparola.store.write.design import put_share_text, remove_share_text

INVALID_TEXT = "invalid_text"


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
