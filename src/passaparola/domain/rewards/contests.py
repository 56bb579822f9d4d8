"""Who won a contest: the places of a period by what is known when it is closed, and what each place gives.

The rule in words, with worked tables: docs/rules/contests.md.
"""

from collections.abc import Iterable, Iterator, Mapping

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.attribution.segments import in_segment
from passaparola.domain.decision import ReferralFacts, World
from passaparola.domain.instant import Instant, end_of_day
from passaparola.domain.programs.compiled import Program, RewardRule
from passaparola.domain.programs.contest import Contest, Ties
from passaparola.domain.referrals.state import FriendState, TouchKind
from passaparola.domain.rewards.by_staff import prize_key
from passaparola.domain.rewards.difference import Difference
from passaparola.domain.rewards.periods import next_period, period_of, this_period
from passaparola.domain.rewards.target import Occasion, qualifying
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Span:
    """One period of a contest: its name, the last moment of it, and when it may be closed."""

    name: str
    begins: Instant
    ends: Instant  # the first moment after it
    closes: Instant


@value(frozen=True, slots=True)
class Brought:
    """Something that counts for an advocate. `mark` puts what happened at one instant into an order."""

    advocate: str
    at: Instant
    mark: str
    worth: int


@value(frozen=True, slots=True)
class Placed:
    """One advocate's place. `figure`: friends, or minor units; `reached`: when they had come to it."""

    place: int
    advocate: str
    figure: int
    reached: Instant


def span_of(at: Instant, contest: Contest, timezone: str) -> Span:
    """The period in which an instant lies."""
    begins, ends = this_period(at, contest.period, timezone), next_period(at, contest.period, timezone)
    return Span(period_of(at, contest.period, timezone), begins, ends, _closes(ends, contest.wait_days, timezone))


def _closes(ends: Instant, wait_days: int, timezone: str) -> Instant:
    return end_of_day(ends - 1, wait_days, timezone) if wait_days else ends


def spans_to_close(versions: ProgramVersions, now: Instant) -> Iterator[Span]:
    """The periods that may be closed by now, the latest first: those at whose end the version in force had a contest."""
    at, last = now, ""
    while at > versions.versions[0].effective_from:
        program = versions.at(at)
        if program.contest is None:
            at = program.effective_from - 1
            continue
        span = span_of(at, program.contest, program.timezone)
        if span.closes <= now and span.name != last and _ends_so(span, program.contest, program.timezone, versions):
            yield span
            last = span.name
        at = max(span.begins, program.effective_from) - 1  # an earlier version may have had shorter periods


def _ends_so(span: Span, contest: Contest, timezone: str, versions: ProgramVersions) -> bool:
    """Whether the version in force at the end of a period has this contest, and in its time zone no other end of the same period."""
    then = versions.at(span.ends - 1)
    if then.contest is None or then.contest != contest:
        return False
    return then.timezone == timezone or span_of(span.ends - 1, then.contest, then.timezone).name != span.name


def are_before_closed(span: Span, versions: ProgramVersions) -> bool:
    """Whether all periods before one that is closed were to be closed no later, however long any version waits."""
    contests = ((v.contest, v.timezone) for v in versions.versions if v.contest is not None)
    return max(_closes(span.begins, contest.wait_days, zone) for contest, zone in contests) <= span.closes


def brought(
    state: FriendState, versions: ProgramVersions, referral: str, roots: Mapping[str, str], *, by_value: bool
) -> list[Brought]:
    """What one friend counts for whoever brought them: by count once, at their first occasion; by value each order, less its refunds.

    What is wholly refunded counts nothing, nor does what only a browser told.
    """
    concluded = state.concluded
    if concluded is None:
        return []
    program = in_segment(versions.number(concluded.version), state)
    if concluded.kind == TouchKind.ORGANIC and not program.pays_backfilled:
        return []
    advocate = roots.get(concluded.advocate, concluded.advocate)
    found, _ = qualifying(state, concluded, program, referral, roots)
    kept = [o for o in found if not o.unconfirmed and (o.order is None or o.refunded < o.order.amount)]
    if not by_value:
        return [Brought(advocate, o.at, _mark(o), 1) for o in kept[:1]]
    currency = versions.live.currency
    return [
        Brought(advocate, o.at, _mark(o), o.order.amount - o.refunded)
        for o in kept
        if o.order is not None and o.order.unit == currency
    ]


def _mark(occasion: Occasion) -> str:
    told = occasion.order or occasion.reached
    return told.event if told is not None else ""


def standings(found: Iterable[Brought], contest: Contest, span: Span) -> list[Placed]:
    """Everybody who brought `least` or more in the period, the best first.

    Of the same figure the earlier one is before the other: whose last friend (or order) of the period came first, then by the id of its
    event. With `ties: share` they have one place, and the next place is behind all of them.
    """
    sums: dict[str, int] = {}
    reached: dict[str, tuple[Instant, str]] = {}
    for one in found:
        if span.begins <= one.at < span.ends:
            sums[one.advocate] = sums.get(one.advocate, 0) + one.worth
            reached[one.advocate] = max(reached.get(one.advocate, (0, "")), (one.at, one.mark))
    able = [advocate for advocate, figure in sums.items() if figure >= contest.least]
    able.sort(key=lambda advocate: (-sums[advocate], reached[advocate], advocate))
    placed: list[Placed] = []
    for number, advocate in enumerate(able, 1):
        before = placed[-1] if placed else None
        shares = contest.ties is Ties.SHARE and before is not None and before.figure == sums[advocate]
        place = before.place if shares and before is not None else number
        placed.append(Placed(place, advocate, sums[advocate], reached[advocate][0]))
    return placed


def prizes_of(program: Program, place: int) -> list[RewardRule]:
    """What a place wins."""
    return [r for r in program.prizes if r.places is not None and r.places.first <= place <= r.places.last]


def decide_prize(
    rule: RewardRule, person: str, span: Span, versions: ProgramVersions, world: World, *, place: int, now: Instant
) -> Difference:
    """What comes of a place: one change, or one refusal with its reason; by caps, budgets and the state of the program as ever."""
    program = versions.at(span.ends - 1)
    difference = Difference(ReferralFacts("", person, FriendState(), {}), versions, program, world, now)
    difference.give_by_itself(rule, person, Occasion(prize_key(span.name, place), span.ends - 1, None))
    return difference
