"""`passaparola` with a fault planted in it: `python -m tests.gauntlet.faulty FAULT up --port 8000 …`."""

import errno
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from passaparola.inbound import counting


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
    plan._counter_statement = unconditional  # type: ignore[assignment]
    plan._new_counter = lambda session, move, values: honest_new(session, _unlimited(move), {**values, "ceiling": None})
    _replace(honest_move, forgetful)


def read_add_write() -> None:
    """Each request reads, decides, and then writes by itself: a counter becomes what was read and what is given."""
    from passaparola.store.session import reading, writing

    writer, record, plan = _modules("actions.writer", "actions.events.record", "store.write.plan")

    def naive(submissions: Any, workspace: str, _: Any) -> list[Any]:
        events = [a.event for s in submissions for a in s.arrivals]
        with reading() as session:
            row = record.workspace_row(session, workspace)
            overlay = record.load(session, row, record.live_programs(session, row), events)
        stood = dict(overlay.counters)
        work = record.Work(overlay, plan.Plan(workspace, at=submissions[0].arrivals[0].now))
        answers = [record._submission(s, work, {}) for s in submissions]
        for key, move in work.plan.moves.items():
            work.plan.moves[key] = replace(move, seen=stood.get(key, 0))
        with writing() as session:
            plan.write(session, work.plan)
        return answers

    record._once = naive
    writer.Writer.submit = lambda _, workspace, submissions, **__: writer._written(workspace, submissions)
    plan._counter_statement = lambda _: (
        "UPDATE store_counter SET used = %(seen)s + %(delta)s WHERE workspace_id = %(ws)s::uuid AND key = %(key)s"
    )


def _unlimited(move: Any) -> Any:
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


def uncompared_payouts() -> None:
    """The same for what is paid out; nothing says that a payout line is single."""
    from django.db import connection

    uncompared_vouchers()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS handover_single")


def early_answers() -> None:
    """Callers get the very answers they should get, 50 ms before these are committed."""
    writer, record = _modules("actions.writer", "actions.events.record")
    honest_submission, honest_write = record._submission, record.write
    state: dict[str, Any] = {}

    def remembered(submission: Any, work: Any, answered: Any) -> Any:
        if state.get("work") is not work:
            state.update(work=work, answers=[])
        answer = honest_submission(submission, work, answered)
        state["answers"].append(answer)
        return answer

    def told_too_early(session: Any, plan: Any) -> Any:
        serial = honest_write(session, plan)
        if len(state["answers"]) == sum(len(c.submissions) for c in state["callers"]):
            tell(state["answers"])
            time.sleep(0.05)
        return serial

    def tell(answers: list[Any]) -> None:
        callers, state["callers"] = state["callers"], []
        rest = iter(answers)
        for caller in callers:
            caller.result = [next(rest) for _ in caller.submissions]
            caller.finish()

    def hasty(_: Any, workspace: str, callers: list[Any]) -> None:
        state["callers"] = callers
        answers = writer._written(workspace, [s for c in callers for s in c.submissions])
        tell(answers)

    record._submission, record.write, writer.Writer._record = remembered, told_too_early, hasty


def early_clicks() -> None:
    """Friends are sent on 50 ms before their visits are written."""
    record = import_module("passaparola.actions.visits.record")
    honest = record.VisitRecorder._write

    def late(self: Any, visits: Any) -> None:
        time.sleep(0.05)
        honest(self, visits)

    record.VisitRecorder._write = late

    def early(self: Any, visit: Any, answer: Callable[[], None]) -> None:
        self._queue.put(record._Waiting(visit, answer))
        answer()

    record.VisitRecorder.record_later = early


def one_spool() -> None:
    """What is drained is renamed to one name first, and taken for drained whatever comes of it."""
    spool = import_module("passaparola.actions.visits.spool")

    def renamed(self: Any, store: Any) -> int:
        for path in sorted(self.folder.glob("*.spool")):
            path.rename(self.folder / "draining")
        if not (self.folder / "draining").exists():
            return 0
        for visits in spool._read(self.folder / "draining"):
            store(visits)
        (self.folder / "draining").unlink()
        return 1

    spool.Spool.drain = renamed


def full_disk() -> None:
    """No segment of visits takes a byte more."""
    (spool,) = _modules("actions.visits.spool")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    spool._write = full


def full_disk_unforeseen() -> None:
    """The same, and the recorder of visits has not thought of it."""
    record = import_module("passaparola.actions.visits.record")
    full_disk()
    record.VisitRecorder._keep = lambda self, visits: self._spool.append(visits)


def _modules(*names: str) -> list[Any]:
    """Untyped, because names are put into them that they import themselves."""
    return [import_module(f"passaparola.{name}") for name in names]


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
    "read-add-write": read_add_write,
    "uncompared-vouchers": uncompared_vouchers,
    "uncompared-payouts": uncompared_payouts,
    "early-answers": early_answers,
    "early-clicks": early_clicks,
    "one-spool": one_spool,
    "full-disk": full_disk,
    "full-disk-unforeseen": full_disk_unforeseen,
}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "passaparola.config.settings"
    ours = counting.count_together(Path(os.environ["PASSAPAROLA_DATA"]))  # before the library that counts is imported
    counting.count_together = lambda data: ours  # noqa: ARG005
    import django

    django.setup()
    import passaparola.config.wsgi  # noqa: F401  everything is imported, so that the fault reaches all of it

    FAULTS[sys.argv.pop(1)]()
    from passaparola.inbound.cli import main as honest

    honest()


if __name__ == "__main__":
    main()
