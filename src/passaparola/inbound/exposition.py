"""What /metrics says: what was counted in all processes of this server, and what the database says now."""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from passaparola import __version__
from passaparola.actions.programs.live import UnableToReadStoredProgram, live_programs
from passaparola.actions.writer import LOST
from passaparola.domain.instant import SECOND
from passaparola.domain.rewards.limits import budget_key
from passaparola.inbound.counting import folder
from passaparola.inbound.today import now
from passaparola.store.read.catalogue import workspace_ids
from passaparola.store.read.gather import counters, workspace_row
from passaparola.store.read.operations import oldest_waiting, open_violations, waiting
from passaparola.store.read.snapshot import Session, reading

CONTENT_TYPE = CONTENT_TYPE_LATEST
logger = logging.getLogger(__name__)


def exposed() -> bytes:
    """The whole page."""
    registry = CollectorRegistry(auto_describe=False)
    shared = folder()
    if shared is None:
        registry.register(REGISTRY)
    else:
        _bury(shared)
        MultiProcessCollector(registry, str(shared))  # type: ignore[no-untyped-call]
    registry.register(_Database())
    return generate_latest(registry)


def _bury(shared: Path) -> None:
    """What a process that died waits for, nobody waits for any more; what it counted still counts."""
    for file in shared.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdigit() and not _runs(int(number)):
            mark_process_dead(int(number), str(shared))  # type: ignore[no-untyped-call]


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Database(Collector):
    """What is asked when somebody wants to know. A database that does not answer is a number too."""

    def collect(self) -> Iterable[Metric]:
        yield _one("passaparola_info", "The version that runs", 1, version=__version__)
        try:
            with reading() as session:
                found = list(_of_database(session))
        except (DatabaseError, InterfaceError, *LOST) as problem:
            logger.warning("no numbers from the database: %s", problem)
            connection.close()
            found = []
        finally:
            if connection.vendor != "sqlite":
                connection.close()
        yield _one("database_up", "Whether the database answers", 1 if found else 0)
        yield from found


def _of_database(session: Session) -> Iterator[Metric]:
    since = oldest_waiting(session)
    seconds = max(0.0, (now() - since) / SECOND) if since is not None else 0.0
    yield _one("outbox_oldest_seconds", "How long the first in the outbox's line has been waiting", seconds)
    family = GaugeMetricFamily("deliveries_waiting", "What waits to be handed on or to leave", labels=["queue"])
    for queue, number in waiting(session).items():
        family.add_metric([queue], number)
    yield family
    yield _one("ledger_invariant_violations", "Open findings of the ledger's checker", open_violations(session))
    yield _budgets(session)


def _budgets(session: Session) -> Metric:
    family = GaugeMetricFamily("budget_remaining_ratio", "What is left of a program's budget", labels=["program"])
    for workspace in workspace_ids(session):
        try:
            programs = live_programs(session, workspace_row(session, workspace))
        except UnableToReadStoredProgram as problem:
            logger.warning("no budgets: %s", problem)
            continue
        budgets = {
            p.live.slug: (budget_key(key, b.unit), b.total) for key, p in programs.items() if (b := p.live.budget)
        }
        used = counters(session, workspace, [key for key, _ in budgets.values()]) if budgets else {}
        for slug, (key, total) in budgets.items():
            family.add_metric([slug], max(0, total - used.get(key, 0)) / total if total else 0.0)
    return family


def _one(name: str, words: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, words, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
