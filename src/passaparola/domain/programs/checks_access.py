"""Checks of who may recommend: that the keys beside the mode belong to it."""

from collections.abc import Iterator

from passaparola.domain.programs.access import BY_EVENTS, AccessMode, Join
from passaparola.domain.programs.access_groups import AccessGroup
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.parts import Parts, Placed

_NOT_HERE = FindingReason.ACCESS_MISMATCH


def invitations_belong(parts: Parts) -> Iterator[Placed]:
    """`token` and `expires_days` are of invitations."""
    access = parts.access
    if access is None or access.mode is AccessMode.INVITE_ONLY:
        return
    for key in ("token", "expires_days"):
        if getattr(access, key) is not None:
            expected = f"`{key}` only with `mode: invite_only`"
            yield ("access", key), Wrong(_NOT_HERE, expected, "leave it out, or write `mode: invite_only`")


def segment_is_said(parts: Parts) -> Iterator[Placed]:
    """A segment is one thing, and goes with its mode."""
    access = parts.access
    if access is None:
        return
    if access.mode is not AccessMode.SEGMENT:
        if access.segment is not None:
            expected = "`segment` only with `mode: segment`"
            yield ("access", "segment"), Wrong(_NOT_HERE, expected, "leave it out, or write `mode: segment`")
        return
    yield from _segment(access)


def _segment(access: AccessGroup) -> Iterator[Placed]:
    segment, remedy = access.segment, "write `segment: {top_percent: 10, by: revenue}` or `segment: {named: …}`"
    if segment is None:
        yield ("access", "segment"), Wrong(FindingReason.MISSING_KEY, "which people it holds", remedy)
        return
    if (segment.named is None) == (segment.top_percent is None):
        yield ("access", "segment"), Wrong(_NOT_HERE, "one of `named` and `top_percent`", remedy)
    if segment.by is not None and segment.top_percent is None:
        expected = "`by` only with `top_percent`"
        yield ("access", "segment", "by"), Wrong(_NOT_HERE, expected, "leave it out, or write `top_percent: 10`")


def joins_by_events(parts: Parts) -> Iterator[Placed]:
    """Signing up makes nobody a customer, an invited person or one of a segment."""
    access = parts.access
    if access is None or access.join is not Join.AUTOMATIC_ON_SIGNUP or access.mode in BY_EVENTS:
        return
    expected = f"`automatic_on_signup` only where {', '.join(sorted(BY_EVENTS))} may recommend"
    yield ("access", "join"), Wrong(_NOT_HERE, expected, "leave it out, or open the program")


ACCESS = (invitations_belong, segment_is_said, joins_by_events)
