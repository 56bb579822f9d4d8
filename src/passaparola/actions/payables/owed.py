"""The list of what is to be paid out, paid with the wages, or sent: the file that money leaves by."""

from passaparola.actions.programs.live import live_programs
from passaparola.actions.rewards.pause import refuse_while_paused
from passaparola.analytics.owing import OwedLine, owed_lines
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import Handover
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import reading


def to_hand_over(workspace: str, way: Handover, *, until: Instant) -> list[OwedLine]:
    """Everything that was issued by `until` and is still to be handed over this way, by age. Raises Refusal: `rewards_paused` (409)."""
    with reading() as session:
        row = workspace_row(session, workspace)
        programs = live_programs(session, row)
    refuse_while_paused(row)
    return list(owed_lines(workspace, way, programs, until=until))
