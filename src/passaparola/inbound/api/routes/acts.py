"""The log: what people, keys, checkouts and the clock did."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from passaparola.inbound.acts_shown import act_documents
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.filters import Filters, found
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.paging import Paging, paged
from passaparola.inbound.api.shapes import ActId, Instant, Page, ProblemDocument, RewardId, Shown
from passaparola.inbound.api.times import UntilText, instant_of
from passaparola.store.read.acts import ACTS
from passaparola.store.read.pages import record_of
from passaparola.store.read.snapshot import reading

router = Router(tags=["Log"])


class ActChange(Shown):
    reward: RewardId
    step: str = Field(examples=["issued"])
    before: str | None = Field(description="The state before; null where the reward began")
    after: str
    net_minor: int = Field(description="What the reward was worth after it")
    reason: str | None


class ActDocument(Shown):
    id: ActId
    serial: int = Field(description="The number of the commit it belongs to")
    at: Instant
    actor: str = Field(
        examples=["staff:olga"], description="`staff:` and a name, `key:` and a key's prefix, `command line`, …"
    )
    verb: str = Field(examples=["reward.approve"])
    subject: str = Field(description="What it was done to: an id, a program's slug, or nothing")
    note: str
    refused: str | None = Field(description="The name of the rule that said no; null where it was done")
    given: dict[str, Any] = Field(description="What it was done with. In a list without the text of a program")
    changes: list[ActChange] = Field(description="What became of the rewards it names")


@router.get("", auth=ApiKey("log:read"), response=Page[ActDocument])
def list_acts(
    request: HttpRequest,
    paging: Paging,
    actor: Annotated[str | None, Query(max_length=128)] = None,
    verb: Annotated[str | None, Query(max_length=48)] = None,
    subject: Annotated[
        str | None, Query(max_length=255, description="An id, such as rwd_…, or a program's slug")
    ] = None,
    since: Annotated[UntilText | None, Query(description="From this moment on")] = None,
    until: Annotated[UntilText | None, Query(description="Before this moment")] = None,
) -> HttpResponse:
    """Who did what, when and to what, the newest first. Scope: `log:read`."""
    workspace = key_of_request(request).workspace
    given = {"since": instant_of("since", since), "until": instant_of("until", until)}
    with reading() as session:
        filters = Filters(session, workspace).plain(actor=actor, verb=verb, subject=_key(subject), **given)
    return paged(
        request, ACTS, filters.given, lambda session, rows: act_documents(session, workspace, rows), paging=paging
    )


@router.get("/{act}", auth=ApiKey("log:read"), response={200: ActDocument, 404: ProblemDocument})
def get_act(request: HttpRequest, act: str) -> HttpResponse:
    """One act, with the whole text where it applied a program. Scope: `log:read`."""
    workspace = key_of_request(request).workspace
    with reading() as session:
        row = found(record_of(session, ACTS, workspace, key_of("act", act)), act)
        return document(act_documents(session, workspace, [row], texts=True)[0])


def _key(subject: str | None) -> str | None:
    """The log keeps ids without what they begin with."""
    tail = (subject or "").rpartition("_")[2]
    return tail if len(tail) == 32 else subject
