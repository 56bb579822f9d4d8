"""Reads settings from the environment. What is wrong is said at once, with the remedy."""

import difflib
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
PLACEHOLDER = re.compile(
    r"change.?(me|this|it)|replace.?(me|this)|your.?(secret|key|token)|django-insecure|example", re.IGNORECASE
)


class Environment:
    """The variables of one process. Each method reads one of them; `settings.py` calls each name once."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._read: set[str] = set()

    def _get(self, name: str, default: str = "") -> str:
        self._read.add(name)
        return self._variables.get(name, default).strip()

    def refuse_unknown(self, prefix: str) -> None:
        """A variable of ours that nothing has read is misspelt, and what it should have set is not set. Call it last."""
        for name in sorted(set(self._variables) - self._read):
            if name.startswith(prefix):
                near = difflib.get_close_matches(name, self._read, n=1)
                meant = f"Did you mean {near[0]}? " if near else ""
                raise ImproperlyConfigured(
                    f"{name} is no setting of passaparola. {meant}docs/settings.md lists them all."
                )

    def text(self, name: str, default: str) -> str:
        return self._get(name) or default

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`."""
        value = self._get(name) or str(default)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a whole number from {least} to {most}.")
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._get(name, "1" if default else "0").lower()
        if value in YES:
            return True
        if value in NO:
            return False
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")

    def listing(self, name: str, default: list[str]) -> list[str]:
        """Comma-separated words."""
        words = [word.strip() for word in self._get(name).split(",")]
        return [word for word in words if word] or default

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"{name} is {value!r}. Set it to one of {', '.join(choices)}.")
        return value

    def secret(self, name: str) -> str:
        """The value of NAME, or the content of the file that NAME_FILE names; empty when neither is set."""
        value, file = self._get(name), self._get(f"{name}_FILE")
        if value and file:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
        if not file:
            return value
        try:
            content = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE names {file!r}, which cannot be read ({error}).") from error
        if not content:
            raise ImproperlyConfigured(f"{name}_FILE names {file!r}, which is empty. Put the secret into it.")
        return content

    def folder(self, name: str, default: str) -> Path:
        """An absolute path to a folder, made if it is missing, for the owner only."""
        folder = Path(self.text(name, default)).expanduser().absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name} is {str(folder)!r}, which cannot be made ({error.strerror}). "
                f"Set {name} to a folder that this user may write to."
            ) from error
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise ImproperlyConfigured(
                f"{name} is {str(folder)!r}, where this user may not write. "
                f"Change the folder's owner, or set {name} to another folder."
            )
        return folder

    def networks(self, name: str) -> tuple[Network, ...]:
        """Addresses and networks, separated by commas. One that holds everybody is refused."""
        found = []
        for word in self.listing(name, []):
            try:
                network = ipaddress.ip_network(word)
            except ValueError as error:
                raise ImproperlyConfigured(
                    f"{name} names {word!r}, which is no address and no network ({error}). Write 10.0.0.7 or 10.0.0.0/24."
                ) from error
            if network.prefixlen == 0:
                raise ImproperlyConfigured(f"{name} names {word!r}, which is everybody. Name your own machines only.")
            found.append(network)
        return tuple(found)

    def origin(self, name: str, default: str) -> str:
        """Scheme and host of a web address, without anything behind, as browsers name it."""
        value = self.text(name, default).rstrip("/")
        if (found := _origin(value)) is None:
            raise ImproperlyConfigured(
                f"{name} is {value!r}. Set it to the address that people see, without a path: https://refer.example.com"
            )
        return found


def _origin(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        wrong = parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None
        if wrong or parts.path or parts.query or parts.fragment or parts.port == 0:
            return None
    except ValueError:
        return None
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual).removesuffix(':')}"


def secret_key(given: str, *, data: Path) -> str:
    """The given key, or the one in `<data>/secret.key`, which is made at the first start and is the owner's alone."""
    if given:
        return long_enough(given, "PASSAPAROLA_SECRET_KEY")
    path = data / "secret.key"
    try:
        return long_enough(kept_key(path), str(path))
    except OSError as error:
        raise ImproperlyConfigured(
            f"{str(path)!r} cannot be read or written ({error.strerror}). Let this user read it, or set "
            "PASSAPAROLA_SECRET_KEY or PASSAPAROLA_SECRET_KEY_FILE."
        ) from error


def kept_key(path: Path) -> str:
    """Of several processes that start at once, one links its key into place and all read that one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def token(given: str, name: str) -> str:
    """A secret that somebody else is told, or none. Raises ImproperlyConfigured when it could be guessed."""
    return long_enough(given, name) if given else ""


def long_enough(key: str, source: str) -> str:
    """The key, when nobody could guess it: long, of many different characters, and no placeholder from an example."""
    if len(set(key)) < FEWEST_CHARACTERS or PLACEHOLDER.search(key):
        raise ImproperlyConfigured(
            f"The secret from {source} is a placeholder or could be guessed. "
            "A good one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if len(key) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"The secret from {source} has {len(key)} characters, fewer than {SHORTEST_SECRET}. "
            "A good one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key
