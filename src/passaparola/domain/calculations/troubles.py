"""What keeps a calculation from being made: each trouble by name, with what was found, what was expected, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class TroubleName(StrEnum):
    """Stable: programs may rely on it."""

    UNKNOWN_CALCULATION = "unknown_calculation"
    UNKNOWN_PARAMETER = "unknown_parameter"
    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NOT_EXACT = "not_exact"
    NOT_AN_AMOUNT = "not_an_amount"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_CHOICE = "unknown_choice"
    OUT_OF_RANGE = "out_of_range"
    SIGN_NEEDED = "sign_needed"
    SHARES_ABOVE_WHOLE = "shares_above_whole"
    ABOVE_THE_WHOLE = "above_the_whole"
    ABOVE_THE_MARKET = "above_the_market"
    NOBODY_TELLS = "nobody_tells"
    NO_GROWTH = "no_growth"
    RESULT_TOO_LARGE = "result_too_large"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend at one parameter (or, when the result is too large, at one figure)."""

    name: TroubleName
    where: str
    found: str
    expected: str
    remedy: str

    def words(self) -> str:
        """Without the place: `found 0; expected more than 0; mend: …`."""
        return f"found {self.found}; expected {self.expected}; mend: {self.remedy}"

    def sentence(self) -> str:
        """With it: `cost: found 0; …`."""
        return f"{self.where}: {self.words()}"


class UnableToCalculate(ValueError):
    """Nothing was calculated; `troubles` are all that is known to be wrong."""

    def __init__(self, *troubles: Trouble):
        self.troubles = troubles
        super().__init__("\n".join(trouble.sentence() for trouble in troubles))
