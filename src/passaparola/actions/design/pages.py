"""What is written on a landing page: the blocks of operators, the words of advocates, and who asked for the film."""

from typing import Any

import orjson

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.design.blocks import LANGUAGES, Block, UnableToReadBlock, pictures_of, read_block
from passaparola.domain.design.choices import ROOMS, PictureUse
from passaparola.domain.instant import Instant
from passaparola.domain.plain_words import plain_words
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read import design as read
from passaparola.store.read.catalogue import NoSuchProgram, find_program
from passaparola.store.read.design import PageTextRow
from passaparola.store.session import writing
from passaparola.store.write import design as write

INVALID_PAGE = "invalid_page"
_USES = {Block.HERO: PictureUse.HERO, Block.PRODUCT: PictureUse.PRODUCT, Block.VIDEO: PictureUse.POSTER}


def write_block(program: str, language: str, block: str, content: Any, *, asked: Asked) -> Performed[PageTextRow]:
    """Write one block of a program's landing page (by its slug) in one language. The same again changes nothing.

    Refused: `invalid_page` (422) with `field`. Raises NotFound (no such program, language or block), IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: put_block(program, language, block, content, desk=desk))


def remove_block(program: str, language: str, block: str, *, asked: Asked) -> Performed[bool]:
    """Take a block away; whether there was one. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _remove(program, _named(language, block), desk))


def write_words(program: str, person: str, words: str, *, asked: Asked) -> Performed[str]:
    """What an advocate says to friends on the pages of a program (both our ids): what is left of it as words. Empty removes it; the same
    again changes nothing. Raises NotFound, Conflict."""
    return perform(asked, lambda desk: _say(program, person, plain_words(words), desk))


def record_play(workspace: str, program: str, visit: str, now: Instant) -> None:
    """A visitor asked for the film of a program's page (its slug). Once a visit; again: nothing."""
    with writing() as session:
        write.add_play(session, workspace, program, visit, now)


def _named(language: str, block: str) -> tuple[str, Block]:
    if language not in LANGUAGES:
        raise NotFound(f"pages are written in {', '.join(LANGUAGES)}, not in {language!r}")
    try:
        return language, Block(block)
    except ValueError:
        raise NotFound(f"a page has the blocks {', '.join(Block)}, and no {block!r}") from None


def _program(desk: Desk, program: str) -> str:
    try:
        return find_program(desk.session, desk.workspace.id, program).slug
    except NoSuchProgram:
        raise NotFound(f"there is no program {program!r}") from None


def put_block(program: str, language: str, name: str, content: Any, *, desk: Desk) -> PageTextRow:
    """The same inside another act."""
    (language, block), workspace, slug = _named(language, name), desk.workspace.id, _program(desk, program)
    try:
        told = read_block(block, content)
    except UnableToReadBlock as problem:
        sentence, said = (
            gettext_noop("%(field)s: expected %(expected)s"),
            {"field": problem.field, "expected": str(problem)},
        )
        raise Refusal(INVALID_PAGE, sentence, 422, said=said, field=problem.field) from None
    _fitting(block, pictures_of(block, told), desk)
    known = _known(desk, slug, language, block)
    if known is None or known.content != told:
        desk.act("page.write", slug, language=language, block=str(block), content=told)
        key = {"workspace_id": workspace, "program": slug, "language": language, "block": str(block)}
        write.put_page_text(desk.session, key, orjson.dumps(told).decode(), desk.now)
        return PageTextRow(language, str(block), told, desk.now)
    return known


def _fitting(block: Block, digests: list[str], desk: Desk) -> None:
    """Pictures that are there and no larger than this block may show."""
    known = read.pictures_of(desk.session, desk.workspace.id, digests, hold="SHARE")
    if set(digests) - set(known):
        raise Refusal(INVALID_PAGE, gettext_noop("there is no such picture: upload it first"), 422, field="picture")
    for picture in known.values():
        room = ROOMS[_USES[block]]
        if picture.weight > room.weight or picture.width > room.width or picture.height > room.height:
            sentence = gettext_noop("the picture is too large here: upload it for this use: %(use)s")
            raise Refusal(INVALID_PAGE, sentence, 422, said={"use": str(_USES[block])}, field="picture")


def _known(desk: Desk, slug: str, language: str, block: Block) -> PageTextRow | None:
    rows = read.page_texts(desk.session, desk.workspace.id, slug)
    return next((row for row in rows if (row.language, row.block) == (language, block)), None)


def _remove(program: str, named: tuple[str, Block], desk: Desk) -> bool:
    language, block = named
    slug = _program(desk, program)
    key = {"workspace_id": desk.workspace.id, "program": slug, "language": language, "block": str(block)}
    removed = write.remove_page_text(desk.session, key)
    if removed:
        desk.act("page.remove", slug, language=language, block=str(block))
    return removed


def _say(program: str, person: str, words: str, desk: Desk) -> str:
    """Of merged persons the words are one: those of the one that stands for all."""
    group = desk.group(person)
    if words == read.personal_words(desk.session, desk.workspace.id, program, group):
        return words
    desk.act("words.write", person, program=program, length=len(words))
    key = {"workspace_id": desk.workspace.id, "program_id": program, "person_id": group[0]}
    write.put_words(desk.session, key, group[1:], words, desk.now)
    return words
