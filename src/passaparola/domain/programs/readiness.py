"""Whether a program is ready for its launch: each thing that is missing is named, with what to do. Errors block, warnings inform."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from passaparola.domain.programs.document import ProgramDocument


class Missing(StrEnum):
    """What a launch needs. Stable names: programs that read reports may rely on them."""

    TECHNOLOGY = "technology"
    PRODUCTS = "products"
    MESSAGES = "messages"
    INCENTIVES = "incentives"
    BUDGET = "budget"
    TERMS = "terms"
    CHANNELS = "channels"
    GOAL = "goal"
    SATISFACTION = "satisfaction"
    STAFF = "staff"


GOAL_EXAMPLE = "goal: {kind: new_customers, target: 50, months: 12}"


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """What the installation says of itself."""

    events_arrive: bool  # a shop has told of something, or history was imported
    mail_leaves: bool  # a mail server or folder is set, and mail is not paused
    public_address: bool  # links lead to an address that others can reach
    contact: bool  # people see whom to ask


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing. An error keeps from a good launch, a warning informs."""

    what: Missing
    severity: Literal["error", "warning"]
    says: str
    remedy: str


LACKS: tuple[Lack, ...] = (
    Lack(
        Missing.TECHNOLOGY,
        "error",
        "no event has arrived yet, so nothing can be decided",
        "connect the shop (docs/api.md), or run `passaparola events import FILE`",
    ),
    Lack(
        Missing.CHANNELS,
        "error",
        "links lead to this machine only: nobody else can open them",
        "set PASSAPAROLA_PUBLIC_URL to the public address, or `landing.url` in the file",
    ),
    Lack(
        Missing.MESSAGES,
        "warning",
        "no mail leaves: nobody hears of a friend or a reward",
        "set the mail server (docs/mail.md), or `passaparola resume mail`",
    ),
    Lack(
        Missing.INCENTIVES,
        "warning",
        "nothing is given: people recommend for nothing",
        "add a reward, or leave it so on purpose",
    ),
    Lack(
        Missing.PRODUCTS,
        "warning",
        "what a customer is worth is not known, so rewards cannot be judged by it",
        "add `economics: {order_value: 80.00, margin: 40}`",
    ),
    Lack(
        Missing.BUDGET,
        "error",
        "nothing bounds what may be given",
        "add `budget: {total: 1000.00}`, or a cap",
    ),
    Lack(
        Missing.TERMS,
        "error",
        "people do not see whom they deal with, nor whom to ask",
        "run `passaparola workspace set --contact-email …`",
    ),
    Lack(
        Missing.GOAL,
        "error",
        "nobody can say when the program has done what it is for",
        f"add `{GOAL_EXAMPLE}`",
    ),
    Lack(
        Missing.SATISFACTION,
        "warning",
        "how satisfied customers are is not known: the dissatisfied tell more people than the satisfied",
        "ask them, then write `launch: {satisfaction_known: true}`",
    ),
    Lack(
        Missing.STAFF,
        "warning",
        "sales, service and support may not know the program",
        "tell them, then write `launch: {staff_briefed: true}`",
    ),
)


def lacks(document: ProgramDocument, facts: LaunchFacts) -> list[Lack]:
    """Everything that is missing for a launch; nothing where all is there."""
    there = _there(document, facts)
    return [lack for lack in LACKS if not there[lack.what]]


def _there(document: ProgramDocument, facts: LaunchFacts) -> dict[Missing, bool]:
    launch = document.launch
    return {
        Missing.TECHNOLOGY: facts.events_arrive,
        Missing.CHANNELS: document.landing is not None or facts.public_address,
        Missing.MESSAGES: facts.mail_leaves,
        Missing.INCENTIVES: bool(document.rewards),
        Missing.PRODUCTS: document.economics is not None,
        Missing.BUDGET: document.budget is not None or bool(document.caps) or not document.rewards,
        Missing.TERMS: facts.contact,
        Missing.GOAL: document.goal is not None,
        Missing.SATISFACTION: launch is not None and launch.satisfaction_known is True,
        Missing.STAFF: launch is not None and launch.staff_briefed is True,
    }
