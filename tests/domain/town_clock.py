"""What the clock does in a town: it closes contests, and gives by rule. Told as the product tells it, by the domain alone."""

from collections.abc import Iterable
from itertools import takewhile

from passaparola.domain.access import Figures, Who, audience_facts
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Trigger
from passaparola.domain.rewards.contests import (
    Placed,
    Span,
    brought,
    decide_prize,
    prizes_of,
    spans_to_close,
    standings,
)
from passaparola.domain.rewards.difference import Difference
from passaparola.domain.rewards.grants import decide_grant
from tests.domain.town import Town


def spans(town: Town, now: Instant, since: Instant) -> list[Span]:
    """The periods that are over, the earliest first."""
    return list(takewhile(lambda span: span.ends > since, spans_to_close(town.versions, now)))[::-1]


def places(town: Town, span: Span) -> list[Placed]:
    """Everybody's place in one period."""
    contest = town.versions.at(span.ends - 1).contest
    assert contest is not None
    found = [
        one
        for friend, state in town.states.items()
        for one in brought(state, town.versions, f"r-{friend}", town.roots, by_value=contest.by_value)
    ]
    return standings(found, contest, span)


def close_contests(town: Town, now: Instant, since: Instant) -> list[Difference]:
    """Give the prizes of each period that is over; what came of each place."""
    found: list[Difference] = []
    for span in spans(town, now, since):
        for placed in places(town, span):
            for rule in prizes_of(town.versions.at(span.ends - 1), placed.place):
                given = decide_prize(
                    rule, placed.advocate, span, town.versions, town.world(), place=placed.place, now=now
                )
                town.do(given.changes, given.moves)
                found.append(given)
    return found


def give_what_is_granted(town: Town, people: Iterable[str], now: Instant) -> list[Difference]:
    """Give by each rule whoever meets it, and each reward by hand."""
    live, found = town.versions.live, []
    for number, person in enumerate(people) if live.trigger is Trigger.GRANT else ():
        who = Who(facts={"nps": 8 + number}, figures=lambda n=number: Figures(customer=True, orders=n))  # type: ignore[misc]
        met = [grant for grant in live.grants if grant.when.met(audience_facts(who, counted=True))[0]]
        by_rule = [(grant.rule, grant.key(now, live.timezone)) for grant in met]
        for rule_id, key in [*by_rule, *((rule.id, f"staff-{rule.id}-{number}") for rule in live.rules)]:
            rule = next(rule for rule in live.rules if rule.id == rule_id)
            given = decide_grant(rule, person, key, town.versions, town.world(), now=now)
            town.do(given.changes, given.moves)
            found.append(given)
    return found
