"""`passaparola reward`: what can be proved of one reward."""

import click

from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.ready import FOUND, open_for_reading
from passaparola.inbound.cli.rewards import reward


@reward.command("verify-draw")
@click.argument("reward_id", metavar="REWARD")
@json_option
def verify_draw(reward_id: str, as_json: bool) -> None:
    """Draw again what REWARD (rwd_…) was drawn from, with the seed of the version that gave it, and compare.

    Exit code 1: the reward is worth more than what is drawn, or it was not drawn.
    """
    workspace = open_for_reading()
    from passaparola.actions.rewards.draws import UnableToVerifyDraw
    from passaparola.actions.rewards.draws import verify_draw as draw_again
    from passaparola.domain.money import money_text
    from passaparola.inbound.cli.ready import Problem
    from passaparola.store.read.snapshot import snapshot

    try:
        with snapshot() as session:
            found = draw_again(session, workspace, _key(reward_id))
    except UnableToVerifyDraw as problem:
        raise Problem(f"{reward_id}: {problem}") from None
    drawn, given = found.drawn, found.reward
    if as_json:
        say_json(
            {
                "reward": reward_id,
                "program": found.program,
                "version": found.version,
                "hashed": ["seed", *found.text],
                "hash": drawn.digest,
                "number": drawn.number,
                "weights": drawn.weights,
                "prize": drawn.prize.name,
                "prize_minor": drawn.prize.amount,
                "reward_minor": given.amount,
                "unit": given.unit,
                "holds": found.holds,
            }
        )
    else:
        click.echo(f"Hashed: the seed, {', '.join(found.text)}.")
        click.echo(f"SHA-256: {drawn.digest}.")
        click.echo(
            f"Number {drawn.number} of {drawn.weights} is {drawn.prize.name}, {money_text(drawn.prize.amount, given.unit)}."
        )
        said = "The draw holds." if found.holds else "The draw does not hold."
        click.echo(f"The reward was given as {money_text(given.amount, given.unit)}. {said}")
    if not found.holds:
        raise SystemExit(FOUND)


def _key(reward_id: str) -> str:
    key = reward_id.removeprefix("rwd_")
    if len(key) != 32 or any(c not in "0123456789abcdef" for c in key):
        raise click.BadParameter(f"{reward_id!r} is no reward: give its id, rwd_ and 32 hexadecimal digits")
    return key
