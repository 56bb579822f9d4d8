"""Read an event from a JSON object or a CSV row: everything wrong is said at once, by field, with the remedy."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from passaparola.domain.events.event import DEFAULT_SOURCE, OWN_SOURCES, PLAIN, Event, EventType, Facts
from passaparola.domain.events.facts import UnableToReadFacts, read_facts
from passaparola.domain.instant import DAY, SECOND, Instant, UnableToReadInstant, parse_instant
from passaparola.domain.money import MAX_MINOR, UnableToReadAmount, exponent, parse_amount
from passaparola.domain.people.identity import KINDS, Identity, UnableToReadIdentity, canonical

FUTURE_TOLERANCE: Instant = 300 * SECOND
LATEST: Instant = 230 * 365 * DAY  # so that every window and hold ends in a year that calendars know
OLDEST: Instant = -200 * 365 * DAY  # since when somebody can have been a customer
FIELDS = frozenset(
    {"id", "type", "at", "source", "person", "email", "phone", "device", "to", "referred_by", "code", "visit", "order"}
    | {"refund", "amount", "amount_minor", "currency", "channel", "customer_since", "item", "stage", "facts"}
)
TYPES = ("share", "visit", "signup", "purchase", "refund", "stage")  # what may be told; CUSTOMER comes with an import
LONGEST_SOURCE = 64
WORD = re.compile("[a-z0-9_-]{1,32}")  # an item or a stage
CONTACTS = frozenset({"email", "phone", "device"})  # beside `person`
NAMES: dict[str, str] = {"occurred_at": "at", "order_id": "order", "refund_id": "refund", "customer": "person"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and how to mend it."""

    field: str
    message: str


class UnableToReadEvent(ValueError):
    """The object is no event. `errors` names every field that must be mended."""

    def __init__(self, errors: list[FieldError]):
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors = errors


class _Reader:
    def __init__(self, raw: Mapping[str, Any]):
        self.raw = raw
        self.errors: list[FieldError] = []

    def wrong(self, field: str, message: str) -> None:
        self.errors.append(FieldError(field, message))

    def text(self, field: str, limit: int = 255, required: bool = False) -> str | None:
        value = self.raw.get(field)
        if value is None or value == "":
            if required:
                self.wrong(field, "is missing")
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > limit or not value.isprintable():
            self.wrong(field, f"must be a text of 1 to {limit} printable characters")
            return None
        return value.strip()

    def word(self, field: str) -> str:
        value = self.raw.get(field)
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not WORD.fullmatch(value):
            self.wrong(field, "must be a word of 1 to 32 small letters, digits, hyphens and underscores")
            return ""
        return value

    def person(self, field: str) -> tuple[Identity, ...]:
        value = self.raw.get(field)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            if value.startswith("per_"):
                return self._own_id(field, value)
            return self.identity(field, "email" if field == "to" and "@" in value else "customer_id", value)
        if not isinstance(value, Mapping) or not value:
            self.wrong(field, f"must be a customer id, or an object with {', '.join(KINDS)}")
            return ()
        return self._identities(field, value)

    def _own_id(self, field: str, value: str) -> tuple[Identity, ...]:
        tail = value[4:]
        if len(tail) == 32 and all(c in "0123456789abcdef" for c in tail):
            return (("person", tail),)
        self.wrong(field, f"{value!r} is no person id of ours: it has 32 hex digits after per_")
        return ()

    def _identities(self, field: str, value: Mapping[str, Any]) -> tuple[Identity, ...]:
        found: tuple[Identity, ...] = ()
        for kind in sorted(value, key=lambda k: KINDS.index(k) if k in KINDS else 99):
            found += self.identity(f"{field}.{kind}", kind, value[kind])
        return found

    def identity(self, where: str, kind: str, value: object) -> tuple[Identity, ...]:
        """One identity; none where it is wrong."""
        try:
            return (canonical(kind, value),)
        except UnableToReadIdentity as problem:
            self.wrong(where, str(problem))
            return ()

    def when(self, field: str) -> Instant | None:
        value = self.raw.get(field)
        if value is None or value == "":
            return None
        try:
            return parse_instant(value)
        except UnableToReadInstant as problem:
            self.wrong(field, str(problem))
            return None


