"""Acts as the API and the command line show them: who did what, when, on what, and what a reward was before and after."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson

from passaparola.domain.instant import Instant, iso
from passaparola.domain.shown import shown
from passaparola.store.read.acts import StepRow, acts_in_order, steps_of
from passaparola.store.read.pages import Record
from passaparola.store.read.snapshot import Session, snapshot

TEXT = "document"  # the whole text of a program, in the input of the act that applied it
ADDRESS = "url"  # a webhook's: what comes behind the host is often its secret
NOTHING_BEFORE = "0" * 64
_HEX = re.compile(r"[0-9a-f]{32}")
_SUBJECTS = {
    "reward": "rwd", "voucher": "vch", "credit": "crr", "advocate": "adv", "portal": "adv", "order": "evt", "link": "lnk", "person": "per",
    "finding": "fnd", "apikey": "key", "webhook": "whk", "words": "per", "setup": "stp",
    "quote": "quo", "publicname": "per",
}  # fmt: skip
_INPUTS = {
    "person": "per", "duplicate": "per", "reward": "rwd", "rewards": "rwd", "advocate": "adv", "delivery": "whd",
    "program": "prg",
}  # fmt: skip


def act_documents(
    session: Session, workspace: str, rows: Sequence[Record], *, texts: bool = False
) -> list[dict[str, Any]]:
    """Acts with what they did to the rewards they name. `texts`: also the whole text of a program that was applied."""
    given = [orjson.loads(row["input"]) for row in rows]
    named = {key for row, told in zip(rows, given, strict=True) for key in _rewards(row, told)}
    steps: dict[str, list[StepRow]] = {}
    if named:
        for step in steps_of(session, workspace, (row["id"] for row in rows), named):
            steps.setdefault(step.act, []).append(step)
    return [_document(row, told, steps.get(row["id"], ()), texts=texts) for row, told in zip(rows, given, strict=True)]


def exported(workspace: str, *, since: Instant | None, until: Instant | None) -> Iterator[dict[str, Any]]:
    """The log from its beginning, the oldest first; given away is what happened from `since` on and before `until`.

    Each line has the `hash` of the line before it and of itself, so that of two exports one can see that nothing was changed in between.
    """
    before = NOTHING_BEFORE
    with snapshot() as session:
        for rows in acts_in_order(session, workspace):
            for row, line in zip(rows, act_documents(session, workspace, rows, texts=True), strict=True):
                before = chained(before, line)
                if (since is None or row["at"] >= since) and (until is None or row["at"] < until):
                    yield {**line, "hash": before}


def chained(before: str, line: Mapping[str, Any]) -> str:
    """SHA-256 of the hash before and the line without its own, keys in order, no blanks, UTF-8."""
    return hashlib.sha256(before.encode() + orjson.dumps(line, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _rewards(row: Record, told: Mapping[str, Any]) -> Iterable[str]:
    """Our ids of the rewards that an act names; of those that left a queue it says only how many they were."""
    several = told.get("rewards")
    named = [row["subject"], told.get("reward"), *(several if isinstance(several, list) else ())]
    return [key for key in named if isinstance(key, str) and _HEX.fullmatch(key)]


def _document(row: Record, told: dict[str, Any], steps: Sequence[StepRow], *, texts: bool) -> dict[str, Any]:
    prefix = "per" if row["verb"] == "reward.grant" else _SUBJECTS.get(row["verb"].partition(".")[0], "")
    given = {name: _outside(_INPUTS.get(name, ""), what) for name, what in told.items()}
    if isinstance(address := given.get(ADDRESS), str):
        given[ADDRESS] = _origin(address)
    note, refused = given.pop("note", ""), given.pop("refused", None)
    if not texts:
        given.pop(TEXT, None)
    return {
        "id": shown("act", row["id"]),
        "serial": row["serial"],
        "at": iso(row["at"]),
        "actor": row["actor"],
        "verb": row["verb"],
        "subject": _outside(prefix, row["subject"]),
        "note": note,
        "refused": refused,
        "given": given,
        "changes": [_step(step) for step in steps],
    }


def _step(step: StepRow) -> dict[str, Any]:
    return {
        "reward": shown("rwd", step.reward),
        "step": step.step,
        "before": step.before,
        "after": step.after,
        "net_minor": step.net,
        "reason": step.reason,
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _outside(prefix: str, value: Any) -> Any:
    if prefix and isinstance(value, list):
        return [_outside(prefix, one) for one in value]
    return shown(prefix, value) if prefix and isinstance(value, str) and _HEX.fullmatch(value) else value
