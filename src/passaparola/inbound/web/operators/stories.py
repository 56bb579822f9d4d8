"""Why something is as it is, as a page tells it: the story of each decision, and what happened in the order of time."""

from collections.abc import Iterable, Iterator
from typing import Any

from passaparola.actions.advocates.turned_away import with_rules
from passaparola.domain.explain import Story, story_for_operator
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import the_exact_tongue
from passaparola.store.read.explanations import Explained, NothingKnown, RewardRow, explanations_of
from passaparola.store.read.pages import EVENTS, Record, one_person, page_of
from passaparola.store.read.snapshot import Session

MOST_EVENTS = 50
FSI, PDI = "\u2068", "\u2069"
TAKING = frozenset({"reversed", "cancelled", "denied"})  # steps after which there is less


def explained(session: Session, workspace: str, name: str) -> Explained:
    """What is known of `ref_…` or `rwd_…`; empty while nothing has been decided."""
    try:
        return with_rules(explanations_of(session, workspace, name), session, workspace, now_in(workspace))
    except NothingKnown:
        return Explained(name)


def stories(found: Explained) -> list[Story]:
    """Each decision in the reader's language. Names stand between isolating characters: none turns the direction of its sentence."""
    return [
        story_for_operator(
            d.explanation,
            lambda person: isolated(found.people.get(person, f"per_{person}")),
            friend=d.friend,
            tongue=the_exact_tongue(),
        )
        for d in found.decisions
    ]


def isolated(name: str) -> str:
    """The name between FSI and PDI, with none of its own that would end it early."""
    return f"{FSI}{name.replace(FSI, '').replace(PDI, '')}{PDI}"


def events_of(session: Session, workspace: str, friend: str) -> list[Record]:
    """The newest events of a person and of everybody merged into them."""
    group = one_person(session, workspace, friend)
    return page_of(session, EVENTS, workspace, given={"people": group}, before=None, limit=MOST_EVENTS)


def timeline(events: Iterable[Record], rewards: Iterable[RewardRow], only: str | None = None) -> list[dict[str, Any]]:
    """Events and steps of rewards (of one, with `only`), the first first. Each has `at` and either `event` or `step` with its `reward` and
    `amount`."""
    told = [{"at": event["occurred_at"], "event": event} for event in events]
    told += [
        {"at": step["at"], "step": step, "reward": reward, "amount": amount}
        for reward in rewards
        if only in (None, reward.id)
        for step, amount in zip(reward.steps, _amounts(reward.steps), strict=True)
    ]
    return sorted(told, key=lambda t: t["at"])


def _amounts(steps: Iterable[dict[str, Any]]) -> Iterator[int]:
    """What each step is about: what it took away, else what the reward is worth after it."""
    before = 0
    for step in steps:
        yield before - step["amount"] if step["step"] in TAKING else step["amount"]
        before = step["amount"]
