"""The sentences of the worked tables, each an event in the town. What is told first stands first; `;` ends a sentence."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.instant import DAY, Instant, instant
from passaparola.domain.money import parse_amount
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.units import units_text
from tests.domain.town import Told, Town

NAME = r"([A-Z][a-z]+)"
DATE = r"(\d{1,2} [A-Z][a-z]+(?: \d{2}:\d{2})?)"
MONEY = r"(\d+(?:\.\d+)?)(?: ([A-Z]{3}))?"
BRINGS = r"((?: with \w+'s code| naming (?:the visit )?\w+)*)"
START = instant(datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")))


class Story:
    """One cell of sentences, told to a town with one program."""

    def __init__(self, versions: ProgramVersions):
        self.town = Town(versions, now=START)
        self.told = 0
        self.knows: tuple[tuple[str, str | int | bool], ...] = ()

    @property
    def zone(self) -> str:
        return self.town.versions.live.timezone

    @property
    def currency(self) -> str:
        return self.town.versions.live.currency

    def tell(self, sentences: str) -> Town:
        for sentence in filter(None, (s.strip() for s in sentences.split(";"))):
            self._one(sentence)
        return self.town

    def _one(self, sentence: str) -> None:
        text, _, late = sentence.partition(", told on ")
        text, _, facts = text.partition(", knowing ")
        self.knows = tuple(sorted(map(_fact, facts.split(" and ")))) if facts else ()
        for pattern, act in SENTENCES:
            found = re.fullmatch(pattern, text)
            if found:
                act(self, found, self.moment(late) if late else None)
                return
        raise AssertionError(f"no such sentence: {sentence!r}")

    def moment(self, text: str) -> Instant:
        """`1 May` (noon) or `1 May 09:30`, in 2026 and the program's time zone."""
        text = text if ":" in text else f"{text} 12:00"
        return instant(datetime.strptime(f"2026 {text}", "%Y %d %B %H:%M").replace(tzinfo=ZoneInfo(self.zone)))

    def event(self, now: Instant | None, **values: object) -> None:
        self.told += 1
        values.setdefault("id", f"e{self.told:02d}")
        values.setdefault("facts", self.knows)
        self.town.tell(Told(**values), now=now)  # type: ignore[arg-type]

    def brings(self, text: str) -> dict[str, str]:
        """` with Ada's code`, ` naming Ada`, ` naming the visit v1`."""
        found: dict[str, str] = {}
        for pattern, key in (
            (rf" with {NAME}'s code", "code"),
            (rf" naming {NAME}", "named"),
            (r" naming the visit (\w+)", "visit"),
        ):
            hit = re.search(pattern, text)
            if hit:
                found[key] = hit[1] if key == "visit" else hit[1].lower()
        return found

    def amount(self, text: str, currency: str | None) -> tuple[int, str]:
        unit = currency or self.currency
        return parse_amount(text, unit), unit


def _fact(text: str) -> tuple[str, str | int | bool]:
    """`seats = 5`, `tier = gold`, `trial = true`."""
    name, _, told = text.partition(" = ")
    if told in ("true", "false"):
        return name, told == "true"
    return name, int(told) if told.isdigit() else told


