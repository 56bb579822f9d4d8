"""The way of every import: records from a file, in batches, through the door; what could not go in is said and kept."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.files import Record, RecordFile
from passaparola.inbound.cli.output import say_json, warn
from passaparola.inbound.cli.ready import FOUND
from passaparola.inbound.cli.rejects import Rejects

SHOWN = 100  # bad lines that the JSON result holds; all are said on standard error and kept in the rejects file

rejects_option = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where lines go that cannot be imported. Default: FILE.rejects.jsonl or .csv, made only when there are any.",
)
batch_option = click.option(
    "--batch", default=500, show_default=True, type=click.IntRange(1, 5000), help="Lines a commit."
)

Send = Callable[[list[tuple[int, Any]]], dict[str, Any]]


@dataclass(slots=True)
class Outcome:
    """The sum over all batches."""

    counts: Counter[str] = field(default_factory=Counter)
    decided_by: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)
    rejects: Path | None = None
    seconds: float = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def conflicts(self) -> int:
        """Lines that say other than what is known: of an event, or of an order."""
        return self.counts["conflicts"] + self.counts["order_conflicts"]

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        return any(self.counts[key] for key in ("recorded", "duplicate_orders", "order_conflicts"))

    @property
    def clean(self) -> bool:
        return not (self.counts["rejected"] or self.conflicts)

    @property
    def rate(self) -> int | None:
        return round(self.total / self.seconds) if self.seconds else None

    def say(self, line: int, why: str) -> None:
        warn(f"line {line}: {why}")
        if len(self.problems) < SHOWN:
            self.problems.append({"line": line, "problem": why})


def summary(outcome: Outcome) -> str:
    """The last line of an import."""
    counts = outcome.counts
    parts = [(counts["recorded"], "recorded"), (counts["duplicates"], "known before")]
    if counts["duplicate_orders"]:
        parts.append((counts["duplicate_orders"], "of orders told before"))
    parts += [(outcome.conflicts, "in conflict"), (counts["rejected"], "rejected")]
    return ", ".join(f"{count:,} {words}" for count, words in parts) + f"; {outcome.rate or 0:,} lines/s"


def say_outcome(outcome: Outcome, counted: Sequence[str], *, as_json: bool) -> None:
    """What became of an import, with these counts, as JSON or in a line. Ends with 1 when a line could not go in."""
    if as_json:
        result: dict[str, Any] = {
            **{key: outcome.counts[key] for key in counted},
            "changed": outcome.changed,
            "rejects_file": str(outcome.rejects) if outcome.rejects else None,
            "problems": outcome.problems,
        }
        say_json(result)
    else:
        if outcome.rejects:
            warn(f"What was rejected is in {outcome.rejects}. Mend it and import that file.")
        click.echo(summary(outcome))
    if not outcome.clean:
        raise click.exceptions.Exit(FOUND)


def import_file(file: RecordFile, send: Send, *, rejects: Path, batch: int) -> Outcome:
    """Send all records in batches; bad ones are said with their line and reason, and kept."""
    outcome, started = Outcome(), time.monotonic()
    kept = Rejects(rejects, b"")
    with _progress(file) as advance:
        records = iter(file)
        while part := list(islice(records, batch)):
            kept.header = file.header
            _one_batch(part, send, kept, outcome)
            advance()
    outcome.rejects = kept.close()
    outcome.seconds = time.monotonic() - started
    return outcome


def _one_batch(part: Sequence[Record], send: Send, kept: Rejects, outcome: Outcome) -> None:
    wrong = {r.line: f"{r.problem}" for r in part if r.problem is not None}
    readable = [(r.line, r.value) for r in part if r.problem is None]
    answer = send(readable) if readable else {}
    wrong.update(dict(answer.get("rejected", ())))
    conflicts = dict(answer.get("conflicts", ()))
    stored = dict(answer.get("order_conflicts", ()))
    for record in part:
        why = wrong.get(record.line) or conflicts.get(record.line) or stored.get(record.line)
        if why is not None:
            outcome.say(record.line, why)
        if record.line in wrong or record.line in conflicts:
            kept.add(record.raw)
    outcome.counts.update(rejected=len(wrong), conflicts=len(conflicts), order_conflicts=len(stored))
    outcome.counts.update({key: answer.get(key, 0) for key in ("recorded", "duplicates", "duplicate_orders")})
    outcome.decided_by.update(answer.get("decided_by", {}))


@contextmanager
def _progress(file: RecordFile) -> Iterator[Callable[[], None]]:
    """A bar on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=file.size, label=file.path.name, file=sys.stderr) as bar:
        seen = 0

        def advance() -> None:
            nonlocal seen
            bar.update(file.position - seen)
            seen = file.position

        yield advance


def rejects_path(file: Path, kind: str, wanted: Path | None) -> Path:
    """Where rejected lines go: `<file>.rejects.jsonl` or `.csv`, or the file that was named, which must not exist."""
    if wanted is None:
        return file.with_name(f"{file.name}.rejects.{kind}")
    if wanted.exists():
        raise click.UsageError(f"{wanted} exists already, and nothing is overwritten. Name another file with --rejects")
    return wanted
