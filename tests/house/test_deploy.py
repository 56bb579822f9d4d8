"""What a firm installs from is read as the tools read it, and held to what is really there."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
DRAIN_AND_ANSWER = 5 + 25 + 5  # PASSAPAROLA_DRAIN_SECONDS, and what the server takes at most to answer and to end


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, arguments) of a Dockerfile, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [
        (name.upper(), rest.strip())
        for name, _, rest in (line.strip().partition(" ") for line in joined.splitlines())
        if name
    ]


def dockerfile() -> list[tuple[str, str]]:
    return instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def given(name: str) -> list[str]:
    return [rest for found, rest in dockerfile() if found == name]


def sources() -> list[str]:
    """What is copied from the repository."""
    return [s for rest in given("COPY") if not rest.startswith("--from") for s in shlex.split(rest)[:-1]]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_the_image_copies_what_is_there_and_what_the_builder_may_see() -> None:
    assert sources()
    assert [s for s in sources() if not (ROOT / s).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    seen = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert {s.split("/")[0] for s in sources()} == seen
    assert instructions("COPY gone.txt ./\nRUN a \\\n  b")[1] == ("RUN", "a b")


def test_the_image_is_installed_as_make_does_it_from_locked_files() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    runs = " ; ".join(given("RUN"))
    locked = "--require-hashes --requirement requirements/build.txt --requirement requirements/runtime.txt"
    assert locked in runs
    assert locked in makefile
    assert "--no-deps --no-build-isolation ." in runs
    assert "--no-deps --no-build-isolation --editable ." in makefile
    copied_before = [rest for name, rest in dockerfile() if name in ("COPY", "RUN")]
    assert copied_before.index("requirements/build.txt requirements/runtime.txt requirements/") < next(
        n for n, rest in enumerate(copied_before) if "--require-hashes" in rest
    )


def test_the_image_runs_as_nobody_in_particular_and_ends_gently() -> None:
    names = [name for name, _ in dockerfile()]
    assert {"FROM", "RUN", "COPY", "ENV", "USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"} <= set(names)
    assert names.count("FROM") == 2
    assert given("USER") == ["10001:10001"]
    assert given("VOLUME") == ["/data"]
    assert given("STOPSIGNAL") == ["SIGTERM"]
    assert "PASSAPAROLA_DATA=/data" in given("ENV")[-1]
    assert "/readyz" in given("HEALTHCHECK")[0]
    assert json.loads(given("ENTRYPOINT")[0]) == ["passaparola"]
    assert json.loads(given("CMD")[0])[0] == "up"
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "[project.scripts]\npassaparola =" in pyproject
    assert min(map(int, re.findall(r"ARG PYTHON=3\.(\d+)", (ROOT / "Dockerfile").read_text()))) >= 11


def test_the_options_that_containers_and_units_use_exist() -> None:
    from passaparola.inbound.cli.commands import passaparola

    known = {o for p in passaparola.commands["up"].params for o in p.opts}
    used = [json.loads(given("CMD")[0]), compose()["services"]["app"]["command"]]
    assert {word for words in used for word in words if word.startswith("--")} <= known
    assert "backup" in passaparola.commands


def test_compose_names_only_settings_secrets_and_volumes_that_exist() -> None:
    described = compose()
    app, database = described["services"]["app"], described["services"]["database"]
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in app["environment"] if f"| `{name}` |" not in settings] == []
    assert {*app["secrets"], *database["secrets"]} == set(described["secrets"])
    files = {f"/run/secrets/{name}" for name in described["secrets"]}
    pointed = {v for s in (app, database) for k, v in s["environment"].items() if k.endswith("_FILE")}
    assert pointed == files
    assert {v.partition(":")[0] for s in (app, database) for v in s["volumes"]} == set(described["volumes"])
    assert database["image"] == "postgres:18"
    assert database["volumes"] == ["database:/var/lib/postgresql"]
    assert app["depends_on"]["database"]["condition"] == "service_healthy"
    assert app["ports"] == ["127.0.0.1:8000:8000"]
    assert app["read_only"] is True
    assert int(app["stop_grace_period"].removesuffix("s")) > DRAIN_AND_ANSWER
    assert {s["restart"] for s in (app, database)} == {"unless-stopped"}
    assert all("healthcheck" in s for s in (app, database))


def test_the_secrets_of_compose_are_made_once_and_are_good_enough(tmp_path: Path) -> None:
    from passaparola.config.databases import postgres
    from passaparola.config.environment import secret_key, token
    from passaparola.config.mail import mail_server

    def make() -> dict[str, str]:
        subprocess.run(["sh", str(DEPLOY / "make-secrets.sh")], cwd=tmp_path, check=True, capture_output=True)
        return {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    made = make()
    assert set(made) == set(compose()["secrets"])
    assert {Path(s["file"]).name for s in compose()["secrets"].values()} == set(made)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert secret_key(made["secret_key"], data=tmp_path) == made["secret_key"]
    assert token(made["metrics_token"], "X") == made["metrics_token"]
    assert mail_server(made["mail_url"]) == mail_server("")
    found = postgres(made["database_url"])
    assert (found["PASSWORD"], found["HOST"], found["NAME"]) == (made["database_password"], "database", "passaparola")
    assert make() == made
    (tmp_path / "secrets" / "mail_url").write_text("smtp://refer:word@smtp.example.com:587")
    assert mail_server(make()["mail_url"]).host == "smtp.example.com", "what the firm wrote stays"


def test_mail_can_leave_a_container_and_the_page_says_how() -> None:
    environment = compose()["services"]["app"]["environment"]
    assert {"PASSAPAROLA_MAIL_URL_FILE", "PASSAPAROLA_MAIL_FROM"} <= set(environment)
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    for part in ("## With systemd", "## With Docker"):
        section = page.partition(part)[2].partition("\n## ")[0]
        assert "PASSAPAROLA_MAIL_FROM=" in section, part
        assert "smtp://" in section, part


def test_a_command_on_the_machine_has_the_settings_of_the_service(tmp_path: Path) -> None:
    """Otherwise, with DATABASE_URL in the settings, it would work on another database than the server."""
    fake = tmp_path / "systemd-run"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    file = DEPLOY / "passaparola-command.sh"
    told = subprocess.run(
        ["sh", file, "program", "apply", "/tmp/a file.yaml"],
        check=True, capture_output=True, text=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    ).stdout.splitlines()  # fmt: skip
    unit = (DEPLOY / "passaparola.service").read_text(encoding="utf-8").splitlines()
    said = dict(line.split("=", 1) for line in unit if "=" in line and not line.startswith("#"))
    assert f"--property=EnvironmentFile={said['EnvironmentFile']}" in told
    assert {f"--setenv={one}" for one in said["Environment"].split()} <= set(told)
    assert f"--uid={said['User']}" in told
    assert f"--working-directory={said['WorkingDirectory']}" in told
    assert told[told.index(said["ExecStart"].split(" ")[0]) + 1 :] == ["program", "apply", "/tmp/a file.yaml"]
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert "deploy/passaparola-command.sh /opt/passaparola/command" in page
    assert "sudo /opt/passaparola/command ledger verify" in page
    assert "sudo -u passaparola" not in page


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_read_by_systemd_without_a_remark(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        assert "[Unit]" in unit.read_text(encoding="utf-8")
        return
    program = tmp_path / "bin" / "passaparola"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for file in UNITS:
        text = file.read_text(encoding="utf-8").replace("/opt/passaparola", str(tmp_path))
        (tmp_path / file.name).write_text(text)
    (tmp_path / "planted.service").write_text((tmp_path / "passaparola.service").read_text().replace("UMask", "UMasc"))

    def remarks(name: str) -> str:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
            capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
        )  # fmt: skip
        return "\n".join(line for line in done.stderr.splitlines() if str(tmp_path) in line or "passaparola" in line)

    assert remarks(unit.name) == ""
    assert "UMasc" in remarks("planted.service")


def test_the_unit_gives_the_server_the_time_it_takes_and_a_folder_to_write_to() -> None:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(DEPLOY / "passaparola.service")
    service = dict(unit["Service"])
    assert int(service["TimeoutStopSec"]) > DRAIN_AND_ANSWER
    assert (service["KillMode"], service["KillSignal"]) == ("mixed", "SIGTERM")
    data, place = service["Environment"].split()
    assert data == f"PASSAPAROLA_DATA=/var/lib/{service['StateDirectory']}"
    assert (place, "TMPDIR=/var/tmp" in given("ENV")[-1].split()) == ("TMPDIR=/var/tmp", True), "/tmp may be memory"
    assert service["ProtectSystem"] == "strict"
    assert shlex.split(service["ExecStart"])[1:] == ["up"]


def test_the_page_says_what_the_files_say() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    for name in re.findall(r"deploy/[\w.-]+", page):
        assert (ROOT / name).exists(), name
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"PASSAPAROLA_[A-Z_]+|DATABASE_URL\w*", page))
    assert [name for name in named if f"`{name}`" not in settings] == []
    for run in given("RUN"):
        if "pip install" in run:
            assert run.removeprefix("/opt/passaparola/bin/python ") in page
    for link in re.findall(r"\]\(([\w./-]+\.md)\)", page):
        assert (ROOT / "docs" / link).exists(), link
