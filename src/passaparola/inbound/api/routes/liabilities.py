"""What a program owes to people, and is going to owe."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.analytics.liability import liability_of
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.shapes import Instant, ProblemDocument, Shown
from passaparola.inbound.today import now_in
from passaparola.store.read.catalogue import NoSuchProgram

router = Router(tags=["Programs"])


class BudgetLine(Shown):
    period: str | None = Field(description="day, week, month, quarter or year; null: for the whole life")
    total_minor: int
    left_minor: int = Field(description="In the present period")
    begins_anew_at: Instant | None
    used_up_at: Instant | None = Field(
        description="At the present rate; null: not within a hundred years, or it begins anew before"
    )


class LiabilityLine(Shown):
    unit: str = Field(description="A currency, POINTS, or VOUCHER for vouchers off an order")
    owed_minor: int = Field(description="What people have now and have not used, by the ledger")
    waiting_minor: int = Field(description="Earned, and waiting for a hold, an approval or room")
    issued_minor: int = Field(description="Given in the last `days`")
    gone_minor: int = Field(description="Used, lapsed or taken back in the last `days`")
    budget_left_minor: int | None = Field(description="Of the budget for the whole life; null: none in this unit")
    gone_percent: float = Field(description="What goes of what there is, in a period")
    given_minor: int = Field(description="What is given until `until`")
    liability_minor: int = Field(description="What is owed then")
    highest_minor: int = Field(description="The most at the end of a period, or now")
    budget_lasts_periods: float | None = Field(description="That budget. Null: there is none, or nothing was issued")
    budgets: list[BudgetLine]


class LiabilityDocument(Shown):
    program: str
    days: int
    periods: int
    as_of: Instant
    until: Instant
    liabilities: list[LiabilityLine]


@router.get(
    "/{program}/liability", auth=ApiKey("reports:read"), response={200: LiabilityDocument, 404: ProblemDocument}
)
def get_liability(
    request: HttpRequest,
    program: str,
    days: Annotated[int, Query(ge=1, le=366, description="How long a period is, and how far back is looked")] = 30,
    periods: Annotated[int, Query(ge=1, le=36, description="How many periods ahead")] = 3,
) -> HttpResponse:
    """What a program owes to people by the ledger, and what it is going to owe at the present rate. Scope: `reports:read`."""
    workspace = key_of_request(request).workspace
    try:
        return document(liability_of(workspace, program, days=days, periods=periods, now=now_in(workspace)))
    except NoSuchProgram:
        raise not_found(program) from None
