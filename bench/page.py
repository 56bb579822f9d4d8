"""docs/performance.md: what the figures are, and how they are shown."""

import os
import platform
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field

import granian
import psutil
import psycopg

from bench import ground

PAGE = ground.ROOT / "docs" / "performance.md"
NOTES = ground.ROOT / "bench" / "notes.md"


@dataclass(slots=True)
class Dose:
    """How much is measured."""

    pairs: int = 5
    seconds: int = 5
    friends: int = 60_000
    many: int = 500_000
    few: int = 10_000


@dataclass(slots=True)
class Figure:
    """One line of the page: what was measured, what was reached, what was wanted."""

    name: str
    what: str
    reached: str
    target: str
    detail: list[str] = field(default_factory=list)


def against(name: str, what: str, ours_: list[float], limit: list[float], target: str) -> Figure:
    """Ours ÷ the limit: the median of the pairs, with the rates of both."""
    ratios = [a / b for a, b in zip(ours_, limit, strict=True)]
    middle = statistics.median(ratios)
    rates = " ÷ ".join(f"{statistics.median(r):,.0f}/s ({min(r):,.0f} to {max(r):,.0f})" for r in (ours_, limit))
    detail = f"{rates}; pairs {', '.join(f'{r:.2f}' for r in ratios)}"
    return Figure(name, what, f"{middle:.2f}", target, [detail])


def page(figures: list[Figure], command: str) -> str:
    """docs/performance.md."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ground.ROOT, check=False
    )
    rows = "\n".join(
        f"| {f.name} | {f.what} | **{f.reached}** | {f.target} |" for f in sorted(figures, key=lambda f: f.name)
    )
    details = "\n".join(f"- ({f.name}) {line}" for f in sorted(figures, key=lambda f: f.name) for line in f.detail)
    return TEMPLATE.format(
        rows=rows, details=details, notes=notes(), command=command, commit=commit.stdout.strip(), machine=machine()
    )


def notes() -> str:
    """What a person wrote about each figure: it outlives the figures."""
    text = NOTES.read_text(encoding="utf-8")
    return text[text.index("\n### ") :].strip()


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

## What is compared, and what stands in the way

{notes}
"""
