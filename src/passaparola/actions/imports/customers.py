"""Import the customers a firm has already, from the lines of a file."""

from collections.abc import Sequence
from typing import Any

from passaparola.actions.imports.events import Imported
from passaparola.actions.people.customers import Customer, import_customers
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.read import UnableToReadCustomer, read_customer


def import_customer_lines(
    lines: Sequence[tuple[int, Any]], *, workspace: str, now: Instant, keys: Keyring | None = None
) -> Imported:
    """Record the customers of (line number, object) pairs. A row told before changes nothing; all other rows go in whatever is wrong."""
    result = Imported()
    read: list[tuple[int, Customer]] = []
    for line, raw in lines:
        try:
            row = read_customer(raw, now=now)
        except UnableToReadCustomer as problem:
            result.rejected.append((line, str(problem)))
        else:
            read.append((line, Customer(row.identities, row.since, row.only_date, row.facts)))
    done = import_customers([row for _, row in read], workspace=workspace, now=now, keys=keys)
    result.recorded, result.duplicates = done.recorded, done.known
    result.rejected += [(read[number][0], f"could not be written: {why}") for number, why in done.failed]
    return result
