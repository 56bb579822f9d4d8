"""The end of a set-up: its file becomes a program that runs, with the firm's words and contact, all at once or not at all."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.contact import put_contact
from passaparola.actions.design.pages import put_block
from passaparola.actions.programs.apply import Applied, Ground, UnableToApplyProgram, put
from passaparola.actions.setup.answer import CHANGED_MEANWHILE, kept, known_setup
from passaparola.domain.design.blocks import Block
from passaparola.domain.setup.answers import Step, read_answers, said
from passaparola.domain.setup.places import Draft
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.catalogue import programs_of
from passaparola.store.write.setups import save_setup

PROGRAM_EXISTS = "program_exists"


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looked at before they said yes: the file, and the revision of the answers that made it."""

    draft: Draft
    revision: int
    language: str  # of the words on the landing page


def launch(key: str, looked: Looked, *, asked: Asked) -> Performed[Applied]:
    """Make the file the first version of its program. Refused: `changed_meanwhile`, `already_launched`, `program_exists` (another
    program goes by this name), `invalid_contact`, `invalid_page`. Raises UnableToApplyProgram, NotFound, IdempotencyMismatch, Conflict.
    """
    if looked.draft.program is None:
        raise UnableToApplyProgram([placed.finding for placed in looked.draft.findings])
    return perform(asked, lambda desk: _launch(key, looked, desk))


def _launch(key: str, looked: Looked, desk: Desk) -> Applied:
    row, program = known_setup(key, desk), looked.draft.program
    assert program is not None  # noqa: S101  asked above
    if row.revision != looked.revision:
        raise Refusal(CHANGED_MEANWHILE, gettext_noop("somebody changed an answer since you looked; look again"))
    if any(entry.slug == program.slug for entry in programs_of(desk.session, desk.workspace.id)):
        sentence = gettext_noop("there is a program that is called so: give this one another name")
        raise Refusal(PROGRAM_EXISTS, sentence, field="name")
    answers = read_answers(row.answers)
    findings = tuple(placed.finding for placed in looked.draft.findings)
    applied = put(desk, program, looked.draft.text, findings, Ground())
    words, contact = (
        said(answers, Step.MESSAGES, "words").strip(),
        said(answers, Step.MESSAGES, "contact_email").strip(),
    )
    if words:
        put_block(applied.slug, looked.language, str(Block.MESSAGE), {"words": words}, desk=desk)
    if contact:
        put_contact({"contact_email": contact}, None, desk)
    done = {"answers": kept(answers), "step": str(Step.CHECK), "program": applied.slug, "saved_by": desk.actor}
    save_setup(desk.session, row.id, row.revision, done, desk.now)
    return applied
