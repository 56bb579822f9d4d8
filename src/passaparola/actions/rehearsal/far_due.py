"""What falls due in a long history: the near future in memory, the rest in the temporary file."""

import pickle
from heapq import heappop, heappush

from passaparola.actions.events.due import DueList, due_key
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.change import Reward
from passaparola.store.shelf import NEAR, ShelfFile, packed

Waiting = tuple[Instant, str, int, Reward]


class FarDue(DueList):
    """As its parent, in the memory of `most` rewards."""

    def __init__(self, file: ShelfFile, most: int = NEAR):
        super().__init__()
        self._file, self._most = file, most
        self._near: list[Waiting] = []
        self._horizon: Instant | None = None  # what is due later lies in the file
        self._count = self._far = 0

    def take(self, until: Instant) -> Reward | None:
        if not self._near and self._far:
            self._bring_near()
        if not self._near or self._near[0][0] > until:
            return None
        return heappop(self._near)[3]

    def put(self, reward: Reward) -> None:
        at, key = due_key(reward)
        self._count += 1
        if self._horizon is not None and at > self._horizon:
            self._put_away([(at, key, self._count, reward)])
            return
        heappush(self._near, (at, key, self._count, reward))
        if len(self._near) > self._most:
            self._near.sort(key=lambda w: w[:3])
            self._horizon = self._near[len(self._near) // 2][0]
            later = [w for w in self._near if w[0] > self._horizon]
            self._near = [w for w in self._near if w[0] <= self._horizon]  # sorted, and so a heap
            self._put_away(later)

    def _put_away(self, waiting: list[Waiting]) -> None:
        connection = self._file.connection
        if not self._far:
            connection.execute("CREATE TABLE IF NOT EXISTS due (at INTEGER, id TEXT, count INTEGER, value BLOB)")
            connection.execute("CREATE INDEX IF NOT EXISTS due_at ON due (at, id, count)")
        self._far += len(waiting)
        rows = [(at, key, count, packed(reward)) for at, key, count, reward in waiting]
        connection.executemany("INSERT INTO due VALUES (?, ?, ?, ?)", rows)

    def _bring_near(self) -> None:
        connection = self._file.connection
        (until,) = connection.execute(
            "SELECT MAX(at) FROM (SELECT at FROM due ORDER BY at LIMIT ?)", (self._most // 2 or 1,)
        ).fetchone()
        rows = connection.execute(
            "SELECT at, id, count, value FROM due WHERE at <= ? ORDER BY at, id, count", (until,)
        ).fetchall()
        connection.execute("DELETE FROM due WHERE at <= ?", (until,))
        self._near = [(at, key, count, pickle.loads(blob)) for at, key, count, blob in rows]  # noqa: S301  our own
        self._far -= len(rows)
        self._horizon = until if self._far else None
