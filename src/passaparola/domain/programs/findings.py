"""What is wrong with a program file: where, what was found, what was expected, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Severity = Literal["error", "warning"]

NOTHING = "nothing"
_SHOWN = 60


class FindingReason(StrEnum):
    """The name of a finding. Stable: programs that read reports may rely on it."""

    # the text
    NOT_YAML = "not_yaml"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    EMPTY_FILE = "empty_file"
    SEVERAL_DOCUMENTS = "several_documents"
    ANCHOR = "anchor"
    TAG = "tag"
    BAD_KEY = "bad_key"
    DUPLICATE_KEY = "duplicate_key"
    # keys and values
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    EMPTY_VALUE = "empty_value"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_VALUE = "unknown_value"
    NOT_YET = "not_yet"
    BAD_ID = "bad_id"
    BAD_TEXT = "bad_text"
    BAD_NUMBER = "bad_number"
    BAD_AMOUNT = "bad_amount"
    BAD_PERCENT = "bad_percent"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_TIMEZONE = "unknown_timezone"
    BAD_ADDRESS = "bad_address"
    BAD_CONDITION = "bad_condition"
    BAD_DAY = "bad_day"
    # what does not go together
    DUPLICATE_ID = "duplicate_id"
    AMOUNT_OR_PERCENT = "amount_or_percent"
    STRUCTURE_MISMATCH = "structure_mismatch"
    LIMIT_WITHOUT_PERCENT = "limit_without_percent"
    MINIMUM_ABOVE_MAXIMUM = "minimum_above_maximum"
    MILESTONE_FOR_FRIEND = "milestone_for_friend"
    NEEDS_AN_ORDER = "needs_an_order"
    TRIGGER_MISMATCH = "trigger_mismatch"
    VOUCHER_TERMS = "voucher_terms"
    CURRENCY_WITHOUT_USE = "currency_without_use"
    DUPLICATE_CAP = "duplicate_cap"
    LIMIT_WITHOUT_USE = "limit_without_use"
    CAP_TOO_SMALL = "cap_too_small"
    BUDGET_TOO_SMALL = "budget_too_small"
    UNIT_MISMATCH = "unit_mismatch"
    NOT_FOR_THIS_KIND = "not_for_this_kind"
    ACCESS_MISMATCH = "access_mismatch"
    CONTEST_MISMATCH = "contest_mismatch"
    LEADERBOARD_MISMATCH = "leaderboard_mismatch"
    SCALE_MISMATCH = "scale_mismatch"
    # what works, and is unwise
    REWARD_ABOVE_MARGIN = "reward_above_margin"
    REWARD_OUT_OF_PROPORTION = "reward_out_of_proportion"
    REWARD_TOO_SMALL = "reward_too_small"
    GOAL_INCOMPLETE = "goal_incomplete"
    ONBOARDING_STEP = "onboarding_step"
    # what works, and will soon be at its end
    BUDGET_ENDS_SOON = "budget_ends_soon"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `line` and `column` count from 1; `path` is like `rewards[0].amount`, or empty.

    An error keeps the file from becoming a program; a warning does not.
    """

    severity: Severity
    line: int
    column: int
    path: str
    found: str
    expected: str
    remedy: str
    reason: FindingReason
    source: str = "program.yaml"

    def sentence(self) -> str:
        """One line for people: `program.yaml:12: rewards[0].amount: found "5.0.0"; expected …; mend: …`."""
        warning = "warning: " if self.severity == "warning" else ""
        place = f"{self.path}: " if self.path else ""
        return (
            f"{self.source}:{self.line}: {warning}{place}found {self.found}; "
            f"expected {self.expected}; mend: {self.remedy}"
        )


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, before its place is known. `found` is None where the value at that place says it."""

    reason: FindingReason
    expected: str
    remedy: str
    found: str | None = None
    severity: Severity = "error"


def located(wrong: Wrong, place: tuple[int, int], path: str, source: str) -> Finding:
    """The finding at a place."""
    found = NOTHING if wrong.found is None else wrong.found
    return Finding(wrong.severity, *place, path, found, wrong.expected, wrong.remedy, wrong.reason, source)


def shown(text: str, limit: int = _SHOWN) -> str:
    """Text from a file made safe to print on one line: shortened, and what cannot be printed is escaped."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def quoted(text: str) -> str:
    """As `shown`, in quotes."""
    return f'"{shown(text)}"'


def one_of(words: tuple[str, ...]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
