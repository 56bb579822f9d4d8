"""`passaparola` with a fault planted in it: `python -m tests.gauntlet.faulty FAULT up --port 8000 …`."""

import os
import sys
import time
from collections.abc import Callable
from typing import Any


def blind_limits() -> None:
    """Decisions of one batch do not see each other's use of a budget, and counters are written whatever they stand at."""
    from passaparola.actions import effects
    from passaparola.store.write import plan

    def unconditional(_: Any) -> str:
        return "UPDATE store_counter SET used = used + %(delta)s, ceiling = NULL WHERE workspace_id = %(ws)s::uuid AND key = %(key)s"

    honest_move = effects.move_counter

    def forgetful(move: Any, overlay: Any, written: Any) -> None:
        before = dict(overlay.counters)
        honest_move(move, overlay, written)
        overlay.counters.clear()
        overlay.counters.update(before)

    honest_new = plan._new_counter
    plan._counter_statement = unconditional
    plan._new_counter = lambda session, move, values: honest_new(session, _unlimited(move), {**values, "ceiling": None})
    _replace(honest_move, forgetful)


def _unlimited(move: Any) -> Any:
    from dataclasses import replace

    return replace(move, ceiling=None, exact=False, seen=0)


def uncompared_vouchers() -> None:
    """Rewards and vouchers are written without a look at whether another writer was first."""
    from passaparola.actions.vouchers import row
    from passaparola.store.session import Session

    row._UPDATE = row._UPDATE.replace(" AND revision = %(seen)s", "")
    honest = Session._many

    def careless(self: Any, postgres: str, sqlite: str, columns: Any, rows: Any) -> int:
        postgres = postgres.replace(" AND t.revision = d.revision", "")
        return honest(self, postgres, sqlite.replace(" AND revision = ?", " AND ? >= 0"), columns, rows)

    Session._many = careless  # type: ignore[method-assign]
    _drop_check("reward_not_above")


def early_answers() -> None:
    """Callers are answered before their events are committed."""
    from passaparola.actions import writer
    from passaparola.actions.events.record import Answer
    from passaparola.actions.events.work import RECORDED, Recorded
    from passaparola.store.ids import new_id

    honest = writer._written

    def hasty(workspace: str, callers: list[Any]) -> None:
        for caller in callers:
            told = [[Recorded(new_id(), a.event.id, RECORDED) for a in s.arrivals] for s in caller.submissions]
            caller.result = [Answer(events=events) for events in told]
            caller.finish()
        time.sleep(0.05)
        honest(workspace, [s for c in callers for s in c.submissions])

    writer._record = hasty


def _replace(honest: Any, faulty: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("passaparola."):
            for attribute, value in list(vars(module).items()):
                if value is honest:
                    setattr(module, attribute, faulty)


def _drop_check(name: str) -> None:
    """The database would stop the fault: take its guard away as well (PostgreSQL)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE store_reward DROP CONSTRAINT IF EXISTS {name}")


FAULTS: dict[str, Callable[[], None]] = {
    "blind-limits": blind_limits,
    "uncompared-vouchers": uncompared_vouchers,
    "early-answers": early_answers,
}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "passaparola.config.settings"
    import django

    django.setup()
    import passaparola.config.wsgi

    assert passaparola.config.wsgi.application  # everything is imported, so that the fault reaches all of it
    FAULTS[sys.argv.pop(1)]()
    from passaparola.inbound.cli import main as honest

    honest()


if __name__ == "__main__":
    main()
