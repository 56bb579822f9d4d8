"""What is read from the environment, and what is said when it is wrong."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from passaparola.config.databases import POSTGRES_TIMEOUTS, database
from passaparola.config.environment import Environment, secret_key
from tests.databases import environment_without_our_variables

LONG = "a-key-that-nobody-guesses-because-it-is-long"


def postgres(url: str) -> dict[str, object]:
    return database(url, data=Path("unused"))


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert database("", data=tmp_path)["NAME"] == str(tmp_path / "passaparola.sqlite3")


def test_an_address_gives_every_part_with_its_escapes_undone() -> None:
    found = postgres("postgresql://ada:p%40ss%2Fword@db.example.com:6543/shop?sslmode=verify-full&connect_timeout=3")
    parts = [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert parts == ["shop", "ada", "p@ss/word", "db.example.com", "6543"]
    own = {"sslmode": "verify-full", "connect_timeout": "3", "options": "-c jit=off"}
    assert found["OPTIONS"] == {**POSTGRES_TIMEOUTS, **own}
    named = postgres("postgresql://ada@host/shop?options=-c%20work_mem%3D64MB")
    assert named["OPTIONS"] == {**POSTGRES_TIMEOUTS, "options": "-c jit=off -c work_mem=64MB"}


def test_an_address_may_lead_through_a_unix_socket() -> None:
    found = postgres("postgresql:///shop?host=/run/postgresql")
    assert (found["NAME"], found["HOST"], found["PORT"]) == ("shop", "/run/postgresql", "")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ada:secret-word@host/shop",
        "host=db password=secret-word",
        "postgresql://ada:secret-word@host",
        "postgresql://ada:secret-word@host:port:1/shop",
        "postgresql://ada:secret-word@host/shop?colour=red",
        "postgresql://ada:secret-word@[host/shop",
    ],
)
def test_a_wrong_address_is_refused_with_an_example_and_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .*postgresql://user:password@host") as refusal:
        postgres(url)
    assert "secret-word" not in str(refusal.value)


def test_a_secret_comes_from_its_variable_or_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{LONG}\n")
    assert Environment({"KEY": LONG}).secret("KEY") == LONG
    assert Environment({"KEY_FILE": str(file)}).secret("KEY") == LONG
    assert Environment({}).secret("KEY") == ""


def test_a_secret_from_two_places_or_from_a_bad_file_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(ImproperlyConfigured, match="Keep one of them"):
        Environment({"KEY": LONG, "KEY_FILE": str(empty)}).secret("KEY")
    with pytest.raises(ImproperlyConfigured, match="Put the secret into it"):
        Environment({"KEY_FILE": str(empty)}).secret("KEY")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        Environment({"KEY_FILE": str(tmp_path / "missing")}).secret("KEY")


def test_the_first_start_makes_a_key_that_later_starts_find(tmp_path: Path) -> None:
    first = secret_key("", data=tmp_path)
    assert len(first) >= 50
    assert secret_key("", data=tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_given_key_leaves_no_file_and_must_be_long(tmp_path: Path) -> None:
    assert secret_key(LONG, data=tmp_path) == LONG
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ImproperlyConfigured, match="token_urlsafe"):
        secret_key("short", data=tmp_path)


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    program = f"from passaparola.config.environment import *; print(secret_key('', data=Path({str(tmp_path)!r})))"
    starts = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(6)]
    assert len({start.communicate()[0] for start in starts}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    "value", ["refer.example.com", "ftp://refer.example.com", "https://", "https://a@b", "https://a/b", "https://a:x"]
)
def test_a_public_address_is_scheme_and_host_only(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="without a path"):
        Environment({"URL": value}).origin("URL", "http://localhost:8000")
    for same in ("https://refer.example.com/", "HTTPS://Refer.Example.com:443", "https://refer.example.com:"):
        assert Environment({"URL": same}).origin("URL", "") == "https://refer.example.com"
    assert Environment({"URL": "http://[::1]:443"}).origin("URL", "") == "http://[::1]:443"


def test_a_flag_is_yes_or_no() -> None:
    assert Environment({"DEBUG": "1"}).flag("DEBUG")
    assert not Environment({"DEBUG": "off"}).flag("DEBUG")
    assert not Environment({}).flag("DEBUG")
    with pytest.raises(ImproperlyConfigured, match="Set it to 1 or 0"):
        Environment({"DEBUG": "perhaps"}).flag("DEBUG")


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="Set DATA to a folder that this user may write to"):
        Environment({"DATA": str(tmp_path / "file" / "var")}).folder("DATA", "./var")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ImproperlyConfigured, match="may not write"):
        Environment({"DATA": str(tmp_path)}).folder("DATA", "./var")


@pytest.mark.parametrize(
    ("variables", "remedy"),
    [
        ({"DATABASE_URL": "mysql://host/shop"}, "Leave it out to use SQLite"),
        ({"PASSAPAROLA_DEBUG": "1", "PASSAPAROLA_PUBLIC_URL": "https://refer.example.com"}, "Set PASSAPAROLA_DEBUG to"),
        ({"PASSAPAROLA_HOSTS": "*"}, "Name the hosts"),
        ({"PASSAPAROLA_LOG_LEVEL": "LOUD"}, "one of DEBUG, INFO"),
        ({"PASSAPAROLA_PUBLIC_ULR": "https://refer.example.com"}, "Did you mean PASSAPAROLA_PUBLIC_URL?"),
        ({"PASSAPAROLA_NOTHING_LIKE_IT_AT_ALL": "1"}, "docs/settings.md"),
        ({"PASSAPAROLA_DRAIN_SECONDS": "soon"}, "a whole number from 0 to 120"),
        ({"PASSAPAROLA_METRICS_TOKEN": "short"}, "token_urlsafe"),
        ({"PASSAPAROLA_SECRET_KEY": "change-me-" * 5}, "placeholder"),
        ({"PASSAPAROLA_SECRET_KEY": "abcabc" * 10}, "could be guessed"),
        ({"PASSAPAROLA_TRUSTED_PROXIES": "everybody"}, "no address and no network"),
    ],
)
def test_a_start_with_a_wrong_setting_fails_and_names_the_remedy(
    tmp_path: Path, variables: dict[str, str], remedy: str
) -> None:
    done = start(tmp_path, **variables)
    assert done.returncode != 0
    assert remedy in done.stderr


def test_a_start_without_any_setting_succeeds(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def start(data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the checks that every start runs."""
    own = {"PASSAPAROLA_DATA": str(data), "DJANGO_SETTINGS_MODULE": "passaparola.config.settings"}
    return subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env={**environment_without_our_variables(), **own, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
