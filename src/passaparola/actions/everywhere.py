"""The kill switches of the whole installation: those of every workspace are turned, each with an act in its own log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from passaparola.actions.acting import Asked, Performed, done
from passaparola.actions.messages.pause import pause_mail, resume_mail
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.store.read.switches import paused_together
from passaparola.store.session import Conflict, reading

TRIES = 2


@dataclass(frozen=True, slots=True)
class Switch:
    """What can be paused. `verb` names the act that does it."""

    verb: str
    pause: Callable[..., Performed[bool]]
    resume: Callable[..., Performed[bool]]


MAIL = Switch("mail.pause", pause_mail, resume_mail)
REWARDS = Switch("rewards.pause", pause_rewards, resume_rewards)


@dataclass(slots=True)
class Turned:
    """The workspaces (our ids) where turning the switch changed something, and those that were busy with other writers all the time."""

    changed: list[str] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)


def pause_everywhere(switch: Switch, asks: Iterable[Asked], *, note: str = "") -> Turned:
    """Pause in each workspace of `asks` that is not paused yet. One that is busy is asked again when all others are paused."""
    return _turn(list(asks), lambda asked: done(switch.pause(asked=asked, note=note, everywhere=True)))


def resume_everywhere(switch: Switch, asks: Iterable[Asked], *, note: str = "") -> Turned:
    """Go on in each workspace that `pause_everywhere` paused. One that was paused by itself stays paused."""
    with reading() as session:
        together = set(paused_together(session, switch.verb))
    return _turn(
        [a for a in asks if a.workspace in together], lambda asked: done(switch.resume(asked=asked, note=note))
    )


def _turn(asks: list[Asked], turn: Callable[[Asked], bool]) -> Turned:
    changed: list[str] = []
    for _ in range(TRIES):
        busy = []
        for asked in asks:
            try:
                changed += [asked.workspace] if turn(asked) else []
            except Conflict:
                busy.append(asked)
        asks = busy
    return Turned(changed, [asked.workspace for asked in asks])
