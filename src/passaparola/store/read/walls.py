"""Nothing points across workspaces: every reference of every table leads to a row that exists, in the same workspace."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from passaparola.store.read.discrepancies import Discrepancy, discrepancies
from passaparola.store.session import Session


def references() -> list[tuple[type[models.Model], models.ForeignKey[models.Model, models.Model]]]:
    """Every foreign key of our models that have a workspace, whether the database checks it or not."""
    return [
        (model, field)
        for model in apps.get_app_config("store").get_models()
        if any(field.name == "workspace" for field in model._meta.concrete_fields)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    ]


def strays(session: Session, workspace: str) -> Iterator[Discrepancy]:
    """Rows of this workspace with a reference to nothing, or into another workspace."""
    for model, field in references():
        yield from _strays(session, workspace, model, field)


def _strays(
    session: Session,
    workspace: str,
    model: type[models.Model],
    field: models.ForeignKey[models.Model, models.Model],
) -> list[Discrepancy]:
    target = field.related_model._meta
    walled = any(other.name == "workspace" for other in target.concrete_fields)
    table, column = model._meta.db_table, field.column
    wall = " OR o.workspace_id <> t.workspace_id" if walled else ""
    found = "COALESCE('one of the workspace ' || o.workspace_id, 'nothing')" if walled else "'nothing'"
    return discrepancies(
        session,
        f"SELECT '{table}.{column}', t.id, {found}, 'a row of {target.db_table} in this workspace' FROM {table} t"
        f" LEFT JOIN {target.db_table} o ON o.id = t.{column} WHERE t.workspace_id = %(ws)s::uuid AND t.{column} IS NOT NULL"
        f" AND (o.id IS NULL{wall})",
        ws=workspace,
    )
