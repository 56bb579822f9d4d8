"""From the file's access and audience to the rules that decide."""

from passaparola.domain.programs.access import INVITED_FOR_DAYS, Admission, Segment, SegmentBy
from passaparola.domain.programs.access_groups import SegmentGroup
from passaparola.domain.programs.document import ProgramDocument


def admission_of(document: ProgramDocument) -> Admission:
    """What a document that passed every check says of access beside its mode."""
    access = document.access
    return Admission(
        join=access.join,
        invited_for_days=access.expires_days or INVITED_FOR_DAYS,
        segment=None if access.segment is None else _segment(access.segment),
        audience=document.audience,
    )


def _segment(group: SegmentGroup) -> Segment:
    return Segment(group.named, group.top_percent, group.by or SegmentBy.REVENUE)
