"""The kill switches of the whole installation: those of every workspace are turned, each with an act in its own log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Performed, done
from passaparola.actions.messages.pause import pause_mail, resume_mail
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.store.read.switches import paused_together
from passaparola.store.session import reading


@dataclass(frozen=True, slots=True)
class Switch:
    """What can be paused. `verb` names the act that does it."""

    verb: str
    pause: Callable[..., Performed[bool]]
    resume: Callable[..., Performed[bool]]


MAIL = Switch("mail.pause", pause_mail, resume_mail)
REWARDS = Switch("rewards.pause", pause_rewards, resume_rewards)


def pause_everywhere(switch: Switch, asks: Iterable[Asked], *, note: str = "") -> list[str]:
    """Pause in each workspace of `asks` that is not paused yet; which those are. Raises Conflict: those before it stay paused."""
    return [a.workspace for a in asks if done(switch.pause(asked=a, note=note, everywhere=True))]


def resume_everywhere(switch: Switch, asks: Iterable[Asked], *, note: str = "") -> list[str]:
    """Go on in each workspace that `pause_everywhere` paused; which those are. One that was paused by itself stays paused."""
    with reading() as session:
        together = set(paused_together(session, switch.verb))
    return [a.workspace for a in asks if a.workspace in together and done(switch.resume(asked=a, note=note))]
