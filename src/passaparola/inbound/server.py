"""The server: granian with threads. One process on SQLite, which admits one writer; as many as asked on PostgreSQL."""

import gc
import logging
import multiprocessing.util
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.core.checks import CheckMessage, run_checks
from django.db import connection, connections
from django.utils.module_loading import import_string
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from passaparola.actions.counters import WRITER_WAITING
from passaparola.actions.writer import Writer
from passaparola.inbound.answering import answer_clicks_later
from passaparola.inbound.api.mount import PAGES_AT_ONCE, PAGES_WAITING
from passaparola.inbound.clock import keep_time
from passaparola.inbound.delivering import deliver
from passaparola.inbound.handover import serve_handover
from passaparola.inbound.links.running import keep_links, stop_links
from passaparola.inbound.proving import prove_at_night
from passaparola.inbound.running import stop_writer, the_writer
from passaparola.inbound.stopping import begin_to_stop
from passaparola.inbound.uncaught import log_what_nobody_catches

THREADS = PAGES_AT_ONCE + PAGES_WAITING + 32  # those 32 no page can take: probes and events are answered whatever hangs
BACKLOG = 1024
DRAIN_SECONDS = 25
DELIVERY_SECONDS = 5
GARBAGE = (700, 10, 10)  # as Python has it, which the command line set higher for loading
logger = logging.getLogger(__name__)


class UnableToStart(RuntimeError):
    """Something is wrong with the settings or the database. The message says what, and what to do."""


def serve(*, host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serve until SIGINT or SIGTERM, then answer what was begun and end. Raises UnableToStart.

    SIGTERM is told to /readyz first, and for PASSAPAROLA_DRAIN_SECONDS everything is still answered; SIGINT ends at once.

    `workers` processes; SQLite always has one, and there the caller holds `handover.writer_lock`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passaparola.config.settings")
    django.setup()
    check()
    count = 1 if connection.vendor == "sqlite" else max(1, workers)
    connections.close_all()  # a forked process must not share them
    server = Server(
        "passaparola",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=count,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=300,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        http1_settings=HTTP1Settings(keep_alive=True, max_buffer_size=1 << 20),
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.DRAIN_SECONDS + DRAIN_SECONDS + 5,
    )
    server.serve(target_loader=_begin, wrap_loader=False)


def check() -> None:
    """Django's checks and ours: an error stops the start and says how to mend it; a warning is logged."""
    found = run_checks(include_deployment_checks=False)
    for message in found:
        if not message.is_serious():
            logger.warning("%s", _sentence(message))
    wrong = [_sentence(m) for m in found if m.is_serious()]
    if wrong:
        raise UnableToStart("\n".join(wrong))


def _sentence(message: CheckMessage) -> str:
    return " ".join(str(part) for part in (message.msg, message.hint) if part)


def _begin() -> Callable[..., Any]:
    """In each worker process: the application, its writer, the clock, and what the command line hands over."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # before any thread begins: `_end_gently` waits for it
    log_what_nobody_catches()
    answer_clicks_later()
    application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
    writer, stopping, leading = the_writer(), threading.Event(), threading.Event()
    _start("handover", lambda: serve_handover(stopping, run=lambda call: writer.run(call, seconds=600)))
    _start("clock", lambda: keep_time(stopping, leading))
    _start("proving", lambda: prove_at_night(stopping, leading))
    _start("links", lambda: keep_links(stopping))
    delivering = _start("delivering", lambda: deliver(stopping, leading))
    _start("counting", lambda: _count(writer, stopping))
    _start("parent", lambda: _die_with(os.getppid(), stopping))
    _start("signals", _end_gently)
    multiprocessing.util.Finalize(None, lambda: _end(stopping, delivering), exitpriority=100)
    gc.collect()
    gc.freeze()  # what was loaded stays for good: the collector need not walk through it again and again
    gc.set_threshold(*GARBAGE)
    return application


def _die_with(parent: int, stopping: threading.Event) -> None:
    """A worker whose server was killed ends, too: it would go on serving, and keep the next server from starting."""
    while not stopping.wait(1):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGINT)
            return


def _end_gently() -> None:
    """SIGTERM: say so, answer for a while all that still comes, then end as by SIGINT, which is granian's. A second one changes nothing."""
    signal.sigwait({signal.SIGTERM})
    begin_to_stop()
    logger.info("told to end: in %s seconds no more is taken", settings.DRAIN_SECONDS)
    time.sleep(settings.DRAIN_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)


def _count(writer: Writer, stopping: threading.Event) -> None:
    """What cannot be counted when it happens, because it goes down again."""
    while not stopping.wait(1):
        WRITER_WAITING.set(writer.waiting)


def _start(name: str, call: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=call, name=name, daemon=True)
    thread.start()
    return thread


def _end(stopping: threading.Event, delivering: threading.Thread) -> None:
    """After the last request was answered. What is still being sent is sent again when its lease is over."""
    stopping.set()
    if not stop_links(DELIVERY_SECONDS):
        logger.error("the recorder of visits did not end within %s seconds", DELIVERY_SECONDS)
    delivering.join(DELIVERY_SECONDS)
    if not stop_writer(DRAIN_SECONDS - DELIVERY_SECONDS):
        logger.error("the writer did not end within %s seconds", DRAIN_SECONDS - DELIVERY_SECONDS)
