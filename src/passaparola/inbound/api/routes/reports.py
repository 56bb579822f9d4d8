"""The report on one program."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from passaparola.analytics.report import report
from passaparola.inbound.api.answers import document
from passaparola.inbound.api.authentication import ApiKey, key_of_request
from passaparola.inbound.api.ids import not_found
from passaparola.inbound.api.shapes import ProblemDocument
from passaparola.store.read.catalogue import NoSuchProgram

router = Router(tags=["Reports"])


@router.get("", auth=ApiKey("reports:read"), response={200: dict[str, Any], 404: ProblemDocument})
def get_report(
    request: HttpRequest, program: Annotated[str, Query(max_length=64, description="Slug or prg_…")]
) -> HttpResponse:
    """People, shares, visits, sign-ups, orders, conversions, revenue, rewards, refusals, top advocates. Scope: `reports:read`."""
    try:
        return document(report(key_of_request(request).workspace, program))
    except NoSuchProgram:
        raise not_found(program) from None
