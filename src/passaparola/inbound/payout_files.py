"""Payout lines as the rows of a file, and back."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.payables.hand_over import Told, hand_over
from passaparola.actions.payables.owed import to_hand_over
from passaparola.analytics.owing import OwedLine
from passaparola.domain.instant import iso
from passaparola.domain.money import decimal_text
from passaparola.domain.rewards.kinds import Handover
from passaparola.domain.shown import shown
from passaparola.domain.units import parse_units
from passaparola.inbound.today import now_in

LONGEST_REFERENCE, LONGEST_RUN = 128, 64
_PERSON = ("reward", "person", "customer_id", "name", "email")
_COLUMNS = {
    Handover.PAYOUT: (*_PERSON, "program", "kind", "amount", "currency", "owed_since", "reference", "run"),
    Handover.PAYROLL: (*_PERSON, "program", "period", "gross", "currency", "reference", "run"),
    Handover.SHIPPING: (*_PERSON, "program", "item", "number", "missing", "owed_since", "reference", "run"),
}


def exported(workspace: str, way: str) -> list[dict[str, Any]]:
    """Everything that is to be handed over this way, each line a row of words. Raises Refusal while rewards are paused."""
    return [_row(line) for line in to_hand_over(workspace, Handover(way), until=now_in(workspace))]


def columns_of(way: str, lines: Sequence[dict[str, Any]]) -> list[str]:
    """The columns of a file; what is asked of a person has one of its own, such as `detail.size`."""
    details = sorted({name for line in lines for name in line if name.startswith("detail.")})
    heads = list(_COLUMNS[Handover(way)])
    place = heads.index("missing") if "missing" in heads else len(heads)
    return [*heads[:place], *details, *heads[place:]]


def _row(line: OwedLine) -> dict[str, Any]:
    amount = decimal_text(line.amount, line.unit)
    return {
        "reward": shown("rwd", line.reward),
        "person": shown("per", line.person),
        "customer_id": line.customer_id,
        "name": line.name,
        "email": line.email,
        "program": line.program,
        "kind": line.kind,
        "item": line.item or line.kind,
        "amount": amount,
        "gross": amount,
        "number": amount,
        "currency": line.unit,
        "period": iso(line.issued_at)[:7],
        "owed_since": iso(line.issued_at),
        **{f"detail.{name}": text for name, text in line.details.items()},
        "missing": " ".join(line.missing),
        "reference": "",
        "run": "",
    }


def read_confirmed(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines of a file that have a reference, and what is wrong with others. A line without one was not handed over yet. Spreadsheets
    of many countries separate by semicolons."""
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=text.partition("\n")[0].count))
    lines: list[dict[str, Any]] = []
    problems: list[str] = []
    try:
        if missing := [name for name in ("reward", "reference") if name not in (rows.fieldnames or ())]:
            return [], [f"line 1: there is no column {missing[0]}: keep the header as it was exported"]
        for number, row in enumerate(rows, 2):
            try:
                lines += _line(row)
            except ValueError as problem:
                problems.append(f"line {number}: {problem}")
    except csv.Error as problem:
        problems.append(f"line {rows.line_num}: is no CSV: {problem}")
    return lines, problems


def _line(row: dict[str, str | None]) -> list[dict[str, Any]]:
    """What a row says was handed over; nothing without a reference. Raises ValueError."""
    reward, reference = (row.get("reward") or "").strip(), (row.get("reference") or "").strip()
    if not reference:
        return []
    if not reward.startswith("rwd_") or len(reward) != 36 or set(reward[4:]) - set("0123456789abcdef"):
        raise ValueError(f"{reward!r} is no reward, such as rwd_…: keep the column as it was exported")
    amount, run = _amount(row), (row.get("run") or "").strip()
    if len(reference) > LONGEST_REFERENCE or len(run) > LONGEST_RUN:
        longest = f"{LONGEST_REFERENCE} characters in reference, {LONGEST_RUN} in run"
        raise ValueError(f"the reference or the run is too long: at most {longest}")
    if not (reference + run).isprintable():
        raise ValueError("the reference or the run has a character that nobody sees: write it on one line")
    return [{"reward": reward[4:], "reference": reference, "run": run, "amount": amount}]


def _amount(row: dict[str, str | None]) -> int | None:
    """The amount that was paid, in minor units; None where the file does not say it."""
    text = (row.get("amount") or row.get("gross") or "").strip()
    unit = (row.get("currency") or "").strip()
    return parse_units(text, unit) if text and unit else None


def confirm_lines(asked: Asked, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Book these lines as handed over; what became of each."""
    told = [Told(line["reward"], line["reference"], line["run"], line["amount"]) for line in lines]
    return [
        {"reward": shown("rwd", said.reward), "outcome": said.outcome, "message": said.message}
        for said in done(hand_over(told, asked=asked))
    ]
