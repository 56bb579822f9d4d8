"""What comes of the answers so far: the landing page in short, the message that people pass on, and what it costs."""

from dataclasses import dataclass, replace
from typing import Any

from passaparola.domain.money import UnableToReadAmount, parse_amount
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.setup.answers import Answers, Step, said
from passaparola.domain.setup.cost import Cost, cost_of
from passaparola.domain.setup.places import Draft
from passaparola.inbound.tongue import the_exact_tongue, the_tongue
from passaparola.inbound.web.advocates.words import share_words
from passaparola.inbound.web.operators.setup.opened import Opened
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import Session

ADVOCATE = "Ada"


@dataclass(frozen=True, slots=True)
class Preview:
    """`offer` None: the answers make no program yet."""

    offer: Any
    words: str
    message: str
    cost: Cost | None
    firm: Any
    advocate: str = ADVOCATE


def preview_of(session: Session, workspace: str, opened: Opened, draft: Draft) -> Preview:
    """As a friend of Ada's would see it, in the language of who looks."""
    firm, program = firm_of(session, workspace), draft.program
    if program is None:
        return Preview(None, "", "", None, firm)
    offer = offer_of(program, name=ADVOCATE, firm=firm.name, tongue=the_tongue())
    words = said(opened.answers, Step.MESSAGES, "words")
    return Preview(offer, words, share_words(program, firm.name), cost(program, opened.answers), firm)


def cost(program: Program, answers: Answers) -> Cost:
    """What one recommendation costs, with what was said of a usual order."""
    order, margin = (said(answers, Step.PEOPLE, name) for name in ("order_value", "margin"))
    tongue = replace(the_exact_tongue(), listing=the_tongue().listing)
    return cost_of(program, order=minor_of(order, program.currency), margin_bp=points_of(margin), tongue=tongue)


def minor_of(text: str, currency: str) -> int | None:
    """Minor units of what was typed; None where that is no amount."""
    try:
        return parse_amount(text, currency) or None
    except UnableToReadAmount:
        return None


def points_of(text: str) -> int | None:
    """Basis points of a percentage that was typed."""
    try:
        found = parse_amount(text, "EUR")  # two digits behind the point, as a percentage has
    except UnableToReadAmount:
        return None
    return found if 0 < found <= 10_000 else None
