"""What somebody who sets up a program has said so far: texts by step and question, and what holds where nothing was said."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

LONGEST, MOST_CHOICES = 2_000, 30
Said = str | tuple[str, ...]
Answers = Mapping[str, Mapping[str, Said]]


class Step(StrEnum):
    """One page of questions each, in their order."""

    GOAL = "goal"
    BEGINNING = "beginning"
    PEOPLE = "people"
    REWARDS = "rewards"
    STRUCTURE = "structure"
    LIMITS = "limits"
    MESSAGES = "messages"
    CHANNELS = "channels"
    TRACKING = "tracking"
    PROMOTION = "promotion"
    CHECK = "check"


STEPS = tuple(Step)
FOLLOWING = tuple(  # what a beginning answers anew
    step for step in STEPS if step not in (Step.GOAL, Step.BEGINNING, Step.MESSAGES, Step.CHECK)
)
SCRATCH, SMALL_BUSINESS = "scratch", "small-business"  # beginnings that are no file of the gallery
KEEP = "template"  # the rewards as the file has them from which one began
QUESTIONS: dict[Step, dict[str, Said]] = {
    Step.GOAL: {
        "name": "",
        "goal": "new_customers",
        "target": "50",
        "months": "12",
        "currency": "EUR",
        "timezone": "Etc/UTC",
    },
    Step.BEGINNING: {"beginning": SCRATCH},
    Step.PEOPLE: {
        "access": "customers",
        "trigger": "first_purchase",
        "min_value": "",
        "order_value": "",
        "margin": "",
        "satisfaction": "",
    },
    Step.REWARDS: {
        "rewards": "own",
        "advocate": "store_credit",
        "advocate_worth": "10",
        "advocate_item": "",
        "friend": "voucher",
        "friend_worth": "10",
        "friend_item": "",
        "hold_days": "14",
        "expires_days": "",
    },
    Step.STRUCTURE: {
        "structure": "each",
        "share": "10",
        "least": "",
        "most": "",
        "every": "5",
        "within_days": "30",
        "second_at": "3",
        "second_worth": "",
        "third_at": "6",
        "third_worth": "",
        "periods": "12",
    },
    Step.LIMITS: {
        "budget": "1000",
        "budget_period": "",
        "cap_money": "",
        "cap_count": "",
        "cap_period": "",
        "bind_days": "30",
        "earn_days": "",
    },
    Step.MESSAGES: {"words": "", "contact_email": ""},
    Step.CHANNELS: {"channels": ("link", "mail", "receipt"), "landing": ""},
    Step.TRACKING: {"tracking": "hand"},
    Step.PROMOTION: {
        "start": "",
        "owner": "",
        "technician": "",
        "promotion": ("newsletter", "team"),
        "review_weeks": "4",
        "recognition": ("thanks",),
        "staff_briefed": "",
    },
    Step.CHECK: {},
}


def said(answers: Answers, step: Step, question: str) -> str:
    """What was answered to a question, else what holds without an answer."""
    found = answers.get(step, {}).get(question, QUESTIONS[step].get(question, ""))
    return found if isinstance(found, str) else ",".join(found)


def chosen(answers: Answers, step: Step, question: str) -> tuple[str, ...]:
    """What was chosen where several may be."""
    found = answers.get(step, {}).get(question, QUESTIONS[step].get(question, ()))
    return tuple(filter(None, (found,))) if isinstance(found, str) else tuple(found)


def with_step(answers: Answers, step: Step, given: Mapping[str, Said]) -> dict[str, dict[str, Said]]:
    """The answers with one step said anew; the others stay."""
    return {**{name: dict(told) for name, told in answers.items()}, str(step): dict(given)}


def begun_with(answers: Answers, following: Answers) -> dict[str, dict[str, Said]]:
    """The answers after another beginning was chosen: what it says to the questions behind it takes the place of what was said there."""
    kept = {str(name): dict(told) for name, told in answers.items() if name not in FOLLOWING}
    return {**kept, **{str(name): dict(told) for name, told in following.items()}}


def read_answers(value: Any) -> dict[str, dict[str, Said]]:
    """Answers of a stored JSON object: what is no answer is left out. Never raises."""
    read: dict[str, dict[str, Said]] = {}
    for step in STEPS:
        told = value.get(step) if isinstance(value, dict) else None
        kept = (
            {name: text for name, given in told.items() if (text := _said(given)) is not None}
            if isinstance(told, dict)
            else {}
        )
        if kept:
            read[str(step)] = kept
    return read


def _said(given: Any) -> Said | None:
    if isinstance(given, str):
        return given[:LONGEST]
    if isinstance(given, list | tuple):
        return tuple(str(one)[:LONGEST] for one in given[:MOST_CHOICES])
    return None


def slug_of(name: str) -> str:
    """The id of a program that is called so: small letters, digits and hyphens. A name whose letters are all of another script keeps its
    digits, else `referrals`, and has a short name of itself behind it, so that two such names are two programs."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ß", "ss"))
    words = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
    slug = words[:48].strip("-")
    if re.search("[a-z]", slug) or not any(c.isalpha() for c in name):
        return slug or "referrals"
    return f"{slug or 'referrals'}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}"
