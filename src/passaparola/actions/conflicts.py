"""What to do when another writer was first: read again and decide again, then in halves, down to the culprit."""

from collections.abc import Callable
from typing import TypeVar

from passaparola.store.session import Conflict, LockTimeout

Item = TypeVar("Item")
Answer = TypeVar("Answer")

__all__ = ["TRIES", "Conflict", "retrying"]

TRIES = 3
ALONE = 25  # for a single item: each time another writer was first somebody got further, so this many at once all get through


def retrying(
    items: list[Item], once: Callable[[list[Item]], list[Answer]], failed: Callable[[Item, str], Answer]
) -> list[Answer]:
    """Run `once` over the items, at most three times whole, then over each half; one item alone more often.

    One that never succeeds, or waits too long for a lock, is answered by `failed`.
    """
    if not items:
        return []
    problem: Conflict | None = None
    for _ in range(TRIES if len(items) > 1 else ALONE):
        try:
            return once(items)
        except LockTimeout as conflict:
            problem = conflict
            break
        except Conflict as conflict:
            problem = conflict
    if len(items) == 1:
        return [failed(items[0], str(problem))]
    middle = len(items) // 2
    return [*retrying(items[:middle], once, failed), *retrying(items[middle:], once, failed)]
