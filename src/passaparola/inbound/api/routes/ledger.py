"""The ledger: accounts, transfers, the trial balance, and whether its laws hold."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.domain.ledger.proof import TrialLine, Violation
from passaparola.inbound.api.answers import at, document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.causes import cause_shown
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of, shown, shown_or_none
from passaparola.inbound.api.paging import Paging, each, paged
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.api.shapes import (
    AccountId,
    Instant,
    Page,
    PersonId,
    ProblemDocument,
    ProgramId,
    RewardId,
    Shown,
    TransferId,
)
from passaparola.inbound.proving import AnotherProof, UnableToProve, prove_apart
from passaparola.store.read.pages import ACCOUNTS, TRANSFERS, Record, record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Ledger"])
AccountKind = Literal["expense", "credit", "voucher", "redeemed", "breakage", "discount", "entitlement", "payable"]
Kind = Literal["single", "pending", "post", "void", "reversal"]


class AccountDocument(Shown):
    id: AccountId
    kind: AccountKind
    program: ProgramId
    person: PersonId | None = Field(description="Null: the program's own")
    unit: str


class TransferDocument(Shown):
    id: TransferId
    kind: Kind
    purpose: str
    cause: str = Field(description="The event, act or due time that made it")
    reward: RewardId
    debit: AccountId
    credit: AccountId
    unit: str
    amount_minor: int
    ends: TransferId | None = Field(description="The pending transfer that this post or void ends")
    at: Instant


class TrialLineDocument(Shown):
    kind: AccountKind
    program: str
    debit_minor: int
    credit_minor: int
    pending_debit_minor: int
    pending_credit_minor: int
    balance_minor: int = Field(description="On the account kind's own side")


class TrialUnit(Shown):
    unit: str
    debit_minor: int
    credit_minor: int
    difference_minor: int = Field(description="0, or the ledger is damaged")
    lines: list[TrialLineDocument]


class TrialBalanceDocument(Shown):
    balanced: bool
    units: list[TrialUnit]


class ViolationDocument(Shown):
    law: str
    what: str
    where: list[str]
    found: str
    expected: str


class Verified(Shown):
    right: bool
    violations: list[ViolationDocument]


@router.get("/accounts", auth=ApiKey("ledger:read"), response=Page[AccountDocument])
def list_accounts(
    request: HttpRequest,
    paging: Paging,
    kind: Annotated[AccountKind | None, Query()] = None,
    program: Annotated[str | None, Query(max_length=64, description="Slug or prg_…")] = None,
    person: Annotated[str | None, Query(max_length=64, description="per_… or adv_…")] = None,
    unit: Annotated[str | None, Query(max_length=16)] = None,
) -> HttpResponse:
    """Places where value lies. Scope: `ledger:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(kind=kind, unit=unit)
        given = filters.program(program).people("people", person).given
    return paged(request, ACCOUNTS, given, each(_account), paging=paging)


@router.get("/transfers", auth=ApiKey("ledger:read"), response=Page[TransferDocument])
def list_transfers(
    request: HttpRequest,
    paging: Paging,
    account: Annotated[str | None, Query(max_length=64, description="acc_…, on either side")] = None,
    reward: Annotated[str | None, Query(max_length=64, description="rwd_…")] = None,
    kind: Annotated[Kind | None, Query()] = None,
    purpose: Annotated[str | None, Query(max_length=16)] = None,
) -> HttpResponse:
    """Moves of value, the newest first. None is ever changed. Scope: `ledger:read`."""
    with reading() as session:
        filters = Filters(session, key_of_request(request).workspace).plain(kind=kind, purpose=purpose)
        given = filters.key("account", "acc", account).key("reward", "rwd", reward).given
    return paged(request, TRANSFERS, given, each(_transfer), paging=paging)


@router.get("/transfers/{transfer}", auth=ApiKey("ledger:read"), response={200: TransferDocument, 404: ProblemDocument})
def get_transfer(request: HttpRequest, transfer: str) -> HttpResponse:
    """One transfer. Scope: `ledger:read`."""
    with reading() as session:
        row = found(record_of(session, TRANSFERS, key_of_request(request).workspace, key_of("trf", transfer)), transfer)
    return document(_transfer(row))


@router.get("/trial-balance", auth=ApiKey("ledger:read"), response=TrialBalanceDocument)
def get_trial_balance(request: HttpRequest) -> HttpResponse:
    """Both sides of all accounts, summed from the transfers. Scope: `ledger:read`."""
    said = trial_balance(key_of_request(request).workspace)
    units = [
        {
            "unit": unit.unit,
            "debit_minor": unit.debit,
            "credit_minor": unit.credit,
            "difference_minor": unit.difference,
            "lines": [_line(line) for line in unit.lines],
        }
        for unit in said.units
    ]
    return document({"balanced": said.balanced, "units": units})


@router.get("/verify", auth=ApiKey("ledger:read"), response=Verified)
def verify(
    request: HttpRequest,
    quick: Annotated[bool, Query(description="Trust the seals, and do not do the log again")] = False,
) -> HttpResponse:
    """Check the laws L1 to L10 and the seals. A process apart does the whole log again: minutes on a large ledger. Scope: `ledger:read`."""
    violations = verify_ledger(key_of_request(request).workspace, full=False) if quick else _proved(request)
    told = [
        {"law": v.law, "what": v.what, "where": list(v.where), "found": v.found, "expected": v.expected}
        for v in violations
    ]
    return document({"right": not told, "violations": told})


def _proved(request: HttpRequest) -> list[Violation]:
    try:
        return prove_apart(key_of_request(request).workspace)
    except AnotherProof:
        detail = "The books are being proved already: ask again, or with quick=true."
        raise Problem("busy", detail, headers={"Retry-After": "30"}) from None
    except UnableToProve as problem:
        raise Problem("unable_to_prove", str(problem), headers={"Retry-After": "3600"}) from problem


def _line(line: TrialLine) -> dict[str, Any]:
    return {
        "kind": str(line.kind),
        "program": line.program,
        "debit_minor": line.debit,
        "credit_minor": line.credit,
        "pending_debit_minor": line.pending_debit,
        "pending_credit_minor": line.pending_credit,
        "balance_minor": line.balance,
    }


def _account(row: Record) -> dict[str, Any]:
    return {
        "id": shown("acc", row["id"]),
        "kind": row["kind"],
        "program": shown("prg", row["program_id"]),
        "person": shown_or_none("per", row["person_id"]),
        "unit": row["unit"],
    }


def _transfer(row: Record) -> dict[str, Any]:
    return {
        "id": shown("trf", row["id"]),
        "kind": row["kind"],
        "purpose": row["purpose"],
        "cause": cause_shown(row["cause"]),
        "reward": shown("rwd", row["reward_id"]),
        "debit": shown("acc", row["debit_id"]),
        "credit": shown("acc", row["credit_id"]),
        "unit": row["unit"],
        "amount_minor": row["amount"],
        "ends": shown_or_none("trf", row["pending"]),
        "at": at(row["at"]),
    }
