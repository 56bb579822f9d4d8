"""Begin a set-up, save a step of it, throw it away."""

import hashlib

import orjson

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.domain.setup.answers import STEPS, Answers, Said, Step, begun_with, read_answers, said, with_step
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.setups import SetupRow, open_setups, setup_of
from passaparola.store.write import setups as write

MOST_OPEN = 50
CHANGED_MEANWHILE, LAUNCHED, TOO_MANY = "changed_meanwhile", "already_launched", "too_many_setups"


def begin_setup(answers: Answers, *, asked: Asked) -> Performed[SetupRow]:
    """A new one, with what is known already. Refused: `too_many_setups`. Raises IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _begin(answers, desk))


def save_step(
    key: str, step: Step, given: dict[str, Said], *, seen: str, following: Answers, asked: Asked
) -> Performed[SetupRow]:
    """Save one step. `seen` is what `digest` said of the step when its page was shown: refused by `changed_meanwhile` when somebody has
    saved something else there since, and by `already_launched`. Steps do not disturb one another. `following`: what another beginning
    says to the questions behind it. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _save(key, step, given, seen, following, desk))


def throw_away(key: str, *, asked: Asked) -> Performed[bool]:
    """It is gone. Raises NotFound (also where a program came of it: that stays), IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _throw(key, desk))


def digest(answers: Answers, step: Step) -> str:
    """A short name for what is said in one step."""
    told = {name: list(text) if isinstance(text, tuple) else text for name, text in answers.get(step, {}).items()}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def known_setup(key: str, desk: Desk) -> SetupRow:
    """The set-up of this id that is not launched yet. Raises NotFound; refused by `already_launched`."""
    row = setup_of(desk.session, desk.workspace.id, key)
    if row is None:
        raise NotFound(f"there is no set-up {key}")
    if row.program:
        raise Refusal(LAUNCHED, gettext_noop("the program runs already: it is changed by its file now"))
    return row


def kept(answers: Answers) -> str:
    """Answers as they are stored."""
    return orjson.dumps({str(step): dict(told) for step, told in answers.items()}).decode()


def _begin(answers: Answers, desk: Desk) -> SetupRow:
    if len(open_setups(desk.session, desk.workspace.id, MOST_OPEN)) >= MOST_OPEN:
        raise Refusal(TOO_MANY, gettext_noop("there are fifty that nobody finished: throw some of them away"))
    by = desk.actor
    key = write.add_setup(
        desk.session, desk.workspace.id, answers=kept(answers), step=str(Step.GOAL), by=by, now=desk.now
    )
    desk.act("setup.begin", key)
    return SetupRow(key, dict(answers), str(Step.GOAL), 0, "", by, by, desk.now, desk.now)


def _save(key: str, step: Step, given: dict[str, Said], seen: str, following: Answers, desk: Desk) -> SetupRow:
    row = known_setup(key, desk)
    before = read_answers(row.answers)
    after = with_step(before, step, given)
    if digest(before, step) not in (seen, digest(after, step)):
        raise Refusal(CHANGED_MEANWHILE, gettext_noop("somebody saved this step since you opened it; look at both"))
    if step is Step.BEGINNING and said(before, step, "beginning") != said(after, step, "beginning"):
        after = begun_with(after, following)
    furthest = max(Step(row.step), _next(step), key=STEPS.index)
    if after == before and str(furthest) == row.step:
        return row
    kept_now = {"answers": kept(after), "step": str(furthest), "program": "", "saved_by": desk.actor}
    write.save_setup(desk.session, row.id, row.revision, kept_now, desk.now)
    desk.act("setup.save", row.id, step=str(step))
    return SetupRow(
        row.id, after, str(furthest), row.revision + 1, "", row.begun_by, desk.actor, row.begun_at, desk.now
    )


def _next(step: Step) -> Step:
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def _throw(key: str, desk: Desk) -> bool:
    row = setup_of(desk.session, desk.workspace.id, key)
    if row is None or row.program:
        raise NotFound(f"there is no set-up {key}")
    write.remove_setup(desk.session, row.id)
    desk.act("setup.remove", row.id)
    return True