def read_event(raw: Any, *, source: str = DEFAULT_SOURCE, now: Instant | None = None, decimal: bool = False) -> Event:
    """One event of the published shape. Raises UnableToReadEvent with all that is wrong.

    `now` bounds the future (more than five minutes ahead is refused) and is the time where `at` is missing. `decimal` admits `amount`, a
    decimal string with at most the currency's digits, beside `amount_minor`.
    """
    if not isinstance(raw, Mapping):
        raise UnableToReadEvent([FieldError("", 'must be an object such as {"id": …, "type": …}')])
    reader = _Reader({k: v for k, v in raw.items() if v is not None and v != ""})
    if not raw.keys() <= FIELDS:
        _name_again(reader, raw)
    kind = reader.raw.get("type")
    if kind not in TYPES:
        reader.wrong("type", f"must be one of {', '.join(TYPES)}")
        kind = ""
    at = _at(reader, now)
    values: dict[str, Any] = {
        "source": _source(reader) or source,
        "id": reader.text("id", required=True) or "",
        "type": str(kind),
        "at": at,
        "at_told": "at" in reader.raw,
        "person": _with_contacts(reader),
        "to": reader.person("to"),
        "referred_by": reader.person("referred_by"),
        "code": _code(reader),
        "visit": reader.text("visit"),
        "order": reader.text("order"),
        "refund": reader.text("refund"),
        "channel": reader.text("channel", 64) or "",
    }
    values["amount"], values["unit"] = _amount(reader, decimal)
    values["item"], values["stage"], values["facts"] = _item(reader), reader.word("stage"), _facts(reader)
    values["customer_since"], values["only_date"] = _since(reader)
    if values["stage"] and kind and kind != EventType.STAGE:
        reader.wrong("stage", "needs `type: stage`")
    if kind:
        _CHECKS[str(kind)](reader, values)
    if reader.errors:
        raise UnableToReadEvent(reader.errors)
    return Event(**values)


def _name_again(reader: _Reader, raw: Mapping[str, Any]) -> None:
    """Take the other names of fields for what they mean; what is no field is wrong."""
    given = reader.raw
    reader.raw = {NAMES.get(k, k): v for k, v in given.items()}
    for name in sorted(name for name, field in NAMES.items() if name in given and field in given):
        reader.wrong(NAMES[name], f"is given twice, also as {name}: leave one out")
    for unknown in sorted({NAMES.get(str(k), str(k)) for k in raw} - FIELDS):
        reader.wrong(str(unknown)[:64], "is not a field of an event")


def _source(reader: _Reader) -> str | None:
    source = reader.text("source", LONGEST_SOURCE)
    if source in OWN_SOURCES:
        reader.wrong("source", f"must not be {source}: what our own links and pages tell is named so")
    return source


def _at(reader: _Reader, now: Instant | None) -> Instant:
    at = reader.when("at")
    if at is None:
        if now is None and not any(e.field == "at" for e in reader.errors):
            reader.wrong("at", "is missing: say when it happened, such as 2026-05-01T09:30:00Z")
        return now or 0
    if at < 0:
        reader.wrong("at", "is before 1970")
    elif at > LATEST:
        reader.wrong("at", "is after 2200")
    if now is not None and at > now + FUTURE_TOLERANCE:
        reader.wrong("at", "is more than five minutes in the future: check the clock of the sender")
    return at


def _with_contacts(reader: _Reader) -> tuple[Identity, ...]:
    """`person`, and the short forms `email`, `phone`, `device` beside it."""
    person = reader.person("person")
    if CONTACTS.isdisjoint(reader.raw):
        return person
    own = tuple(identity for identity in person if identity[0] == "person")
    known = {kind: value for kind, value in person if kind != "person"}
    for kind in KINDS:
        if kind in CONTACTS and kind in reader.raw and kind not in known:
            known.update(reader.identity(kind, kind, reader.raw[kind]))
    return own + tuple((kind, known[kind]) for kind in KINDS if kind in known)


def _code(reader: _Reader) -> str | None:
    code = reader.text("code", 64)
    return code.upper() if code else None


