"""What the API says of programs: their shapes."""

from typing import Any, Literal

from pydantic import Field

from passaparola.inbound.api.shapes import Instant, ProgramId, Shown

Status = Literal["draft", "active", "paused", "ended", "archived"]


class ProgramFinding(Shown):
    severity: Literal["error", "warning"]
    line: int
    column: int
    path: str
    found: str
    expected: str
    remedy: str
    reason: str
    source: str
    sentence: str


class ProgramDocument(Shown):
    id: ProgramId
    program: str = Field(description="The slug: the `program` of the file")
    name: str
    status: Status
    live_version: int | None
    newest_version: int | None
    created_at: Instant


class WholeProgram(ProgramDocument):
    document: str = Field(description="The file of the live version, or of the newest draft")
    described: list[str] = Field(description="What it promises, in sentences")
    without_goal: str | None = Field(description="Why it was begun without a goal; null where its file has one")


class Version(Shown):
    number: int
    effective_from: Instant | None = Field(description="Null: a draft")
    created_at: Instant
    live: bool


class WholeVersion(Version):
    document: str


class Checked(Shown):
    valid: bool
    findings: list[ProgramFinding]
    described: list[str]


class AppliedDocument(Shown):
    id: ProgramId
    program: str
    version: int
    live: bool
    changed: bool = Field(description="False when the newest version has this very text")
    findings: list[ProgramFinding] = Field(description="Warnings")


class PlanValue(Shown):
    path: str = Field(description="Such as `rewards[advocate-credit].amount`")
    before: str | None
    now: str | None


class PlanChange(Shown):
    key: str = Field(description="A key of the file")
    change: Literal["added", "removed", "changed"]
    values: list[PlanValue]
    said_before: list[str] = Field(description="Sentences of the live version that are said no more")
    said_now: list[str]


class PlanDocument(Shown):
    plan: str = Field(description="To apply this file by, while neither it nor the live version changes")
    program: str
    live_version: int | None
    changes: list[PlanChange]
    described: list[str]
    findings: list[ProgramFinding]
    since: Instant
    cost_effect_minor: dict[str, int] = Field(
        description="More (or less) cost than under the live version, by currency"
    )
    liability_effect_minor: dict[str, int] = Field(
        description="More (or less) owed to people and not used, by currency"
    )
    effect: dict[str, Any] = Field(description="The backtest of both: docs/rehearsal.md")


class StatusDocument(Shown):
    id: ProgramId
    status: Status


class Recommended(Shown):
    goal: str
    template: str = Field(description="A file of `examples/programs`, without its ending")
    reason: str


class Recommendations(Shown):
    recommendations: list[Recommended]


class GoalDocument(Shown):
    program: str
    kind: str
    kpi: str = Field(description="The number by which it is measured")
    launched_at: Instant
    ends_at: Instant | None
    baseline: int = Field(description="multiply_base: the customers at the launch, as the log has them")
    value: int | None = Field(description="A count, or minor units of `currency`")
    target: int | None
    currency: str | None
    progress_percent: float | None = Field(description="0 to 100; null where nothing can be measured")
    state: Literal["met", "open", "not_met", "unmeasured"]
    why: str
