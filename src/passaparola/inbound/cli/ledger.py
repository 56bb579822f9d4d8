"""`passaparola ledger`: prove the books."""

import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from passaparola.inbound.cli.output import json_option, say_json, table, warn
from passaparola.inbound.cli.ready import FOUND, open_for_reading
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.actions.ledger.verify import Check


@passaparola.group()
def ledger() -> None:
    """The books: what is owed, used, expired, and the proof of it."""


@ledger.command()
@click.option("--quick", is_flag=True, help="Trust the seals, and do not do the log again.")
@json_option
def verify(quick: bool, as_json: bool) -> None:
    """Check every law of the ledger (L1–L10) and the seals. Ends with 1 when something does not hold."""
    workspace = open_for_reading()
    from passaparola.actions.ledger.prove import prove_ledger
    from passaparola.actions.ledger.verify import verify_ledger

    progress = _say_check if sys.stderr.isatty() else None
    prove = partial(verify_ledger, full=False) if quick else prove_ledger
    violations = prove(workspace, progress=progress)
    if as_json:
        say_json({"ok": not violations, "violations": [{**asdict(v), "sentence": v.sentence()} for v in violations]})
    else:
        for violation in violations:
            warn(violation.sentence())
        click.echo(f"{len(violations)} things do not hold." if violations else "Every law of the ledger holds.")
    if violations:
        raise click.exceptions.Exit(FOUND)


def _say_check(check: "Check", number: int, most: int) -> None:
    """A line on a terminal for each check, before it is made: large books take a while."""
    warn(f"[{number}/{most}] {check.law}: whether {check.what}")


@ledger.command("trial-balance")
@json_option
def trial_balance(as_json: bool) -> None:
    """Every account summed from the transfers, in whole minor units. Ends with 1 when the sides differ."""
    workspace = open_for_reading()
    from passaparola.actions.ledger.trial_balance import trial_balance as balance_of

    balance = balance_of(workspace)
    units = [
        {
            "unit": unit.unit,
            "debit": unit.debit,
            "credit": unit.credit,
            "difference": unit.difference,
            "pending_difference": unit.pending_difference,
            "lines": [{**asdict(line), "balance": line.balance} for line in unit.lines],
        }
        for unit in balance.units
    ]
    if as_json:
        say_json({"balanced": balance.balanced, "units": units})
    else:
        rows = [
            [line.program, line.kind, unit.unit, line.debit, line.credit, line.pending_debit, line.pending_credit]
            for unit in balance.units
            for line in unit.lines
        ]
        heads = ["program", "account", "unit", "debit", "credit", "pending debit", "pending credit"]
        if rows:
            click.echo(table(heads, rows))
        for unit in balance.units:
            click.echo(f"\n{unit.unit}: debit − credit = {unit.difference}, pending {unit.pending_difference}")
        click.echo("Balanced." if balance.balanced else "NOT balanced.")
    if not balance.balanced:
        raise click.exceptions.Exit(FOUND)
