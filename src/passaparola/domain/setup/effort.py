"""The work of a launch and of the first three months: what, when, who, how many hours. It follows from the answers; the hours are ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from passaparola.domain.setup.answers import Answers, Step, chosen, said
from passaparola.domain.tongue import gettext_noop as _

WEEKS = 13
MOST_WEEKS = 52
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as the table has it: from which day on (0 is the launch), for how many days, how many half hours."""

    key: str
    what: str
    day: int
    days: int
    half_hours: int
    technical: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work on the calendar. `what` is English and translated where it is shown; hours are exact, `times` is how often."""

    key: str
    what: str
    first: date
    last: date
    owner: str
    hours: Fraction
    times: int = 1

    @property
    def total(self) -> Fraction:
        return self.hours * self.times


ALWAYS: tuple[Work, ...] = (
    Work("goal", _("Agree on the goal, the rewards and the budget"), -14, 2, 4),
    Work("brief", _("Tell sales, service and support how it works"), -7, 3, 4),
    Work("test", _("Try it as an advocate and as a friend, from the link to the reward"), -3, 2, 4),
    Work("ask", _("Ask the first twenty satisfied customers in person"), 0, 7, 8),
    Work("answer", _("Answer questions, approve rewards, say thank you"), 0, WEEKS * 7, 2),
)
CONNECTING: dict[str, Work] = {
    "snippet": Work("snippet", _("Put the snippet into the shop and confirm what it tells"), -10, 3, 8, technical=True),
    "api": Work("api", _("Send sign-ups, orders and refunds from the shop's server"), -14, 7, 32, technical=True),
    "csv": Work("csv", _("Export orders from the shop and import them, once a week"), 0, WEEKS * 7, 1),
    "till": Work("till", _("Ask for the code at the till and check it there"), -7, 7, 6, technical=True),
    "hand": Work("hand", _("Enter recommendations and orders by hand, once a week"), 0, WEEKS * 7, 2),
}
PLACING: dict[str, Work] = {
    "link": Work("link", _("Show customers where they find their link"), -5, 3, 4),
    "mail": Work("mail", _("Put a line with the link below every e-mail"), -5, 2, 2),
    "receipt": Work("receipt", _("Say it after the order and on the receipt"), -7, 4, 6, technical=True),
    "site": Work("site", _("Give the program a place on the home page and in the menu"), -7, 4, 8, technical=True),
    "account": Work("account", _("Show it where customers sign in"), -7, 4, 8, technical=True),
    "cards": Work("cards", _("Print cards with codes and lay them out"), -10, 7, 6),
    "counter": Work("counter", _("Hang a poster with the QR code at the counter"), -5, 2, 3),
    "social": Work("social", _("Tell followers, and make it easy to pass on"), 0, 7, 4),
    "talk": Work("talk", _("Mention it in every conversation that went well"), 0, WEEKS * 7, 1),
}
PROMOTING: dict[str, Work] = {
    "newsletter": Work("newsletter", _("Write to all customers on the day of the launch"), 0, 1, 6),
    "team": Work("team", _("Remind the team once a week, with a name and a number"), 0, WEEKS * 7, 1),
    "poster": Work("poster", _("Renew posters and cards"), 30, 2, 4),
    "season": Work("season", _("Double the reward for two weeks, and say so"), 45, 14, 6),
}
THANKING: dict[str, Work] = {
    "thanks": Work("thanks", _("Thank everybody who recommended, by name"), 7, WEEKS * 7 - 7, 1),
    "public": Work("public", _("Thank the best advocates in public, when they agree"), 30, 3, 2),
    "event": Work("event", _("Invite the best advocates for an evening"), 75, 1, 16),
}
REVIEW = Work("review", _("Look at the numbers and decide what to change"), 0, 1, 3)
_WEEKLY = frozenset({"answer", "csv", "hand", "team", "talk", "thanks"})


def plan_of(answers: Answers, *, today: date, launched: date | None = None) -> list[Task]:
    """All that is to be done, by day, counted from `launch_day`; nothing begins before today, or before the program was `launched`."""
    begin = launch_day(answers, today=today, launched=launched)
    today = launched or today
    works = [*ALWAYS, *_chosen(CONNECTING, chosen(answers, Step.TRACKING, "tracking"))]
    works += _chosen(PLACING, chosen(answers, Step.CHANNELS, "channels"))
    works += _chosen(PROMOTING, chosen(answers, Step.PROMOTION, "promotion"))
    works += _chosen(THANKING, chosen(answers, Step.PROMOTION, "recognition"))
    if said(answers, Step.PROMOTION, "staff_briefed") == "yes":
        works = [work for work in works if work.key != "brief"]
    owner = _owner_by(answers)
    tasks = [_task(work, begin, today, owner) for work in works]
    tasks += [_task(REVIEW, begin + timedelta(weeks=week), today, owner) for week in _reviews(answers)]
    return sorted(tasks, key=lambda task: (task.first, task.last, task.key))


def total_hours(tasks: list[Task]) -> Fraction:
    """The whole effort."""
    return sum((task.total for task in tasks), Fraction(0))


def launch_day(answers: Answers, *, today: date, launched: date | None = None) -> date:
    """The day from which the work is counted: as said, or in two weeks; once `launched`, that day, or a later one as said."""
    day = day_of(said(answers, Step.PROMOTION, "start"))
    return max(day or launched, launched) if launched else day or today + timedelta(days=14)


def day_of(text: str) -> date | None:
    """The day that was typed; None for what is no day of this century, of which no plan could be counted."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _chosen(table: dict[str, Work], keys: tuple[str, ...]) -> list[Work]:
    return [table[key] for key in table if key in keys]


def _reviews(answers: Answers) -> list[int]:
    text = said(answers, Step.PROMOTION, "review_weeks")
    every = int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WEEKS else 4
    return list(range(every, max(WEEKS, every) + 1, every))


def _owner_by(answers: Answers) -> Callable[[Work], str]:
    owner, technician = (said(answers, Step.PROMOTION, name).strip() for name in ("owner", "technician"))
    return lambda work: (technician or owner) if work.technical else owner


def _task(work: Work, begin: date, today: date, owner: Callable[[Work], str]) -> Task:
    first = max(begin + timedelta(days=work.day), min(today, begin))
    last = max(first + timedelta(days=work.days - 1), first)
    times = -(-((last - first).days + 1) // 7) if work.key in _WEEKLY else 1
    return Task(work.key, work.what, first, last, owner(work), Fraction(work.half_hours, 2), times)
