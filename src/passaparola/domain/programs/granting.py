"""Grants by rule: to whom a program gives by itself, as staff would by hand, and why."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, PlainValidator

from passaparola.domain.instant import Instant
from passaparola.domain.programs.access_groups import AudienceText
from passaparola.domain.programs.conditions import Condition
from passaparola.domain.programs.fields import Name, Slug, choice
from passaparola.domain.programs.group import Group, words
from passaparola.domain.rewards.periods import Period, period_of

AgainWord = Annotated[Period, PlainValidator(choice("grants.again", Period)), words(Period)]


class GrantGroup(Group):
    """With manual_grant: what is given without staff, to whoever meets a condition."""

    id: Slug = Field(description="The rule's id within the program. Never reuse: nobody gets a thing twice by one id.")
    when: AudienceText = Field(description="A condition in CEL over what is known of a person.")
    reward: Slug | None = Field(None, description="The id of the reward; the only one if left out.")
    reason: Name = Field(description="Why it is given, in words. They stay with the reward.")
    again: AgainWord | None = Field(
        None, description="Once in each day, week, month, quarter or year; once if left out."
    )


@dataclass(frozen=True, slots=True)
class GrantRule:
    """Give the reward `rule` to whoever meets `when`, for this reason: once, or once in each period `again`."""

    id: str
    when: Condition
    rule: str
    reason: str
    again: Period | None = None

    def key(self, now: Instant, timezone: str) -> str:
        """The id of what one person is given by it now: the same for as long as nothing more is due."""
        period = period_of(now, self.again, timezone)
        return f"rule:{self.id}:{period}" if period else f"rule:{self.id}"
