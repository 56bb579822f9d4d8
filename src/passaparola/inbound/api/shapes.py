"""What several operations take and give: texts, amounts, instants, pages, problems."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from passaparola.domain.money import MAX_MINOR

Item = TypeVar("Item")


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("must be printable characters on one line, without blanks around them")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Text = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_printable)]
Note = Annotated[str, Field(max_length=500), AfterValidator(_printable)]
Code = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
Slug = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["USD"])]
Amount = Annotated[int, Field(ge=1, le=MAX_MINOR, description="Whole minor units, such as 4144 for 41.44 USD")]
OrderAmount = Annotated[int, Field(ge=0, le=MAX_MINOR, description="Whole minor units")]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-05-01T09:30:00Z"])]


def _id(prefix: str) -> Any:
    return Field(pattern=f"^{prefix}_[0-9a-f]{{32}}$", examples=[f"{prefix}_01972b4e5c7d7a3f9b1e6d2c8f4a0b17"])


ProgramId = Annotated[str, _id("prg")]
PersonId = Annotated[str, _id("per")]
AdvocateId = Annotated[str, _id("adv")]
LinkId = Annotated[str, _id("lnk")]
EventId = Annotated[str, _id("evt")]
ReferralId = Annotated[str, _id("ref")]
RewardId = Annotated[str, _id("rwd")]
VoucherId = Annotated[str, _id("vch")]
ReservationId = Annotated[str, _id("crr")]
TransferId = Annotated[str, _id("trf")]
AccountId = Annotated[str, _id("acc")]
KeyId = Annotated[str, _id("key")]
ActId = Annotated[str, _id("act")]
FindingId = Annotated[str, _id("fnd")]


class Given(BaseModel):
    """A body that is sent to us: unknown fields are refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """A document that we send."""


class Page(Shown, Generic[Item]):
    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last")


class FieldError(Shown):
    field: str
    message: str


class ProblemDocument(BaseModel):
    """RFC 9457. `type` ends with the name of the problem; further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:passaparola:problem:not_found"])
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = Field(
        default_factory=list, description="The fields that must be mended: all, or the first 100"
    )
    more_errors: int = Field(0, description="How many more there are than `errors` names")
