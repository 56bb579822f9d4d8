"""Friends who click on links without a pause, while the server or its database dies; and the account of their clicks."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from passaparola.domain.tokens import read_visit_token
from passaparola.inbound.keyring import the_keyring
from passaparola.store.session import reading
from tests.gauntlet.arena import Arena

CLIENTS = 4
BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


@dataclass
class Friends:
    """Each clicks on a link as soon as the last click was answered. `answered` holds our id of each visit, from its token."""

    arena: Arena
    workspace: str
    slugs: list[str]
    pause: float = 0.0  # after each click that was answered
    answered: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    broken: int = 0  # connections that broke: the friend would try again
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.threads = [threading.Thread(target=self._click, args=(n,), daemon=True) for n in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait_for_more(self, count: int = 20, seconds: float = 60) -> None:
        before, deadline = len(self.answered), time.monotonic() + seconds
        while len(self.answered) < before + count:
            assert time.monotonic() < deadline, (
                f"{len(self.answered)} clicks answered, and no more are: {self.problems[:3]}"
            )
            time.sleep(0.01)

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def _click(self, number: int) -> None:
        while not self.stopping.is_set():
            number += 1
            said = self.arena.call("GET", f"/r/{self.slugs[number % len(self.slugs)]}", None, BROWSER)
            if said.status == 302:
                token = said.headers["location"].partition("v=")[2]
                clicked = read_visit_token(the_keyring().visits, self.workspace, token)
                self.answered.append(clicked.visit if clicked else token)
                time.sleep(self.pause)
            elif said.status == 0:
                self.broken += 1
                time.sleep(0.02)
            else:
                self.problems.append(f"{said.status} {said.body[:200]!r}")


def settle(data: Path, seconds: float = 30) -> None:
    """Wait until the running server has brought everything from the spool."""
    deadline = time.monotonic() + seconds
    while list((data / "visits").glob("*.spool")):
        assert time.monotonic() < deadline, "the spool is not drained"
        time.sleep(0.05)


def account(friends: Friends) -> str:
    """Every answered click is a row, once, and no row is one that nobody began. In words."""
    assert not friends.problems, friends.problems[:3]
    with reading() as session:
        rows = [row[0] for row in session.rows("SELECT id FROM store_visit")]
    assert len(rows) == len(set(rows)), "a click is there twice"
    lost = set(friends.answered) - set(rows)
    assert not lost, f"{len(lost)} of {len(friends.answered)} answered clicks are lost: {sorted(lost)[:3]}"
    assert len(friends.answered) == len(set(friends.answered)), "two friends were told of one visit"
    beyond = len(rows) - len(friends.answered)
    assert beyond <= friends.broken + CLIENTS, f"{beyond} visits that nobody was told of, {friends.broken} broken"
    return f"{len(rows)} visits, {friends.broken} connections broken, 0 lost, 0 twice"
