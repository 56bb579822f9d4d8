"""What a scale rule says goes together: it extends something, and the file as it makes it is a program."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from passaparola.domain.programs.document import ProgramDocument
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.parts import Parts, Placed, parts_of
from passaparola.domain.programs.scaling import INSTEAD, extend, tiered
from passaparola.domain.programs.tree import path_text

_REASON = FindingReason.SCALE_MISMATCH


def scale_fits(
    document: ProgramDocument | None, values: dict[str, Any], check: Callable[[Parts], list[Placed]]
) -> Iterator[Placed]:
    """The findings about the rule of a document that is whole. `values` of the file are used up."""
    if document is None or (rule := document.scale) is None:
        return
    if rule.budget is None and rule.audience is None and not rule.tiers:
        remedy = "add the `budget`, the `audience` or the `tiers` from then on"
        yield ("scale",), Wrong(_REASON, f"what is extended: {', '.join((*INSTEAD, 'tiers'))}", remedy)
        return
    for index, entry in enumerate(rule.tiers):
        if not list(tiered(values, entry.reward)):
            yield (
                ("scale", "tiers", index, "reward"),
                Wrong(_REASON, "the id of a reward with tiers", "name a reward whose structure is `tier`"),
            )
            return
    yield from _larger(document)
    known = {(path, wrong.reason) for path, wrong in check(parts_of(values))}
    extend(values)
    for path, wrong in check(parts_of(values)):
        if wrong.severity == "error" and (path, wrong.reason) not in known:
            expected = f"that the extended file is a program: there {path_text(path)} should be {wrong.expected}"
            yield ("scale",), Wrong(_REASON, expected, wrong.remedy)


def _larger(document: ProgramDocument) -> Iterator[Placed]:
    """A budget in the same currency and period is extended by a larger one."""
    before, after = document.budget, document.scale.budget if document.scale is not None else None
    if before is None or after is None:
        return
    same = (before.currency or document.currency, before.period) == (after.currency or document.currency, after.period)
    if same and Decimal(after.total) <= Decimal(before.total):
        yield (
            ("scale", "budget", "total"),
            Wrong(_REASON, f"more than the budget there is, {before.total}", "raise it"),
        )
