"""No statement of a page runs for ever on PostgreSQL: the database ends it. Writers, imports, backups and the clock have no such limit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.signals import connection_created

STATEMENT_SECONDS = 20
IDLE_SECONDS = 30  # in a transaction that nobody goes on with
_here = threading.local()


@contextmanager
def answering_a_page() -> Iterator[None]:
    """What this thread connects to meanwhile has the limits."""
    _here.page = True
    try:
        yield
    finally:
        _here.page = False


def _limit(connection: Any, **_: Any) -> None:
    if connection.vendor != "postgresql" or not getattr(_here, "page", False):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET statement_timeout = '{STATEMENT_SECONDS}s'; SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'"
        )


connection_created.connect(_limit, dispatch_uid="passaparola.page_limits")
