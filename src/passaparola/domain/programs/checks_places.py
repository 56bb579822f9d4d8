"""What a file says of its locations goes together."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import TOGETHER
from passaparola.domain.programs.conditions import LONGEST
from passaparola.domain.programs.fields import did_you_mean
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.meaning import structure_of
from passaparola.domain.programs.parts import Parts, Placed

_ROOM = 100  # characters that the location adds to a condition


def locations_fit(parts: Parts) -> Iterator[Placed]:
    """A reward for one location names one of the file's, and looks at one occasion."""
    for at, reward in parts.rewards:
        place = (*at, "location")
        if reward.location is None:
            continue
        if reward.location not in parts.locations:
            guess = did_you_mean(reward.location, parts.locations)
            remedy = f"did you mean {guess}?" if guess else f"add `locations: [{reward.location}]` to the file"
            yield place, Wrong(FindingReason.UNKNOWN_VALUE, "one of the file's `locations`", remedy, reward.location)
        if structure_of(reward) in TOGETHER:
            expected = "no location: what many friends earn together is at none"
            yield place, Wrong(FindingReason.UNKNOWN_VALUE, expected, "leave it out, or give it for each friend")
        if reward.when is not None and len(reward.when.text) > LONGEST - _ROOM:
            remedy = f"shorten it to {LONGEST - _ROOM} characters"
            yield (*at, "when"), Wrong(FindingReason.UNKNOWN_VALUE, "a condition with room for the location", remedy)
