"""Two administrators who end each other's role at one moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.contrib.auth import get_user_model
from django.db import connection

from passaparola.actions.acting import Asked, done
from passaparola.actions.operators import UnableToChangeOperator, give_role
from passaparola.actions.workspaces import ensure_workspace
from passaparola.store.models import StaffRole
from tests.databases import Database, only_postgres

NOW = 1_790_000_000_000_000


@only_postgres
def test_one_administrator_stays_when_two_end_each_others_role(database: Database) -> None:
    workspace = ensure_workspace(now=NOW)
    for name in ("olga", "sam"):
        user = get_user_model().objects.create_user(username=name, password=None)
        StaffRole.objects.create(user=user, role="administrator")
    together = Barrier(2)

    def end(name: str) -> str:
        together.wait()
        try:
            done(give_role(name, role="sales", asked=Asked(workspace, NOW, "staff:other")))
        except UnableToChangeOperator as problem:
            return str(problem)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(end, ("olga", "sam")))
    assert said[0] == "done" or said[1] == "done"
    assert sum("last administrator" in word for word in said) == 1
    assert StaffRole.objects.filter(role="administrator").count() == 1
