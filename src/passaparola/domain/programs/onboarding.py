"""When the step of joining the firm's product that asks to refer is shown: not before the stages ahead of it are done."""

import re
from collections.abc import Iterable

from passaparola.domain.programs.compiled import Onboarding

_STAGE = re.compile("onboarding_([0-9]{1,2})")


def stages_done(words: Iterable[str]) -> list[int]:
    """Which stages of joining these words of stage events tell of, in order."""
    found = (_STAGE.fullmatch(word) for word in words)
    return sorted({int(match[1]) for match in found if match})


def asks(onboarding: Onboarding, done: Iterable[int]) -> bool:
    """Whether to show the step that asks: all stages ahead of it are done, and it is not done itself."""
    known = set(done)
    ahead = range(1, onboarding.referral_step)
    return known.issuperset(ahead) and onboarding.referral_step not in known
