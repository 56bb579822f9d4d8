"""What applying a file would change: in words, in findings, and in money by a backtest of our own history."""

from dataclasses import dataclass
from fractions import Fraction

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.programs.apply import UnableToApplyProgram
from passaparola.actions.programs.plans import record_plan
from passaparola.actions.rehearsal.backtest import Backtest, Trial, Wish, backtest_log
from passaparola.actions.rehearsal.figures import Sums
from passaparola.analytics.pace import Change, with_pace
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs import Finding, describe, read_program
from passaparola.domain.programs.changes import KeyChange, changes_of
from passaparola.store.read.catalogue import programs_of, version_document
from passaparola.store.read.snapshot import reading

RECENT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file would change. `live_version` None: it would be the first. `effect` compares it with the live version's text."""

    program: str
    live_version: int | None
    changes: tuple[KeyChange, ...]
    described: tuple[str, ...]
    findings: tuple[Finding, ...]
    effect: Backtest
    since: Instant


def propose(
    document: str, *, workspace: str, now: Instant, days: int = RECENT_DAYS, source: str = "program.yaml"
) -> Proposal:
    """Compare a file with the live version of its program, and try both on the last `days` days. Writes nothing.

    Raises UnableToApplyProgram with all that is wrong with the file.
    """
    program, findings = read_program(document, key="0" * 32, version=1, effective_from=now, source=source)
    if program is None:
        raise UnableToApplyProgram(findings)
    live, text = _live(workspace, program.slug)
    since = max(0, now - days * DAY)
    effect = backtest_log(
        workspace,
        Trial(document, source),
        against=Trial(text, f"{program.slug} version {live}") if text else None,
        wish=Wish(period=(since, None)),
    )
    changes = changes_of(text, document) if text else ()
    described = tuple(describe(program).split("\n"))
    more = Change(_factors(effect))
    told = with_pace(document, program, findings, workspace=workspace, now=now, change=more, source=source)
    return Proposal(program.slug, live, changes, described, tuple(told), effect, since)


def _factors(effect: Backtest) -> dict[str, Fraction]:
    """How much more or less than the live version the file would have given, by unit, where both gave something."""
    before = _given(effect.against.sums) if effect.against is not None else {}
    after = _given(effect.result.sums)
    return {unit: Fraction(after[unit], given) for unit, given in before.items() if given and after.get(unit)}


def _given(sums: Sums) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, _, unit, _), (_, value) in sums.rewards.items():
        found[unit] = found.get(unit, 0) + value
    return found


def record(proposal: Proposal, document: str, *, asked: Asked) -> Performed[str]:
    """Keep the plan, so that it can be applied by its id while neither the file nor the live version changes. The id."""
    return record_plan(proposal.program, proposal.live_version, document, asked=asked)


def _live(workspace: str, slug: str) -> tuple[int | None, str]:
    with reading() as session:
        entry = next((p for p in programs_of(session, workspace) if p.slug == slug), None)
        if entry is None or entry.live_version is None:
            return None, ""
        found = version_document(session, workspace, entry.key, entry.live_version)
    return entry.live_version, found[0] if found else ""
