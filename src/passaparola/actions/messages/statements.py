"""A statement once a month: what a person earned, used and has, for everybody for whom something moved."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from passaparola.actions.messages.languages import language_of_program, languages_for
from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.domain.instant import Instant, instant, moment
from passaparola.domain.keyring import Keyring, address_mac
from passaparola.domain.values import value
from passaparola.store.read import messages as read
from passaparola.store.read.statements import people_moved
from passaparola.store.session import Session, reading, writing
from passaparola.store.write.outbox import write_fan_out
from passaparola.store.write.plan import Plan

PAGE = 500
Through = Callable[[Callable[[], int]], int]
_MONTH = re.compile(r"(?a:(\d{4})-(\d{2}))")


class UnableToReadMonth(ValueError):
    """The text is no month, or one that has not ended."""


@value(frozen=True, slots=True)
class Month:
    """A calendar month in UTC, from `begin` until before `end`."""

    name: str
    begin: Instant
    end: Instant


def month_before(now: Instant) -> Month:
    """The last month that has ended."""
    at = moment(now)
    return _month(at.year - (at.month == 1), (at.month - 2) % 12 + 1)


def read_month(text: str, *, now: Instant) -> Month:
    """`2026-10`, which must have ended. Raises UnableToReadMonth."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 9998:
        raise UnableToReadMonth(f"{text!r} is no month: write it as 2026-10")
    month = _month(int(found[1]), int(found[2]))
    if month.end > now:
        raise UnableToReadMonth(f"{text} has not ended yet")
    return month


def queue_statements(
    workspace: str, month: Month, *, keys: Keyring, now: Instant, through: Through = lambda page: page()
) -> int:
    """Queue a statement for everybody with an address for whom something moved; how many are new. Again: none. Raises Conflict.

    `through` does one page after another: the server's writer, which others need in between.
    """
    with reading() as session:
        people = people_moved(session, workspace, month.begin, month.end)
    pages = (people[n : n + PAGE] for n in range(0, len(people), PAGE))
    return sum(through(partial(_page, workspace, page, month, keys, now)) for page in pages)


def _page(workspace: str, people: list[str], month: Month, keys: Keyring, now: Instant) -> int:
    plan = Plan(workspace, at=now)
    with writing() as session:
        _add(session, plan, people, month, keys, now)
        write_fan_out(session, plan, (), now)
    return len(plan.rows["message"])


def _add(session: Session, plan: Plan, people: list[str], month: Month, keys: Keyring, now: Instant) -> None:
    stands = read.everybody_as(session, plan.workspace, people)
    roots = sorted({stands[person] for person in people if person in stands})
    addresses = read.addresses_of(session, plan.workspace, stands)
    macs = {root: address_mac(keys, addresses[root]) for root in roots if root in addresses}
    languages = languages_for(session, plan.workspace, macs)
    spoken = language_of_program(session, plan.workspace) if len(languages) < len(macs) else ""
    named = {root: f"statement:{root}:{month.name}" for root in macs}
    known = read.known_keys(session, plan.workspace, named.values())
    facts = {"from": month.begin, "to": month.end}
    for root, key in named.items():
        if key not in known:
            language = languages.get(root, spoken)
            mail = NewMessage(key, MessageKind.STATEMENT, addresses[root], language, root, None, facts)
            queue_message(plan, keys, mail, now)


def _month(year: int, number: int) -> Month:
    begin = datetime(year, number, 1, tzinfo=UTC)
    end = datetime(year + (number == 12), number % 12 + 1, 1, tzinfo=UTC)
    return Month(f"{year}-{number:02d}", instant(begin), instant(end))
