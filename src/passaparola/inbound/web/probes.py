"""Whether the process lives, and whether it can work: for whoever watches over it."""

import logging

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passaparola.inbound.running import the_writer
from passaparola.store.read.catalogue import workspace_ids
from passaparola.store.read.snapshot import reading

logger = logging.getLogger(__name__)


@require_safe
def livez(_: HttpRequest) -> HttpResponse:
    """The process answers. No database."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(_: HttpRequest) -> HttpResponse:
    """The database answers with our tables, and the writer takes work. 503 otherwise."""
    trouble = "" if the_writer().alive else "the writer has stopped"
    try:
        with reading() as session:
            workspace_ids(session)
    except (DatabaseError, InterfaceError) as problem:
        trouble = "the database does not answer"
        logger.warning("not ready: %s", problem)
        connection.close()
    status, said = (503, f"{trouble}\n") if trouble else (200, "ok\n")
    return HttpResponse(said, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
