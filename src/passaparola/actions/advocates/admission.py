"""Whether somebody may recommend in a program: what is known of them is gathered, the rules of `domain/access.py` are asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from passaparola.actions.acting import Refusal
from passaparola.domain.access import OPERATOR_WORDS, Figures, Refused, Who, admits, asks_figures, figures
from passaparola.domain.instant import Instant, local_date
from passaparola.domain.programs.compiled import Program
from passaparola.store.read.access import customers_since, exclusions, orders_of, refunds_of
from passaparola.store.read.people import facts_of
from passaparola.store.read.segments import is_held
from passaparola.store.session import Session


@dataclass(frozen=True, slots=True)
class Gate:
    """One program of one workspace at one moment."""

    session: Session
    workspace: str
    program: Program
    now: Instant

    def refusal(self, group: Sequence[str], *, known: bool, invited: bool) -> Refused | None:
        """Why these persons, who are one (the one who stands for all first, nobody for a stranger), may not recommend. None: they may."""
        program = self.program
        if program.is_open:
            return None
        who = replace(self.who(group), known=known, invited=invited)
        return admits(program, who, local_date(self.now, program.timezone))

    def who(self, group: Sequence[str]) -> Who:
        """What is known of them. Figures and segments are counted only where a rule asks."""
        if not group:
            return Who()
        session, workspace, program = self.session, self.workspace, self.program
        because = exclusions(session, workspace, [program.key], group)
        return Who(
            facts=facts_of(session, workspace, group[:1]).get(group[0], {}),
            known=True,
            excluded=next(iter(because.values()), ""),
            in_segment=lambda: self._in_segment(group[0]),
            figures=_once(lambda: figures_of(session, workspace, group, program, self.now)),
        )

    def _in_segment(self, person: str) -> bool:
        segment = self.program.admission.segment
        if segment is None:
            return False
        return is_held(self.session, self.workspace, segment, self.program.currency, person=person)


def refuse(refused: Refused) -> Refusal:
    """The refusal that staff and programs are told. The page for the person has its own sentence."""
    return Refusal(str(refused.reason), OPERATOR_WORDS[refused.reason], saw=dict(refused.saw))


def figures_of(session: Session, workspace: str, group: Sequence[str], program: Program, now: Instant) -> Figures:
    """What is counted of persons who are one."""
    if not asks_figures(program):
        return Figures()
    orders = [order for mine in orders_of(session, workspace, group).values() for order in mine]
    refunds = refunds_of(session, workspace, {order.key for order in orders}) if orders else []
    since = min(customers_since(session, workspace, group).values(), default=None)
    return figures(orders, refunds, since=since, currency=program.currency, now=now)


def _once(count: Callable[[], Figures]) -> Callable[[], Figures]:
    found: list[Figures] = []

    def once() -> Figures:
        if not found:
            found.append(count())
        return found[0]

    return once
