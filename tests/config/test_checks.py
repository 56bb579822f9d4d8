"""Settings that can be read but cannot be right are named with their remedy."""

from pathlib import Path

import pytest

from passaparola.config import checks


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:9", "http://a.localhost"])
def test_debugging_is_for_this_machine_only(url: str) -> None:
    assert checks.debug_is_private(debug=True, public_url=url) is None
    assert checks.debug_is_private(debug=True, public_url="https://refer.example.com")
    assert checks.debug_is_private(debug=False, public_url="https://refer.example.com") is None


@pytest.mark.parametrize("host", ["*", ".", ""])
def test_a_host_that_admits_all_is_refused(host: str) -> None:
    assert checks.hosts_are_named(["refer.example.com", host])
    assert checks.hosts_are_named(["refer.example.com", ".example.com"]) is None


@pytest.mark.parametrize("host", ["refer.example.com", ".example.com"])
def test_the_public_host_is_among_the_allowed(host: str) -> None:
    assert checks.host_is_allowed([host], "PASSAPAROLA_PUBLIC_URL", "https://refer.example.com") is None
    finding = checks.host_is_allowed([host], "PASSAPAROLA_PUBLIC_URL", "https://refer.example.org")
    assert finding
    assert "refer.example.org" in str(finding.hint)


def test_an_address_without_encryption_is_only_for_this_machine() -> None:
    assert checks.public_address_is_encrypted("http://localhost:8000") is None
    assert checks.public_address_is_encrypted("https://refer.example.com") is None
    assert checks.public_address_is_encrypted("http://refer.example.com")


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "secret.key"
    assert checks.key_file_is_private(key) is None
    key.touch(mode=0o600)
    assert checks.key_file_is_private(key) is None
    key.chmod(0o640)
    finding = checks.key_file_is_private(key)
    assert finding
    assert finding.hint == f"chmod 600 {key}"
