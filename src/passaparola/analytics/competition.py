"""One's own offer among those of competitors: one table, the same for page, file and API."""

from typing import Any

from passaparola.domain.cells import csv_text
from passaparola.domain.competition import SIDES, Rival, Standing, ranked
from passaparola.domain.money import UnableToReadAmount, decimal_text, parse_amount
from passaparola.domain.programs.compiled import Program, Side
from passaparola.domain.programs.reader import read_document, read_program
from passaparola.domain.setup.cost import side_worth
from passaparola.domain.values import value
from passaparola.store.read.catalogue import ProgramEntry, version_document
from passaparola.store.read.setups import CompetitorRow, competitors
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class Comparison:
    """`order` is minor units of a usual order, as the program's file says; None: it says none, and shares are not compared."""

    program: str
    currency: str
    order: int | None
    sides: dict[Side, list[Standing]]


def compared(session: Session, workspace: str, entry: ProgramEntry) -> Comparison | None:
    """The newest live version of a program among the competitors' offers; None where its file can no longer be read."""
    number = entry.live_version or entry.newest
    found = version_document(session, workspace, entry.key, number)
    program, _ = read_program(found[0], key=entry.key, version=number, effective_from=0) if found else (None, [])
    if program is None:
        return None
    order = _order(program)
    rivals = [Rival(row.name, row.advocate, row.friend, row.currency) for row in competitors(session, workspace)]
    sides = {
        side: ranked(rivals, side, own=(program.name, side_worth(program, side, order=order), program.currency), order=order)
        for side in SIDES
    }  # fmt: skip
    return Comparison(program.slug, program.currency, order, sides)


def _order(program: Program) -> int | None:
    document, _ = read_document(program.document)
    economics = document.economics if document else None
    try:
        return parse_amount(economics.order_value, program.currency) if economics and economics.order_value else None
    except UnableToReadAmount:
        return None


def comparison_document(found: Comparison) -> dict[str, Any]:
    """As the API gives it."""
    return {
        "program": found.program,
        "currency": found.currency,
        "order_minor": found.order,
        **{
            str(side): [
                {"name": one.name, "worth_minor": one.worth, "place": one.place, "own": one.own}
                for one in found.sides[side]
            ]
            for side in SIDES
        },
    }


def comparison_csv(found: Comparison, rows: list[CompetitorRow]) -> str:
    """A line for each offer and side: place, worth, and what was noted of it; what is in another currency has that one, and no worth."""
    noted = {row.name: row for row in rows}
    lines = []
    for side in SIDES:
        for one in found.sides[side]:
            row = None if one.own else noted.get(one.name)
            written = "" if row is None else (row.advocate if side is Side.ADVOCATE else row.friend)
            worth = "" if one.worth is None else decimal_text(one.worth, found.currency)
            currency, *more = (found.currency, "", "") if row is None else (row.currency, row.website, row.note)
            lines.append(
                (str(side), one.place or "", one.name, "yes" if one.own else "", worth, currency, written, *more)
            )
    heads = ("side", "place", "name", "own", "worth", "currency", "written", "website", "note")
    return csv_text(heads, lines)
