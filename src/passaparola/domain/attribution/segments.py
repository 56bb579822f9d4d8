"""Which segment a friend is of, and the program with the windows of that segment. A program without segments is as it is."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import Program
from passaparola.domain.referrals.state import FriendState, Order, Reached

SEGMENT = "segment"  # the fact of an event that names it


def segment_of(state: FriendState) -> str | None:
    """The segment that the friend's earliest event with the fact `segment` told of: a sign-up, an order, or a stage."""
    told = min(_told(state), default=None)
    return told[2] if told else None


def _told(state: FriendState) -> Iterator[tuple[int, str, str]]:
    if state.segment is not None:
        yield state.segment
    told: list[Order | Reached] = [*state.orders.values(), *state.stages.values()]
    for found in told:
        word = (found.facts or {}).get(SEGMENT)
        if word:
            yield (found.at, found.event, str(word))


def in_segment(program: Program, state: FriendState) -> Program:
    """The program with the windows that count for this friend."""
    if not program.segments:
        return program
    return program.segments.get(segment_of(state) or "", program)
