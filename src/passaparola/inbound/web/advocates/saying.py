"""What an advocate says to friends, in their own words, on the pages of their links."""

from functools import partial

from passaparola.actions.acting import Asked, done
from passaparola.actions.design.pages import write_words
from passaparola.domain.plain_words import LONGEST_WORDS
from passaparola.inbound.rates import Rate
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.sessions import Visitor
from passaparola.store.read.design import personal_words
from passaparola.store.read.portal import parts_of
from passaparola.store.read.snapshot import reading

WHO = "portal"
CHANGES = Rate(30, 3600)  # times that somebody may change their words in an hour
LONGEST_TYPED = 4 * LONGEST_WORDS


def words_of(who: Visitor) -> str:
    """What they say in the programs in which they are; the same in all."""
    with reading() as session:
        parts = parts_of(session, who.workspace, who.group)
        said = (personal_words(session, who.workspace, part.program, who.group) for part in parts)
        return next(filter(None, said), "")


def say(who: Visitor, words: str) -> None:
    """Write them down in all their programs. Links, addresses and numbers are taken out; empty words are none."""
    with reading() as session:
        programs = {part.program for part in parts_of(session, who.workspace, who.group)}
    asked = Asked(who.workspace, now_in(who.workspace), WHO)
    for program in sorted(programs):
        done(the_writer().run(partial(write_words, program, who.person, words, asked=asked)))
