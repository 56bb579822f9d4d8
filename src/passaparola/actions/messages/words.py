"""What the person who gets a reward is told of a reason: no threshold, nothing of the friend's, and nothing about how we look for fraud.

The sentences are translated where they are shown.
"""

from django.utils.translation import gettext_noop

from passaparola.domain.programs.compiled import Side
from passaparola.domain.reasons import ADVOCATE_WORDS, Reason

CHECKED = gettext_noop("Your reward is being checked.")
SHOWN_TO_FRIENDS = {
    Reason.HOLD: gettext_noop("Your reward is on its way: it is confirmed after the return period."),
    Reason.ORDER_REFUNDED: gettext_noop("The order was returned."),
    Reason.ALREADY_REDEEMED: gettext_noop("You had already used this reward."),
}


def safe_reason(reason: str | None, side: str, *, waits: bool) -> str:
    """One sentence; empty where there is nothing to say."""
    otherwise = CHECKED if waits else ""
    if reason is None:
        return otherwise
    known = Reason(reason)
    return ADVOCATE_WORDS[known] if side == Side.ADVOCATE else SHOWN_TO_FRIENDS.get(known, otherwise)