def _amount(reader: _Reader, decimal: bool) -> tuple[int | None, str | None]:
    raw, currency = reader.raw, reader.raw.get("currency")
    minor, text = raw.get("amount_minor"), raw.get("amount")
    if (minor is None or minor == "") and (text is None or text == ""):
        return None, None
    if not isinstance(currency, str):
        reader.wrong("currency", "is missing: an amount needs an ISO 4217 code such as USD")
        return None, None
    try:
        exponent(currency)
        if minor is not None and minor != "":
            return _minor(reader, minor, decimal), currency
        if not decimal:
            reader.wrong(
                "amount", "is only read from files: send amount_minor, whole minor units, such as 4144 for 41.44"
            )
            return None, currency
        return parse_amount(str(text) if isinstance(text, str) else "", currency), currency
    except UnableToReadAmount as problem:
        reader.wrong("currency" if "ISO 4217" in str(problem) else "amount", str(problem))
        return None, None


def _minor(reader: _Reader, value: Any, from_file: bool) -> int | None:
    if from_file and isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_MINOR:
        reader.wrong("amount_minor", f"must be a whole number of minor units from 0 to {MAX_MINOR}")
        return None
    return value


def _item(reader: _Reader) -> str:
    item = reader.word("item")
    if item and reader.raw.get("type") in TYPES and reader.raw["type"] != EventType.PURCHASE:
        reader.wrong("item", "says what was paid for: only a purchase has one")
    return "" if item == PLAIN else item


def _facts(reader: _Reader) -> Facts:
    try:
        return read_facts(reader.raw.get("facts"))
    except UnableToReadFacts as problem:
        for field, message in problem.errors:
            reader.wrong(field, message)
        return ()


def _since(reader: _Reader) -> tuple[Instant | None, bool]:
    value = reader.raw.get("customer_since")
    if value is None:
        return None, False
    if isinstance(value, str) and len(value) == 10:
        try:
            return parse_instant(f"{value}T00:00:00Z"), True
        except UnableToReadInstant:
            reader.wrong("customer_since", f"{value!r} is no date such as 2025-12-31")
            return None, False
    since = reader.when("customer_since")
    if since is not None and since < OLDEST:
        reader.wrong("customer_since", "is too long ago")
    return since, False


def _check_share(reader: _Reader, values: dict[str, Any]) -> None:
    if not values["person"] and not values["code"]:
        reader.wrong("person", "is missing: say who shared")


def _check_visit(reader: _Reader, values: dict[str, Any]) -> None:
    if not values["code"] and not values["referred_by"]:
        reader.wrong("code", "is missing: say whose link was visited")


def _check_signup(reader: _Reader, values: dict[str, Any]) -> None:
    if not values["person"] and not any(
        e.field.startswith(("person", "email", "phone", "device")) for e in reader.errors
    ):
        reader.wrong("person", "is missing: say who it was")


def _check_purchase(reader: _Reader, values: dict[str, Any]) -> None:
    _check_signup(reader, values)
    if values["amount"] is None and not any(e.field in ("amount", "amount_minor", "currency") for e in reader.errors):
        reader.wrong(
            "amount_minor", "is missing: say what was paid for the goods, after discounts, without tax and shipping"
        )
    if values["order"] is None:
        values["order"] = values["id"]


def _check_refund(reader: _Reader, values: dict[str, Any]) -> None:
    if values["order"] is None:
        reader.wrong("order", "is missing: say which order was refunded")
    if values["amount"] == 0:
        reader.wrong("amount_minor", "must be above 0; leave it out to refund the whole order")
    if values["refund"] is None:
        values["refund"] = values["id"]


def _check_stage(reader: _Reader, values: dict[str, Any]) -> None:
    _check_signup(reader, values)
    if not values["stage"] and not any(e.field == "stage" for e in reader.errors):
        reader.wrong("stage", "is missing: say what was reached, such as lead, meeting, contract, verified or hired")


_CHECKS: dict[str, Callable[[_Reader, dict[str, Any]], None]] = {
    "share": _check_share,
    "visit": _check_visit,
    "signup": _check_signup,
    "purchase": _check_purchase,
    "refund": _check_refund,
    "stage": _check_stage,
}