def _invite(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.event(now, kind="invite", advocate=m[1].lower(), friend=m[2].lower(), at=s.moment(m[3]))


def _visit(s: Story, m: re.Match[str], now: Instant | None) -> None:
    who, key = m[1].lower(), {"id": m[4]} if m[4] else {}
    kind = "anonymous" if who == "somebody" else "visit"
    s.event(now, kind=kind, friend="" if kind == "anonymous" else who, advocate=m[2].lower(), at=s.moment(m[3]), **key)


def _signup(s: Story, m: re.Match[str], now: Instant | None) -> None:
    key = {"id": f"web-{s.told}"} if m[3] else {}
    s.event(now, kind="signup", friend=m[1].lower(), at=s.moment(m[2]), **key, **s.brings(m[4]))


def _entered(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.event(now, kind="signup", friend=m[1].lower(), at=s.moment(m[3]), named=m[2].lower(), organic=True)


def _order(s: Story, m: re.Match[str], now: Instant | None) -> None:
    amount, unit = s.amount(m[2], m[3])
    key = m[5] or f"order{s.told + 1}"
    by = {"id": f"web-{key}" if m[7] else f"{key}@{m[6]}" if m[6] else key}
    s.event(
        now,
        kind="order",
        friend=m[1].lower(),
        at=s.moment(m[4]),
        order=key,
        amount=amount,
        unit=unit,
        **by,
        **s.brings(m[8]),
    )


def _pays(s: Story, m: re.Match[str], now: Instant | None) -> None:
    amount, unit = s.amount(m[2], m[3])
    order = m[6] or f"order{s.told + 1}"
    told = {"friend": m[1].lower(), "at": s.moment(m[5]), "order": order, "amount": amount, "unit": unit, "id": order}
    s.event(now, kind="order", item=m[4], **told, **s.brings(m[7]))


def _reaches(s: Story, m: re.Match[str], now: Instant | None) -> None:
    deal: dict[str, object] = {}
    if m[3]:
        deal["amount"], deal["unit"] = s.amount(m[3], m[4])
    s.event(
        now,
        kind="stage",
        friend=m[1].lower(),
        at=s.moment(m[6]),
        stage=m[2],
        order=m[5] or "",
        **deal,
        **s.brings(m[7]),
    )


def _refund(s: Story, m: re.Match[str], now: Instant | None) -> None:
    amount, unit = s.amount(m[1], m[2]) if m[1] else (None, s.currency)
    s.event(now, kind="refund", friend="", at=s.moment(m[4]), order=m[3], amount=amount, unit=unit)


def _customer(s: Story, m: re.Match[str], now: Instant | None) -> None:
    at = s.moment(m[2])
    if ":" not in m[2]:
        at = instant(datetime.strptime(f"2026 {m[2]}", "%Y %d %B").replace(tzinfo=ZoneInfo("UTC")))
    s.event(now or s.town.now, kind="customer", friend=m[1].lower(), at=at, only_date=":" not in m[2])


def _known(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.event(now or s.town.now, kind="known", friend=m[1].lower(), at=s.moment(m[2]))


def _uses(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.use(m[1].lower(), s.amount(m[2], m[3])[0])


def _date_comes(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.let_fall_due(s.moment(m[1]))


def _clock_runs(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.let_fall_due(s.moment(m[1]))
    s.town.let_go(s.moment(m[1]))


def _not_enrolled(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing[m[1].lower()] = None


def _enrolled(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing.pop(m[1].lower(), None)


def _suspended(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing[m[1].lower()] = AdvocateFacts(m[1].lower(), suspended=True)


def _unconfirmed(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing[m[1].lower()] = AdvocateFacts(m[1].lower(), provisional=True)


def _confirms(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing.pop(m[1].lower(), None)
    s.town.free(s.moment(m[2]))


def _rewards_paused(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.rewards_paused = True


def _rewards_resumed(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.rewards_paused = False
    s.town.free(s.moment(m[1]))


def _prefers(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.choices[(s.town.versions.live.key, m[1].lower(), m[3])] = m[2]


def _had_brought(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.standing[m[2].lower()] = AdvocateFacts(m[2].lower(), referred_by_friend=True)


def _one_person(s: Story, m: re.Match[str], now: Instant | None) -> None:
    s.town.roots[m[2].lower()] = m[1].lower()


def _status(s: Story, m: re.Match[str], now: Instant | None) -> None:
    status = {"paused": ProgramStatus.PAUSED, "active again": ProgramStatus.ACTIVE, "ended": ProgramStatus.ENDED}[m[1]]
    found = tuple(replace(v, status=status) for v in s.town.versions.versions)
    s.town.versions = ProgramVersions(found, found[-1])


def _new_amount(s: Story, m: re.Match[str], now: Instant | None) -> None:
    old = s.town.versions
    rules = tuple(replace(r, amount=s.amount(m[1], m[2])[0]) if r.side == "advocate" else r for r in old.live.rules)
    new = replace(old.live, version=old.live.version + 1, effective_from=s.moment(m[3]), rules=rules)
    s.town.versions = ProgramVersions((*old.versions, new), new)


def _new_every(s: Story, m: re.Match[str], now: Instant | None) -> None:
    old = s.town.versions
    rules = tuple(replace(r, every=int(m[1])) if r.every else r for r in old.live.rules)
    new = replace(old.live, version=old.live.version + 1, effective_from=s.moment(m[2]), rules=rules)
    s.town.versions = ProgramVersions((*old.versions, new), new)


def _joined_by(s: Story, m: re.Match[str], now: Instant | None) -> None:
    """The second is the first now: what was counted for both counts together, as a merge of two advocates does it."""
    kept, gone = m[1].lower(), m[2].lower()
    s.town.roots[gone] = kept
    for key in [k for k in s.town.counters if gone in k.split(":")]:
        joined = ":".join(kept if part == gone else part for part in key.split(":"))
        s.town.counters[joined] += s.town.counters.pop(key)


def _friends_buy(s: Story, m: re.Match[str], now: Instant | None) -> None:
    """Many at once: each names the advocate and buys on the day, one a minute."""
    amount, unit = s.amount(m[3], m[4])
    first = s.moment(m[5])
    for n in range(int(m[1])):
        s.told += 1
        friend, key = f"friend{s.told}", f"f{s.told}"
        told = Told(
            "order", friend, first + n * DAY // 1440, key, named=m[2].lower(), order=key, amount=amount, unit=unit
        )
        s.town.tell(told, now=now)


Act = Callable[[Story, "re.Match[str]", Instant | None], None]
SENTENCES: tuple[tuple[str, Act], ...] = (
    (rf"{NAME} invites {NAME} on {DATE}", _invite),
    (rf"{NAME} is entered as brought by {NAME} on {DATE}", _entered),
    (rf"([A-Z][a-z]+|somebody) visits {NAME}'s link on {DATE}(?: as ([\w-]+))?", _visit),
    (rf"{NAME} signs up on {DATE}( in a browser)?((?: with \w+'s code| naming (?:the visit )?\w+)*)", _signup),
    (
        rf"{NAME} orders {MONEY} on {DATE}(?: as (\w+))?(?: by route (\w+))?( in a browser)?{BRINGS}",
        _order,
    ),
    (
        rf"{NAME} pays {MONEY} for an? (\w+) on {DATE}(?: as (\w+))?{BRINGS}",
        _pays,
    ),
    (
        rf"{NAME} reaches the stage (\w+)(?: worth {MONEY})?(?: of the deal (\w+))? on {DATE}{BRINGS}",
        _reaches,
    ),
    (rf"(?:{MONEY} of )?(\w+) is refunded on {DATE}", _refund),
    (rf"{NAME} is a customer since {DATE}", _customer),
    (rf"{NAME} is a customer under another spelling since {DATE}", _known),
    (rf"{NAME} uses {MONEY}", _uses),
    (rf"{DATE} comes", _date_comes),
    (rf"the clock runs on {DATE}", _clock_runs),
    (rf"{NAME} is not enrolled", _not_enrolled),
    (rf"{NAME} is enrolled", _enrolled),
    (rf"{NAME} is suspended", _suspended),
    (rf"{NAME} has not confirmed", _unconfirmed),
    (rf"{NAME} confirms on {DATE}", _confirms),
    (r"rewards are paused", _rewards_paused),
    (rf"rewards are resumed on {DATE}", _rewards_resumed),
    (rf"{NAME} prefers ([a-z]+) for ([a-z]+)", _prefers),
    (rf"{NAME} had brought {NAME}", _had_brought),
    (rf"{NAME} and {NAME} turn out to be one person", _one_person),
    (rf"{NAME} takes over what {NAME} has", _joined_by),
    (r"the program is (paused|active again|ended)", _status),
    (rf"the advocate's amount becomes {MONEY} on {DATE}", _new_amount),
    (rf"it becomes every (\d+) friends on {DATE}", _new_every),
    (rf"(\d+) friends of {NAME} each order {MONEY} on {DATE}", _friends_buy),
)


def said(town: Town, person: str) -> str:
    """What somebody has, in words: `5.00 EUR`, `5.00 EUR on hold`, `1 voucher`, `nothing`."""
    parts = []
    for (unit, how), amount in sorted(town.of(person).items()):
        text = (f"{amount} voucher" + "s" * (amount > 1)) if unit == "VOUCHER" else units_text(amount, unit)
        parts.append(
            text
            + {
                "issued": "",
                "pending": " on hold",
                "to approve": " to approve",
                "unconfirmed": " until confirmed",
                "paused": " until resumed",
                "to claim": " to claim",
                "queued": " queued",
            }[how]
        )
    return ", ".join(parts) or "nothing"


def reasons(town: Town, friend: str) -> set[str]:
    """Every named reason in the friend's last decision."""
    decision = town.last[friend]
    found = {str(c.refused) for c in decision.binding.contenders if c.refused}
    found |= {str(reason) for _, _, reason in decision.refusals}
    found |= {str(change.reason) for change in decision.changes if change.reason}
    return found | ({str(decision.refused)} if decision.refused else set()) | set(town.findings)
