"""What a person holds, and what is owed to them: entitlements and the statement."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import Field

from passaparola.actions.rewards.choose import Preference, choose
from passaparola.analytics.entitlements import Entitlement, entitlements_of
from passaparola.analytics.owing import statement
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.answers import CSV_TOO, as_csv, at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import program_named
from passaparola.inbound.api.ids import key_of, not_found, shown
from passaparola.inbound.api.shapes import Given, Instant, PersonId, ProblemDocument, RewardId, Shown, Slug
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.statement_files import statement_csv, statement_document
from passaparola.inbound.today import now_in
from passaparola.store.read.snapshot import reading

router = Router(tags=["People"])
FIRST, LAST = date(1970, 1, 1), date(2200, 12, 31)  # months that are added end in a year that calendars know


class WantedPreference(Given):
    program: Slug = Field(description="The program's id in its file")
    choice: Slug = Field(description="The word that the rewards to choose from share")
    reward: Slug = Field(description="The reward's id in the file")


class PreferenceDocument(Shown):
    person: PersonId
    program: str
    choice: str
    reward: str


class EntitlementDocument(Shown):
    reward: RewardId
    program: str
    kind: str
    unit: str
    amount: int
    item: str
    begins: Instant
    ends: Instant | None = Field(description="Null: for good")
    open_to_all: Instant | None = Field(description="When everybody has it")
    in_force: bool


class HoldingTotal(Shown):
    kind: str
    unit: str
    amount: int


class HoldingsDocument(Shown):
    person: PersonId
    entitlements: list[EntitlementDocument]
    totals: list[HoldingTotal] = Field(description="Of what is in force now")
    renewal: date | None = Field(description="The day asked about, moved by the free months")


class StatementLineDocument(Shown):
    at: Instant
    what: str = Field(description="`issue`, `reverse`, `spend` (paid), `return` (the payment came back) or `expire`")
    program: str
    kind: str
    reward: RewardId
    reference: str
    amount_minor: int = Field(description="Above zero when more is owed")


class StatementDocument(Shown):
    currency: str = Field(description="A currency, or what is counted")
    opening_minor: int
    earned_minor: int
    taken_back_minor: int
    paid_minor: int
    lapsed_minor: int
    closing_minor: int
    lines: list[StatementLineDocument]


class Statements(Shown):
    person: PersonId
    statements: list[StatementDocument]


@router.get(
    "/{person}/entitlements", auth=ApiKey("people:read"), response={200: HoldingsDocument, 404: ProblemDocument}
)
def get_entitlements(
    request: HttpRequest, person: str, renewal: Annotated[date | None, Query(ge=FIRST, le=LAST)] = None
) -> HttpResponse:
    """What a person holds: units, shares, months, access. With `renewal` when their subscription renews. Scope: `people:read`."""
    workspace = key_of_request(request).workspace
    said = entitlements_of(
        workspace, key_of("per", person), programs_of(workspace), now=now_in(workspace), renewal=renewal
    )
    if said is None:
        raise not_found(person)
    totals = [{"kind": k, "unit": u, "amount": amount} for (k, u), amount in sorted(said.totals.items())]
    held = [_held(one) for one in said.entitlements]
    return document({"person": person, "entitlements": held, "totals": totals, "renewal": said.renewal})


@router.get(
    "/{person}/statement",
    auth=ApiKey("ledger:read"),
    response={200: Statements, 404: ProblemDocument},
    openapi_extra=CSV_TOO,
)
def get_statement(
    request: HttpRequest,
    person: str,
    since: Annotated[UntilText | None, Query()] = None,
    until: Annotated[UntilText | None, Query()] = None,
    program: Annotated[str | None, Query(max_length=64, description="Of this one alone: slug or prg_…")] = None,
    format: Annotated[  # noqa: A002
        Literal["json", "csv"], Query(description="`csv`: a line for each move with what is owed after it, as a file")
    ] = "json",
) -> HttpResponse:
    """What a person earned and was paid, by currency, from the ledger: commission, money, gift cards, wages. Scope: `ledger:read`."""
    workspace = key_of_request(request).workspace
    begin, end = instant_of("since", since) or 0, instant_of("until", until) or now_in(workspace)
    with reading() as session:
        of = program_named(session, workspace, program) if program else ""
    said = statement(workspace, key_of("per", person), begin=begin, end=end, program=of)
    if said is None:
        raise not_found(person)
    if format == "csv":
        return as_csv(statement_csv(said), name=f"statement-{person}.csv")
    return document({"person": person, "statements": [statement_document(one) for one in said]})


@router.put("/{person}/preferences", auth=ApiKey("people:write"), response=PreferenceDocument)
def keep_preference(request: HttpRequest, person: str, wish: Annotated[WantedPreference, Body()]) -> HttpResponse:
    """Which of several rewards a person would rather have from now on. Scope: `people:write`."""
    given = Preference(wish.program, key_of("per", person), wish.choice, wish.reward)
    return act(request, lambda asked: choose(given, asked=asked), _preference)


def _preference(wish: Preference) -> dict[str, Any]:
    return {"person": shown("per", wish.person), "program": wish.program, "choice": wish.choice, "reward": wish.rule}


def _held(one: Entitlement) -> dict[str, Any]:
    return {
        "reward": shown("rwd", one.reward),
        "program": one.program,
        "kind": one.kind,
        "unit": one.unit,
        "amount": one.amount,
        "item": one.item,
        "begins": at(one.begins),
        "ends": at(one.ends),
        "open_to_all": at(one.open_to_all),
        "in_force": one.in_force,
    }
