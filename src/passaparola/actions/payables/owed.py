"""The list of what is to be paid out, paid with the wages, or sent: the file that money leaves by."""

from passaparola.actions.programs.live import live_programs
from passaparola.actions.rewards.pause import refuse_while_paused
from passaparola.analytics.owing import Owed, OwedLine, oldest_owed, owed_lines
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import Handover
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import reading


def to_hand_over(workspace: str, way: Handover, *, until: Instant) -> list[OwedLine]:
    """Everything that was issued by `until` and is still to be handed over this way, by age. Raises Refusal: `rewards_paused` (409)."""
    return list(owed_lines(workspace, way, _programs(workspace), until=until))


def first_to_hand_over(workspace: str, way: Handover, *, until: Instant, most: int) -> Owed:
    """The oldest `most` of the same, and what all of it comes to. Raises Refusal: `rewards_paused` (409)."""
    return oldest_owed(workspace, way, _programs(workspace), until=until, most=most)


def _programs(workspace: str) -> dict[str, ProgramVersions]:
    with reading() as session:
        row = workspace_row(session, workspace)
        programs = live_programs(session, row)
    refuse_while_paused(row)
    return programs
