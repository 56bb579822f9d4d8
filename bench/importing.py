"""(d) The import of a real-shaped history, by the command itself."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import ground

HISTORY = Path(ground.SHARED or ground.ROOT.parent / "shared") / "data" / "cascade.jsonl"


def measure(rounds: int) -> dict[str, Any] | None:
    """Events a second, start of the process included; None without the history."""
    if not HISTORY.exists():
        return None
    events = sum(1 for _ in HISTORY.open(encoding="utf-8"))
    return {"events": events, "rates": [_once(events) for _ in range(rounds)]}


def _once(events: int) -> float:
    data = ground.FOLDER / f"import-{time.monotonic_ns()}"
    environment = {**os.environ, "PASSAPAROLA_DATA": str(data)}
    command = str(Path(sys.executable).with_name("passaparola"))
    subprocess.run([command, "program", "apply", str(ground.PROGRAM)], env=environment, check=True, capture_output=True)
    began = time.perf_counter()
    done = subprocess.run(
        [command, "events", "import", str(HISTORY), "--program", "give-5-get-5"],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    took = time.perf_counter() - began
    if f"{events:,} recorded" not in done.stdout:
        raise RuntimeError(f"not everything was recorded: {done.stdout}")
    shutil.rmtree(data)
    return events / took
