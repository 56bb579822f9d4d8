"""G-10: what we sign is verified in three languages, with the very lines of docs/webhooks.md; what was changed, forged or is old is not."""

import hmac
import json
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import playwright
import pytest

from passaparola.outbound.webhooks import signing
from passaparola.outbound.webhooks.signing import key_of, new_secret
from tests.house.source import ROOT

NODE = Path(playwright.__file__).parent / "driver" / "node"  # comes with the browser tests
SHOW = """
import { verified } from "./verified.mjs";
import { readFileSync } from "node:fs";
const told = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(told.map(([secret, headers, body]) => verified(secret, headers, Buffer.from(body, "latin1")))));
"""


@dataclass(frozen=True)
class Vector:
    """A message as it comes, and whether it is ours."""

    says: str
    secret: str
    headers: dict[str, str]
    body: bytes
    right: bool


def vectors() -> list[Vector]:
    secret, older, body = new_secret(), new_secret(), '{"type":"reward.issued","data":{"name":"Zoë"}}'.encode()
    now = int(time.time())

    def signed(at: int = now, message: str = "msg_1", *secrets: str, text: bytes = body) -> dict[str, str]:
        return signing.headers(message, at, text, [key_of(one) for one in secrets or (secret,)])

    said = signed()
    return [
        Vector("as it was sent", secret, said, body, True),
        Vector("with two signatures, by the new secret", secret, signed(now, "msg_2", secret, older), body, True),
        Vector("with two signatures, by the old secret", older, signed(now, "msg_2", secret, older), body, True),
        Vector("of any bytes", secret, signed(text=bytes(range(256))), bytes(range(256)), True),
        Vector("a minute old", secret, signed(now - 60), body, True),
        Vector("with a blank more", secret, said, body + b" ", False),
        Vector("under another id", secret, {**said, "webhook-id": "msg_3"}, body, False),
        Vector("at another time", secret, {**said, "webhook-timestamp": str(now + 9)}, body, False),
        Vector("by another secret", older, said, body, False),
        Vector("ten minutes old", secret, signed(now - 600), body, False),
        Vector("of another version", secret, {**said, "webhook-signature": "v2" + said["webhook-signature"][2:]}, body, False),
        Vector("without a signature", secret, {**said, "webhook-signature": "v1,"}, body, False),
    ]  # fmt: skip


def lines_of(language: str) -> str:
    """The example of the page in this language."""
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?verified.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def by_python(told: list[Vector], _: Path) -> list[bool]:
    names: dict[str, Any] = {}
    exec(lines_of("python"), names)
    return [names["verified"](vector.secret, vector.headers, vector.body) for vector in told]


def by_javascript(told: list[Vector], folder: Path) -> list[bool]:
    (folder / "verified.mjs").write_text(lines_of("javascript"), encoding="utf-8")
    (folder / "show.mjs").write_text(SHOW, encoding="utf-8")
    asked = json.dumps([[v.secret, v.headers, v.body.decode("latin1")] for v in told])
    done = subprocess.run([NODE, "show.mjs"], input=asked, cwd=folder, capture_output=True, text=True, check=True)
    found: list[bool] = json.loads(done.stdout)
    return found


def by_shell(told: list[Vector], folder: Path) -> list[bool]:
    (folder / "verified.sh").write_text(lines_of("sh"), encoding="utf-8")

    def one(vector: Vector) -> bool:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        asked = ["sh", "verified.sh", vector.secret, *(vector.headers[name] for name in names)]
        done = subprocess.run(asked, input=vector.body, cwd=folder, capture_output=True, check=False)
        assert not done.stderr, done.stderr
        return done.returncode == 0

    return [one(vector) for vector in told]


LANGUAGES: dict[str, Callable[[list[Vector], Path], list[bool]]] = {
    "Python": by_python,
    "JavaScript": by_javascript,
    "shell": by_shell,
}


def judged_rightly(language: str, folder: Path) -> None:
    told = vectors()
    said = dict(zip([v.says for v in told], LANGUAGES[language](told, folder), strict=True))
    assert said == {vector.says: vector.right for vector in told}


@pytest.mark.parametrize("language", LANGUAGES)
def test_g10_a_receiver_in_any_language_judges_rightly(language: str, tmp_path: Path) -> None:
    judged_rightly(language, tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_g10_a_planted_signer_that_leaves_the_id_out_is_noticed(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(key: bytes, signed: bytes, kind: Any, honest: Any = hmac.digest) -> bytes:
        return bytes(honest(key, signed.partition(b".")[2], kind))

    monkeypatch.setattr(signing, "hmac", SimpleNamespace(digest=careless))
    with pytest.raises(AssertionError):
        judged_rightly(language, tmp_path)
