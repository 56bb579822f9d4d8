"""What a list is asked for in its address: words, state, program, step, reason, channel and days. What cannot be read is left out."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.numbers.span import days_of, moments
from passaparola.store.read.catalogue import ProgramEntry
from passaparola.store.read.filtered import (
    ARRIVALS,
    FILTERED_REFERRALS,
    FILTERED_REWARDS,
    MONEY,
    STEPS,
    with_aliases,
)
from passaparola.store.read.pages import Listing
from passaparola.store.read.search import SHORTEST, search
from passaparola.store.read.snapshot import Session

NONE = "-"  # the channel of what came without one
LONGEST = 64
STEP_WORDS: dict[str, Any] = {
    "bound": _("Recommended by somebody"),
    "signups": _("Signed up"),
    "converted": _("Bought what counts"),
    "rewarded": _("With a reward that was issued"),
}
MONEY_WORDS: dict[str, Any] = {
    "issued": _("Issued, used or expired"),
    "waiting": _("Waiting"),
    "person": _("Waiting for a person"),
    "held": _("Held: owed once it is issued"),
    "due": _("Due: not used yet"),
    "payable": _("Payable: to be handed over"),
    "earned": _("Earned and not taken back"),
    "used": _("Used"),
    "expired": _("Expired"),
}
ARRIVAL_WORDS: dict[str, Any] = {"share": _("Shares"), "visit": _("Visits")}


@dataclass(slots=True)
class Wanted:
    """`given` are the conditions of the listing, `shown` what the form says."""

    given: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    money: str = ""
    wrong: bool = False  # a day could not be read

    def take(self, name: str, value: str, condition: str = "", given: Any = True) -> None:
        """It is asked for, and the form says it."""
        self.shown[name] = value
        if condition:
            self.given[condition] = given


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: what is listed, its states, and its steps with their words."""

    name: str
    listing: Listing
    states: dict[str, Any]
    state: str
    steps: dict[str, Any]
    step: str
    people: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "referrals": Kind(
        "referrals", FILTERED_REFERRALS, words.REFERRAL_STATES, "status", STEP_WORDS, "step", ("friend_id", "advocate_person_id"),
    ),
    "rewards": Kind(
        "rewards", FILTERED_REWARDS, words.REWARD_STATES, "state", MONEY_WORDS, "money", ("beneficiary_id",)
    ),
    "arrivals": Kind("arrivals", ARRIVALS, ARRIVAL_WORDS, "kind", {}, "", ("advocate", "person", "other")),
}  # fmt: skip


class Question(NamedTuple):
    """What the address says, the program that it means, and whether who asks may look people up by name."""

    asked: QueryDict
    entry: ProgramEntry | None
    names: bool


def wanted_of(session: Session, workspace: str, kind: Kind, question: Question) -> Wanted:
    """What is asked for, as conditions."""
    wanted, asked = Wanted(), question.asked
    if question.entry is not None:
        wanted.take("program", question.entry.slug, "program", question.entry.key)
    _state(kind, asked, wanted)
    _days(kind, asked, wanted)
    channel = _text(asked, "channel")
    if channel:
        wanted.take("channel", channel, "channel", "" if channel == NONE else channel)
    if kind.name != "arrivals":
        if reason := _text(asked, "reason"):
            wanted.take("reason", reason, "reason", reason)
        _words(session, workspace, kind, question, wanted)
    if kind.name == "rewards" and (unit := _text(asked, "unit")):
        wanted.take("unit", unit, "unit", unit)
    return wanted


def _text(asked: QueryDict, name: str) -> str:
    return "".join(c for c in asked.get(name, "") if c.isprintable()).strip()[:LONGEST]


def _state(kind: Kind, asked: QueryDict, wanted: Wanted) -> None:
    name = "kind" if kind.name == "arrivals" else "state"
    state = asked.get(name, "")
    if state in kind.states:
        wanted.take(name, state, kind.state, state)


def _days(kind: Kind, asked: QueryDict, wanted: Wanted) -> None:
    """The days are those of the step or money that is asked for, where it has its own; else of the reward's issue, or of the beginning."""
    step = asked.get(kind.step, "") if kind.step else ""
    known = STEPS if kind.name == "referrals" else MONEY
    if step and step in known:
        wanted.take(kind.step, step, f"{kind.step}_{step}")
        wanted.money = step if kind.name == "rewards" else ""
    of_step = f"_{step}" if step in known and f"since_{step}" in kind.listing.filters else ""
    first, last, wanted.wrong = days_of(asked)
    for name, moment in moments(first, last).items():
        wanted.given[f"{name}{of_step}"] = moment
    wanted.shown |= {name: day.isoformat() for name, day in (("from", first), ("to", last)) if day}


def _words(session: Session, workspace: str, kind: Kind, question: Question, wanted: Wanted) -> None:
    """Whoever and whatever goes by the words: people by name, mail or code, orders, ids."""
    text = question.asked.get("q", "").strip()[:320]
    if len(text) < SHORTEST:
        return
    found = search(session, workspace, text, names=question.names)
    wanted.take("q", text, "who", with_aliases(session, workspace, found.people))
    if kind.name == "referrals":
        wanted.given["which"] = [r["id"] for r in found.referrals]
    else:
        wanted.given["which"] = [r["id"] for r in found.rewards]
        wanted.given["of_referrals"] = [r["id"] for r in found.referrals] if found.rewards else []
