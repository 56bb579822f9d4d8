"""What was decided, as JSON for programs and as words for the operator."""

from typing import Any

from passaparola.domain.explain import outcome_words, paragraph_for_operator, sentence_for_advocate, transition_sentence
from passaparola.domain.explain.words import sum_text, worth
from passaparola.domain.instant import iso
from passaparola.store.read.explanations import DecisionRow, Explained, FactRow, RewardRow


def as_json(explained: Explained) -> dict[str, Any]:
    """Our ids with their prefixes, moments as ISO 8601, and the words beside the values."""
    return {
        "subject": explained.subject,
        "events": [_fact_json(fact) for fact in explained.facts],
        "decisions": [_decision_json(decision, explained) for decision in explained.decisions],
        "rewards": [_reward_json(reward) for reward in explained.rewards],
        "people": {f"per_{key}": name for key, name in sorted(explained.people.items(), key=lambda p: p[1])},
    }


def as_words(explained: Explained) -> str:
    """Paragraphs: the events, each decision, each reward with the steps of its life."""
    parts = [_fact_words(fact, explained) for fact in explained.facts]
    parts += [_words(decision, explained) for decision in explained.decisions]
    if explained.facts and not explained.decisions:
        parts.append("No referral was concerned, so nothing was decided.")
    parts += [_reward_words(reward, explained) for reward in explained.rewards]
    if not parts:
        names = ", ".join(explained.people.values())
        parts.append(f"{names}: known, and nothing has been decided about them yet.")
    return "\n\n".join(parts)


def _words(decision: DecisionRow, explained: Explained) -> str:
    return paragraph_for_operator(decision.explanation, _label(explained), friend=decision.friend)


def _label(explained: Explained) -> Any:
    return lambda person: explained.people.get(person, f"per_{person}")


def _fact_json(fact: FactRow) -> dict[str, Any]:
    return {
        "id": f"evt_{fact.id}",
        "event": fact.external_id,
        "source": fact.source,
        "type": fact.type,
        "at": iso(fact.at),
        "order": fact.order,
        "amount_minor": fact.amount,
        "currency": fact.unit,
        "outcome": fact.outcome,
        "person": fact.person and f"per_{fact.person}",
    }


def _fact_words(fact: FactRow, explained: Explained) -> str:
    who = f" by {_label(explained)(fact.person)}" if fact.person else ""
    amount = f" of {sum_text(fact.amount, fact.unit)}" if fact.amount is not None and fact.unit else ""
    order = f", order {fact.order}" if fact.order and fact.order != fact.external_id else ""
    said = f"Event {fact.external_id} ({fact.source}): {fact.type}{amount}{who} at {iso(fact.at)}{order}."
    return f"{said} {outcome_words(fact.outcome)}".rstrip()


def _decision_json(decision: DecisionRow, explained: Explained) -> dict[str, Any]:
    bound = decision.explanation["bound"]
    words = _words(decision, explained)
    return {
        "id": f"dec_{decision.id}",
        "cause": decision.cause,
        "event": decision.event and f"evt_{decision.event}",
        "referral": decision.referral and f"ref_{decision.referral}",
        "friend": decision.friend and f"per_{decision.friend}",
        "at": iso(decision.at),
        "outcome": decision.outcome,
        "words": words.split("\n"),
        "for_advocate": sentence_for_advocate(decision.explanation, bound["advocate"]) if bound else None,
        "explanation": outside(decision.explanation),
    }


_PERSONS, _MOMENTS = frozenset({"advocate", "person"}), frozenset({"at", "now", "hold_until"})


def outside(value: Any) -> Any:
    """An explanation as it is shown outside: person ids with their prefix, moments as ISO 8601."""
    if isinstance(value, list):
        return [outside(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {key: _shown(key, part) for key, part in value.items()}


def _shown(key: str, value: Any) -> Any:
    if key in _PERSONS and isinstance(value, str):
        return f"per_{value}"
    return iso(value) if key in _MOMENTS and isinstance(value, int) else outside(value)


def _reward_json(reward: RewardRow) -> dict[str, Any]:
    return {
        "id": f"rwd_{reward.id}",
        "referral": reward.referral and f"ref_{reward.referral}",
        "side": reward.side,
        "person": f"per_{reward.person}",
        "kind": reward.kind,
        "currency": reward.unit,
        "amount_minor": reward.amount,
        "reversed_minor": reward.reversed,
        "state": reward.state,
        **({"won": reward.won} if reward.won else {}),
        "transitions": [{**step, "at": iso(step["at"])} for step in reward.steps],
    }


def _reward_words(reward: RewardRow, explained: Explained) -> str:
    gained = worth(reward.amount, reward.kind, reward.unit)
    head = f"Reward rwd_{reward.id}: {gained} for {_label(explained)(reward.person)}, {reward.state}."
    if (won := reward.won) is not None:
        unit, figure = won["unit"], won["figure"]
        by = f"orders of {sum_text(figure, unit)}" if unit else f"{figure} {'friend' if figure == 1 else 'friends'}"
        head += f" Place {won['place']} of {won['of']} in the contest of {won['period']}, by {by}."
    return "\n".join([head, *(f"  {transition_sentence(step, reward.kind, reward.unit)}" for step in reward.steps)])
