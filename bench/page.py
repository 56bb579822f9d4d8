"""docs/performance.md: what the figures are, and how they are shown."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, field

import granian
import psutil
import psycopg

from bench import ground

PAGE = ground.ROOT / "docs" / "performance.md"


@dataclass(slots=True)
class Figure:
    """One line of the page: what was measured, what was reached, what was wanted."""

    name: str
    what: str
    reached: str
    target: str
    detail: list[str] = field(default_factory=list)


def page(figures: list[Figure], command: str) -> str:
    """docs/performance.md."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ground.ROOT, check=False
    )
    rows = "\n".join(
        f"| {f.name} | {f.what} | **{f.reached}** | {f.target} |" for f in sorted(figures, key=lambda f: f.name)
    )
    details = "\n".join(f"- ({f.name}) {line}" for f in sorted(figures, key=lambda f: f.name) for line in f.detail)
    return TEMPLATE.format(rows=rows, details=details, command=command, commit=commit.stdout.strip(), machine=machine())


def machine() -> str:
    """What it ran on."""
    memory_ = psutil.virtual_memory().total / 2**30
    versions = f"Python {platform.python_version()}, granian {granian.__version__}, psycopg {psycopg.__version__}"
    by = "load by wrk" if shutil.which("wrk") else "load by our own client"
    return f"{os.cpu_count()} cores, {memory_:.0f} GiB, {platform.system()} {platform.machine()}, {versions}, {by}"


TEMPLATE = """# Performance

Measured by `{command}` at commit {commit} on {machine}. The server, the database and the load share the machine.
Figures change with the machine; the ratios are what counts. Every run counts the rows in the database against the answers it got.

| | what | reached | wanted |
|---|---|---|---|
{rows}

{details}

## What is compared

- (a) A conversion is a purchase of a friend who is bound: the event, the decision with its explanation, two rewards, two transitions, two
  transfers, the accounts that are new, the outbox, and the referral's new state, answered after COMMIT. The limit is pgbench with 32
  clients and the same settings (fsync on), calling one plpgsql function that writes the same rows and updates no row that all share.
  It writes no batch row, of which we write one for some thirty conversions.
- (b) The limit is a bare Python loop that hands the same rows, made beforehand, to SQLite (WAL, `synchronous=FULL`), 128 conversions a
  transaction.
- (c) The same load as in (a), on a shop with many and one with few referred friends.
- (d) `passaparola events import` of a history with shares, sign-ups and orders, each event decided as of its own time.
- (e) The server's processes, resident, after so many events over HTTP.
- (f) The pure function, with the explanation as JSON text.
- (g) A click is a visit's row with person and machine told apart, answered with a redirect after it is durable: one in ten is an
  unfurler's, three in ten come from browsers that do not say what they load. The limit answers every request with one constant
  redirect, from one worker of granian with ASGI and Starlette, under the same load. Afterwards the rows are held against the answers,
  and the kinds against what was sent. At half the peak each connection waits between its clicks.
"""
