"""A load balancer and its callers: requests go to servers that say they are ready; every one that is not answered well is a failure."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.journeys.caller import Server, purchase


@dataclass
class Load:
    """Callers who hardly ever stop, and what became of their requests."""

    servers: Sequence[Server]
    key: str
    callers: int = 8
    pause: float = 0.05  # of each caller, who else takes the processor from the server that begins
    probe_seconds: float = 0.1
    answered: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    ready: dict[int, bool] = field(default_factory=dict)
    life: dict[int, int] = field(default_factory=dict)  # how often each server was seen to be away
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        threads = [threading.Thread(target=self._probe, args=(n,)) for n in range(len(self.servers))]
        threads += [threading.Thread(target=self._call, args=(first,)) for first in range(self.callers)]
        for thread in threads:
            thread.start()
        try:
            self.wait_for(20)
            yield self
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more were answered, or something failed."""
        until, goal = time.monotonic() + 60, len(self.answered) + more
        while len(self.answered) < goal and not self.failed:
            assert time.monotonic() < until, "nobody answers"
            time.sleep(0.02)

    def restart(self, number: int) -> float:
        """Replace one server as an operator does; the seconds it took to end."""
        begun = time.monotonic()
        assert self.servers[number].stop() == 0
        seconds = time.monotonic() - begun
        self.servers[number].start()
        return seconds

    def _probe(self, number: int) -> None:
        while not self.over.is_set():
            try:
                up = self.servers[number].get("/readyz").status == 200
            except OSError:
                up = False
            if not up:
                self.life[number] = self.life.get(number, 0) + 1
            self.ready[number] = up
            self.over.wait(self.probe_seconds)

    def _call(self, first: int) -> None:
        lines: dict[int, tuple[int, http.client.HTTPConnection]] = {}
        try:
            self._go_on(first, lines)
        finally:
            for _, line in lines.values():
                line.close()

    def _go_on(self, first: int, lines: dict[int, tuple[int, http.client.HTTPConnection]]) -> None:
        for n in range(first, 10_000_000, self.callers):
            while not (up := [s for s, ready in list(self.ready.items()) if ready]):
                if self.over.wait(0.02):
                    return
            if self.over.is_set():
                return
            number = up[n // self.callers % len(up)]
            line = self._line(number, lines)
            try:
                status = self._send(line, n)
            except (OSError, http.client.HTTPException) as problem:
                self.failed.append(f"{type(problem).__name__} from server {number}")
                line.close()
                self.over.wait(self.pause)
                continue
            (self.answered if status == 201 else self.failed).append(n if status == 201 else str(status))  # type: ignore[arg-type]
            self.over.wait(self.pause)

    def _line(
        self, number: int, lines: dict[int, tuple[int, http.client.HTTPConnection]]
    ) -> http.client.HTTPConnection:
        """A connection to the server as it lives now: those to a server that went away are dropped, as a balancer does."""
        life = self.life.get(number, 0)
        known = lines.get(number)
        if known is not None and known[0] == life:
            return known[1]
        if known is not None:
            known[1].close()
        line = http.client.HTTPConnection("127.0.0.1", self.servers[number].port, timeout=30)
        lines[number] = (life, line)
        return line

    def _send(self, line: http.client.HTTPConnection, n: int) -> int:
        body = json.dumps(purchase(f"f{n}", f"o{n}"))
        line.request(
            "POST", "/api/v1/events", body, {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        )
        said = line.getresponse()
        said.read()
        return said.status
