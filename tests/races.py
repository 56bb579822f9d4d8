"""Many callers at one moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from passaparola.actions.acting import Asked
from passaparola.store.ids import new_id
from passaparola.store.read.idempotency import Keyed

T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> list[T | Exception]:
    """Run all calls in threads that leave one barrier together; each one's result or exception, in the order given."""
    from django.db import connections

    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(timeout=30)
        try:
            return call()
        except Exception as error:  # noqa: BLE001  the test decides which errors are right
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def meanwhile(asked: Asked, act: Callable[[], Any]) -> Asked:
    """Ask such that the other act is done, once, when this one has decided and before it writes. On PostgreSQL: elsewhere it would wait."""
    waiting = [act]

    def render(_: Any) -> tuple[int, str]:
        if waiting:
            (answer,) = at_once(waiting.pop())
            if isinstance(answer, Exception):
                raise answer
        return 200, "{}"

    return replace(asked, keyed=Keyed("olga", "", new_id(), "0" * 64), render=render)
