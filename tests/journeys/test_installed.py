"""The steps of the Dockerfile, done in an empty folder: what is installed is whole, and runs far from the repository."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from tests.databases import Database, environment_without_our_variables
from tests.house.source import ROOT, SRC
from tests.house.test_deploy import dockerfile
from tests.journeys.caller import Server

FOLDER = "/opt/passaparola"  # where the image has it


class Built:
    """An empty folder in which the first stage was done."""

    def __init__(self, place: Path, *, from_index: bool) -> None:
        self.venv, self.build = place / "opt", place / "build"
        self.build.mkdir(parents=True)
        self.environment = {
            **environment_without_our_variables(),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
        }
        stages = [n for n, (name, _) in enumerate(dockerfile()) if name == "FROM"]
        for name, rest in dockerfile()[stages[0] : stages[1]]:
            if name == "COPY":
                self.copy(*shlex.split(rest))
            elif name == "RUN":
                self.run(rest, from_index=from_index)

    def copy(self, *words: str) -> None:
        *sources, target = words
        into = self.build / target
        if target.endswith("/"):
            into.mkdir(parents=True, exist_ok=True)
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copy(ROOT / source, into)

    def run(self, line: str, *, from_index: bool) -> None:
        if "--require-hashes" in line and not from_index:
            self.lend_libraries()
            return
        if " uninstall " in line and not from_index:
            return
        words = [word.replace(FOLDER, str(self.venv)) for word in shlex.split(line)]
        words[0] = sys.executable if words[0] == "python" else words[0]
        done = subprocess.run(words, cwd=self.build, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"

    def lend_libraries(self) -> None:
        """What is locked is installed here already, by the same line of the Makefile: only passaparola itself must be the new one."""
        here = Path(sysconfig.get_path("purelib"))
        lib = next((self.venv / "lib").glob("python*")) / "site-packages"
        for entry in here.iterdir():
            mine = entry.name.startswith(("passaparola", "__editable__")) or entry.suffix == ".pth"
            if mine or entry.name.startswith("pip"):
                continue
            if (lib / entry.name).is_dir():
                shutil.rmtree(lib / entry.name)  # the setuptools that came with Python
            (lib / entry.name).unlink(missing_ok=True)
            (lib / entry.name).symlink_to(entry)

    @property
    def package(self) -> Path:
        return next((self.venv / "lib").glob("python*")) / "site-packages" / "passaparola"


def installed_server(built: Built, data: Path) -> Server:
    """`passaparola up` of that folder."""
    database = Database("sqlite", data)
    return Server(database, program=built.venv / "bin" / "passaparola", folder=data.parent)


def everything_in(package: Path) -> list[Path]:
    """Files, those in folders that are linked to as well."""
    return [Path(folder) / name for folder, _, names in os.walk(package, followlinks=True) for name in names]


def files_of(package: Path) -> set[str]:
    """What must be installed: all but what Python or a translator makes."""
    found = {str(p.relative_to(package)) for p in everything_in(package) if "__pycache__" not in p.parts}
    return {name for name in found if not name.endswith((".pyc", ".po"))}


def check(built: Built, place: Path) -> None:
    """Whole, and at work outside the repository."""
    assert files_of(SRC / "passaparola") == files_of(built.package)
    kinds = {Path(name).suffix for name in files_of(built.package)}
    assert {".html", ".css", ".json", ".svg"} <= kinds
    data = place / "data"
    program = str(built.venv / "bin" / "passaparola")
    environment = {**built.environment, "PASSAPAROLA_DATA": str(data)}
    where = subprocess.run(
        [str(built.venv / "bin" / "python"), "-c", "import passaparola; print(passaparola.__file__)"],
        cwd=place, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()) == built.package / "__init__.py"
    loaded = subprocess.run(
        [program, "demo", "--json"], cwd=place, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(loaded.stdout)["changed"] is True
    server = installed_server(built, data)
    try:
        server.start()
        page = server.get("/accounts/login/")
        assert page.status == 200
        styles = re.findall(rb'href="(/static/[^"]+)"', page.body)
        assert styles
        for style in styles:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{style.decode()}", timeout=10) as said:
                assert said.status == 200
        assert server.get("/api/v1/openapi.json").status == 200
        assert server.stop() == 0
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
    verified = subprocess.run(
        [program, "ledger", "verify"], cwd=place, env=environment, capture_output=True, check=False
    )
    assert verified.returncode == 0
    assert not list(place.glob("var")), "something was written beside the data folder"


@pytest.mark.slow
def test_what_the_image_installs_is_whole_and_runs_far_from_the_repository(tmp_path: Path) -> None:
    check(Built(tmp_path, from_index=False), tmp_path)


@pytest.mark.slow
def test_a_file_that_is_not_installed_is_noticed(tmp_path: Path) -> None:
    """The planted fault: a package without its templates."""
    package = tmp_path / "passaparola"
    shutil.copytree(SRC / "passaparola", package, ignore=shutil.ignore_patterns("*.html", "__pycache__"))
    assert any(name.endswith(".html") for name in files_of(SRC / "passaparola") - files_of(package))


@pytest.mark.gauntlet
def test_the_image_is_built_from_what_is_locked_and_nothing_else(tmp_path: Path) -> None:
    """Every step, with all libraries fetched anew and compared with their hashes."""
    built = Built(tmp_path, from_index=True)
    assert not (built.package.parent / "pip").exists()
    check(built, tmp_path)
