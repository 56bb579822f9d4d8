"""A draw done again, to prove that it was no accident and no favour."""

from dataclasses import dataclass

from passaparola.actions.programs.live import live_programs
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.draw import Drawn, draw_for, word_for
from passaparola.store.read.draws import reward_with_state
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import Session


class UnableToVerifyDraw(LookupError):
    """There is no such reward, or it was not drawn. The message says which."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the draw gives when it is done again. `text` is what was hashed, without the seed.

    `holds`: the reward is worth what was drawn, or less where a cap left less room.
    """

    reward: Reward
    program: str
    version: int
    drawn: Drawn
    text: tuple[str, ...]
    holds: bool


def verify_draw(session: Session, workspace: str, reward: str) -> Verified:
    """Draw again what a reward (our id) was drawn from, by the program's version that gave it. Raises UnableToVerifyDraw."""
    found = reward_with_state(session, workspace, reward)
    if found is None:
        raise UnableToVerifyDraw("there is no such reward")
    given, state = found
    program = live_programs(session, workspace_row(session, workspace))[given.program].number(given.version)
    rule = next((r for r in program.rules if r.id == given.rule), None)
    if rule is None or rule.draw is None:
        raise UnableToVerifyDraw("this reward was not drawn: its rule says what it is worth")
    occasion = given.occasion.removesuffix(f":v{given.version}:{given.unit}")
    tickets = state.standing.tickets if state is not None and state.standing is not None else {}
    word = word_for(occasion, given.referral, tickets)
    ticket = given.beneficiary if given.referral is None else tickets.get(word)
    if ticket is None:
        raise UnableToVerifyDraw(
            "in whose name it was drawn is not known any more: its referral was joined with another"
        )
    drawn = draw_for(rule, program, ticket=ticket, occasion=word)
    return Verified(
        reward=given,
        program=program.slug,
        version=program.version,
        drawn=drawn,
        text=(program.slug, rule.id, str(rule.side), ticket, word),
        holds=given.amount <= drawn.prize.amount,
    )
