"""The words of a program file: those acted on, those known but not acted on yet, and other spellings people try.

Groups of keys are named by their path without list positions: "" is the top, "rewards.structure" a reward's structure.
"""

from enum import StrEnum


class ProgramType(StrEnum):
    """A label for lists and reports. It changes no rule."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    AMBASSADOR = "ambassador"
    AFFILIATE = "affiliate"
    INFLUENCER = "influencer"
    B2B = "b2b"
    SAAS = "saas"
    CONTENT = "content"
    ADVICE = "advice"
    LOYALTY = "loyalty"
    SURPRISE = "surprise"
    RECOGNITION = "recognition"


class FileStatus(StrEnum):
    LIVE = "live"
    DRAFT = "draft"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Keys that change no reward: a file may hold them before they are acted on, and a warning says so.
NOTED_KEYS: dict[str, frozenset[str]] = {
    "": _words("instrument instruments placements messages join pipeline disclosure campaign impact ad_spend report"),
    "guards": _words("satisfaction"),
}

# Keys that ask for what holds without them: key → why it may go.
NEEDLESS_KEYS: dict[str, dict[str, str]] = {
    "rewards": {
        "uses": "a voucher is used once",
        "apply": "a bill credit is taken off the next invoices",
        "carry_forward": "what is left of a bill credit is kept for later invoices",
    },
    "rewards.voucher": {"uses": "a voucher is used once"},
}

OTHER_KEYS: dict[str, dict[str, str]] = {
    "": {
        "id": "program",
        "slug": "program",
        "event": "trigger",
        "reward": "rewards",
        "sides": "rewards[].side",
        "structure": "rewards[].structure",
        "cap": "caps",
        "window": "windows",
        "model": "attribution",
        "time_zone": "timezone",
        "locale": "language",
        "lang": "language",
        "bonus": "rewards[].boosts, or `structure: {kind: bonus}`",
    },
    "windows": {"attribution": "attribution, one level up"},
    "access": {"kind": "mode", "top_percent": "segment.top_percent", "by": "segment.by", "expiry": "expires_days"},
    "access.segment": {"percent": "top_percent", "name": "named", "fact": "named"},
    "trigger": {"event": "kind", "type": "kind", "min_order": "min_value", "minimum": "min_value"},
    "rewards": {
        "type": "kind",
        "min": "minimum",
        "max": "maximum",
        "hold": "hold_days",
        "expires": "expires_days",
        "expiry": "expires_days",
        "every": "structure.every",
        "bonus": "boosts, or `structure: {kind: bonus}`",
        "usable": "use",
        "valid_for": "use",
        "formula": "percent, with `of: plan`",
        "if": "when",
        "condition": "when",
        "repeat": "structure.repeat",
        "min_order": "voucher.min_order",
        "max_discount": "voucher.max_discount",
    },
    "rewards.structure": {"type": "kind", "n": "every", "within": "within_days", "days": "within_days"},
    "rewards.structure.tiers": {"from": "at", "friends": "at"},
    "rewards.boosts": {"from": "first_day", "until": "last_day", "multiply": "times", "plus": "add"},
    "rewards.catalogue": {"sym": "name", "value": "amount", "p": "weight", "probability": "weight"},
    "rewards.voucher": {
        "amount": "amount of the reward, one level up",
        "maximum": "max_discount",
        "valid_for": "use of the reward, one level up",
    },
    "caps": {"side": "per", "maximum": "max", "amount": "max"},
    "budget": {"max": "total", "amount": "total", "alert": "alert_percent"},
}

MENDS: dict[tuple[str, str], str] = {
    ("rewards.side", "both"): "write one reward with `side: advocate` and one with `side: friend`",
    ("rewards.side", "none"): "leave the reward out",
    ("rewards.kind", "none"): "leave the reward out",
    ("caps.per", "program"): "write a `budget` for the whole program",
    ("status", "paused"): "pause a program with a command; the file says live or draft",
}
