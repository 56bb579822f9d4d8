"""The keys of a program file that say who may become an advocate, and what is wise to promise them."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from passaparola.domain.programs.access import PERSON, AccessMode, Join, SegmentBy, TokenUse
from passaparola.domain.programs.conditions import LONGEST, Condition, UnableToRead, read_over
from passaparola.domain.programs.fields import Percent, choice, name, times, whole, wrong
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.group import Group, numbers, words

AccessWord = Annotated[AccessMode, PlainValidator(choice("access.mode", AccessMode)), words(AccessMode)]
JoinWord = Annotated[Join, PlainValidator(choice("access.join", Join)), words(Join)]
TokenWord = Annotated[TokenUse, PlainValidator(choice("access.token", TokenUse)), words(TokenUse)]
SegmentByWord = Annotated[SegmentBy, PlainValidator(choice("access.segment.by", SegmentBy)), words(SegmentBy)]
InvitedDays = Annotated[int, PlainValidator(whole(1, 365)), numbers(1, 365)]
SegmentName = Annotated[str, PlainValidator(name), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 200})]


def audience(value: Any) -> Condition:
    """Reads a condition over what is known of a person, and checks its types."""
    if not isinstance(value, str):
        expected, remedy = "a condition in quotes", "write `audience: 'person.tier == \"gold\"'` in single quotes"
        raise wrong(FindingReason.BAD_CONDITION, expected, remedy)
    try:
        return read_over(value, PERSON)
    except UnableToRead as problem:
        raise wrong(FindingReason.BAD_CONDITION, f"a condition; {problem}", problem.remedy) from None


def ratio(value: Any) -> int:
    """Reads a share of a price, above 0 and up to 10, with at most 4 decimals, as basis points: 0.4 is 4,000."""
    points = times(value, 10_000)
    if points is not None and 0 < points <= 100_000:
        return points
    expected = "a number above 0 and up to 10, with at most 4 decimals"
    raise wrong(FindingReason.BAD_NUMBER, expected, "write a tenth of the price as 0.10, without quotes")


AudienceText = Annotated[Condition, PlainValidator(audience), WithJsonSchema({"type": "string", "maxLength": LONGEST})]
Ratio = Annotated[int, PlainValidator(ratio), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 10})]


class SegmentGroup(Group):
    """Which people a segment holds: those of whom a fact says so, or the best by a figure."""

    named: SegmentName | None = Field(None, description="Those of whom the fact `segment` is this text.")
    top_percent: Percent | None = Field(None, description="The best of all who have the figure, in per cent of them.")
    by: SegmentByWord | None = Field(
        None, description="With top_percent: revenue (the default), orders, nps or satisfaction."
    )


class AccessGroup(Group):
    """Who may become an advocate. `access: open` is short for `access: {mode: open}`."""

    one_word = "mode"
    mode: AccessWord = Field(
        AccessMode.OPEN,
        description="open: anyone; customers: who has bought; employees: who works here; prospects_allowed: whom we know; "
        "segment; invite_only.",
    )
    join: JoinWord = Field(
        Join.WHEN_RECOMMENDING,
        description="Who becomes an advocate without asking: when_recommending, automatic_on_signup (whoever signs up, "
        "too) or by_asking (nobody).",
    )
    token: TokenWord | None = Field(None, description="With invite_only: single_use, each invitation lets one in once.")
    expires_days: InvitedDays | None = Field(
        None, description="With invite_only: days for which an invitation is good; 30 if left out."
    )
    segment: SegmentGroup | None = Field(None, description="With segment: which people it holds.")


class RatioGroup(Group):
    """A share of the price, such as 0.10 for a tenth."""

    min: Ratio | None = Field(None, description="The least that a reward should be.")
    max: Ratio | None = Field(None, description="The most that a reward should be.")


class GuardsGroup(Group):
    """What is wise here."""

    reward_to_price: RatioGroup | None = Field(
        None, description="How much of the price of the subscription one reward should be: 0.10 to 0.60 if left out."
    )
