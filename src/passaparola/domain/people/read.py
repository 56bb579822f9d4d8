"""Read a row of a customers file: who is a customer, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.events.read import OLDEST
from passaparola.domain.instant import Instant, UnableToReadInstant, parse_instant
from passaparola.domain.people.facts import read_person_facts
from passaparola.domain.people.identity import KINDS, Identity, UnableToReadIdentity, canonical

FIELDS = frozenset({*KINDS, "person", "customer", "customer_since", "facts"})
_NAMES = {"person": "customer_id", "customer": "customer_id"}


class UnableToReadCustomer(ValueError):
    """The row is no customer; the message names every field that must be mended."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """Identities, strongest first, and since when; with `only_date` the hour counts nothing."""

    identities: tuple[Identity, ...]
    since: Instant | None
    only_date: bool
    facts: tuple[tuple[str, str | int | bool | None], ...] = ()


def read_customer(raw: Any, *, now: Instant) -> CustomerRow:
    """One row: `person` (or customer_id), email, phone, device; customer_since as a date or a date-time; facts of the person. Raises
    UnableToReadCustomer.

    `person` may be an object of identities. Nobody is a customer since a time after `now`.
    """
    if not isinstance(raw, Mapping):
        raise UnableToReadCustomer('must be an object such as {"person": …, "customer_since": …}')
    errors: list[str] = [f"{name}: is not a field of a customer" for name in sorted(map(str, set(raw) - FIELDS))]
    identities = _identities(raw, errors)
    since, only_date = _since(raw.get("customer_since"), now, errors)
    facts = _facts(raw.get("facts"), errors)
    if not identities and not errors:
        errors.append("person: is missing: say who it is, by customer id, email or phone")
    if errors:
        raise UnableToReadCustomer("; ".join(errors))
    return CustomerRow(identities, since, only_date, facts)


def _facts(value: Any, errors: list[str]) -> tuple[tuple[str, str | int | bool | None], ...]:
    try:
        return () if value is None or value == "" else tuple(read_person_facts(value).items())
    except UnableToReadFacts as problem:
        errors += [f"{field}: {message}" for field, message in problem.errors]
        return ()


def _identities(raw: Mapping[str, Any], errors: list[str]) -> tuple[Identity, ...]:
    found: dict[str, str] = {}
    given = [
        (name, value)
        for name, value in raw.items()
        if name not in ("customer_since", "facts") and value not in (None, "")
    ]
    for name, value in given:
        parts = value.items() if isinstance(value, Mapping) else [(_NAMES.get(name, name), value)]
        for kind, text in parts:
            try:
                key, canon = canonical(str(kind), text)
            except UnableToReadIdentity as problem:
                errors.append(f"{name}: {problem}")
                continue
            if key == "customer_id" and canon.startswith("per_"):
                errors.append(
                    f"{name}: is an id of ours: name them by your own customer id, an e-mail address or a phone number"
                )
            if found.setdefault(key, canon) != canon:
                errors.append(f"{name}: another {key} is given as well")
    return tuple((kind, found[kind]) for kind in KINDS if kind in found)


def _since(value: Any, now: Instant, errors: list[str]) -> tuple[Instant | None, bool]:
    if value is None or value == "":
        return None, False
    only_date = isinstance(value, str) and len(value) == 10
    try:
        since = parse_instant(f"{value}T00:00:00Z" if only_date else value)
    except UnableToReadInstant:
        errors.append(f"customer_since: {value!r} is no date such as 2025-12-31, nor a date and time with an offset")
        return None, False
    if since > now:
        errors.append("customer_since: is in the future")
    elif since < OLDEST:
        errors.append("customer_since: is too long ago")
    return since, only_date
