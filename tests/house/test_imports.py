"""Imports point one way, and the layers without a clock read none."""

import sys

import pytest

from tests.house.source import Module, modules, none_of, within

MAY_IMPORT = {
    "domain": {"domain"},
    "store": {"store", "domain"},
    "outbound": {"outbound", "domain"},
    "analytics": {"analytics", "store", "domain"},
    "actions": {"actions", "analytics", "outbound", "store", "domain"},
    "inbound": {"inbound", "actions", "analytics", "store.read", "domain"},
    "config": {"config", "inbound", "store"},
}
FREE_FOR_ALL = "passaparola.__version__"

PURE_LIBRARIES = {"pydantic", "pydantic_core", "annotated_types", "ruamel", "iso4217", "orjson", "cel_expr_python"}
WORLD = {
    *(
        "os",
        "io",
        "pathlib",
        "shutil",
        "tempfile",
        "glob",
        "sqlite3",
        "subprocess",
        "socket",
        "ssl",
        "select",
        "signal",
    ),
    *("threading", "multiprocessing", "concurrent", "asyncio", "random", "secrets", "time", "http", "logging", "sys"),
    *("urllib.request", "ftplib", "smtplib"),
}
WORLD_BY_NAME = {"open", "input", "print", "breakpoint", "uuid.uuid1", "uuid.uuid4", "uuid.getnode"}
CLOCKS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    *("datetime.date.today", "django.utils.timezone.now", "django.utils.timezone.localtime"),
    *("django.utils.timezone.localdate", "django.db.models.functions.Now"),
    *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")),
    *("time.localtime", "time.gmtime", "time.strftime", "time.ctime"),
}


def wrong_imports(module: Module) -> list[str]:
    """Imports of the product's own packages that the table does not allow."""
    allowed = {f"passaparola.{package}" for package in MAY_IMPORT.get(module.layer, ())} | {FREE_FOR_ALL}
    return [
        f"{module.name}:{line} imports {target}; {module.layer or 'the package itself'} may import "
        f"{', '.join(sorted(MAY_IMPORT.get(module.layer, ()))) or 'nothing of its own'}"
        for line, target in module.imports
        if within(target, "passaparola") and not any(within(target, package) for package in allowed)
    ]


def worldly_imports(module: Module) -> list[str]:
    """What makes a module impure: libraries that are not on the list, and those parts of Python that do I/O."""
    return [
        f"{module.name}:{line} imports {target}, which is not pure"
        for line, target in module.imports
        if not within(target, "passaparola")
        and (
            any(within(target, package) for package in WORLD)
            or target.split(".")[0] not in (sys.stdlib_module_names | PURE_LIBRARIES)
        )
    ]


def names_of_the_world(module: Module) -> list[str]:
    return [f"{module.name}:{line} uses {name}" for line, name in module.names if name in WORLD_BY_NAME]


def clocks_read(module: Module) -> list[str]:
    return [f"{module.name}:{line} reads a clock: {name}" for line, name in module.names if name in CLOCKS]


def test_the_table_knows_every_package() -> None:
    assert {module.layer for module in modules()} - {"", "__main__"} == set(MAY_IMPORT)


def test_imports_point_one_way() -> None:
    none_of([finding for module in modules() for finding in wrong_imports(module)])


def test_the_domain_is_pure() -> None:
    domain = [module for module in modules() if module.layer == "domain"]
    none_of([f for module in domain for f in (*worldly_imports(module), *names_of_the_world(module))])


def test_neither_domain_nor_actions_read_a_clock() -> None:
    timeless = [module for module in modules() if module.layer in {"domain", "actions"}]
    none_of([finding for module in timeless for finding in clocks_read(module)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("passaparola.domain.money", "from passaparola.store.models import Event"),
        ("passaparola.domain.money", "from passaparola import store"),
        ("passaparola.domain.money", "from .. import store"),
        ("passaparola.domain.money", "from ..store.read import programs"),
        ("passaparola.domain.money", "def late():\n    import passaparola.store"),
        ("passaparola.domain.money", "import importlib\nimportlib.import_module('passaparola.store')"),
        ("passaparola.outbound.mail", "from passaparola.store.read import programs"),
        ("passaparola.inbound.api.events", "from passaparola.store.models import Event"),
        ("passaparola.inbound.api.events", "from passaparola.store import write"),
        ("passaparola.store.write.events", "from passaparola.actions import record"),
        ("passaparola.analytics.report", "from passaparola.actions import record"),
        ("passaparola.store.apps", "from passaparola.config import settings"),
    ],
)
def test_a_planted_wrong_import_is_caught(name: str, text: str) -> None:
    assert wrong_imports(Module(name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("passaparola.domain.money", "from passaparola.domain.instant import iso"),
        ("passaparola.inbound.api.events", "from passaparola.store.read import programs"),
        ("passaparola.inbound.api.events", "from passaparola.store.read.programs import live"),
        ("passaparola.inbound.cli", "from passaparola import __version__"),
        ("passaparola.actions.record", "from passaparola.store.write import events"),
    ],
)
def test_a_right_import_passes(name: str, text: str) -> None:
    assert wrong_imports(Module(name, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from os import environ",
        "import random",
        "import time",
        "import django",
        "from django.db import models",
        "import httpx",
        "from urllib.request import urlopen",
    ],
)
def test_a_planted_worldly_import_is_caught(text: str) -> None:
    assert worldly_imports(Module("passaparola.domain.money", text))


@pytest.mark.parametrize("text", ["open('x')", "import uuid\nuuid.uuid4()", "from uuid import uuid4 as new\nnew()"])
def test_a_planted_use_of_the_world_is_caught(text: str) -> None:
    assert names_of_the_world(Module("passaparola.domain.money", text))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as dt, UTC\ndt.now(UTC)",
        "import datetime\nmake = datetime.datetime.utcnow",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "from time import monotonic\nmonotonic()",
        "from django.utils import timezone\ntimezone.now()",
    ],
)
def test_a_planted_clock_is_caught(text: str) -> None:
    assert clocks_read(Module("passaparola.actions.record", text))


def test_a_given_now_is_no_clock() -> None:
    none_of(clocks_read(Module("passaparola.actions.record", "def record(*, now):\n    return facts.now, now")))
