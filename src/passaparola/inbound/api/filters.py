"""Filters that name other things: a program by its slug or id, a person by their id, an advocate by either of theirs."""

from passaparola.inbound.api.ids import key_of, not_found
from passaparola.inbound.api.problems import Problem
from passaparola.store.read.pages import ADVOCATES, PROGRAMS, Record, one_person, program_key, record_of
from passaparola.store.read.snapshot import Session


def program_named(session: Session, workspace: str, name: str) -> str:
    """Our id of the program of this slug or `prg_…`. Raises Problem 404."""
    if name.startswith("prg_"):
        key = key_of("prg", name)
        if record_of(session, PROGRAMS, workspace, key) is not None:
            return key
    elif (found := program_key(session, workspace, name)) is not None:
        return found
    raise not_found(name)


def people_named(session: Session, workspace: str, text: str) -> list[str]:
    """Everybody who is this person, by `per_…` or `adv_…`; the one that stands for them first. Raises Problem 404."""
    if text.startswith("adv_"):
        advocate = record_of(session, ADVOCATES, workspace, key_of("adv", text))
        if advocate is None:
            raise not_found(text)
        return one_person(session, workspace, advocate["person_id"])
    found = one_person(session, workspace, key_of("per", text))
    if not found:
        raise not_found(text)
    return found


class Filters:
    """Gathers the filters of a request. What they name and is not there makes the list empty, not an error."""

    def __init__(self, session: Session, workspace: str):
        self.session, self.workspace = session, workspace
        self.given: dict[str, object] | None = {}

    def plain(self, **values: object | None) -> "Filters":
        """Compared as they are."""
        for name, value in values.items():
            if value is not None and self.given is not None:
                self.given[name] = value
        return self

    def key(self, name: str, prefix: str, text: str | None) -> "Filters":
        """One of our ids."""
        if text is not None and self.given is not None:
            try:
                self.given[name] = key_of(prefix, text)
            except Problem:
                self.given = None
        return self

    def program(self, text: str | None) -> "Filters":
        if text is not None and self.given is not None:
            try:
                self.given["program"] = program_named(self.session, self.workspace, text)
            except Problem:
                self.given = None
        return self

    def people(self, name: str, text: str | None) -> "Filters":
        if text is not None and self.given is not None:
            try:
                self.given[name] = people_named(self.session, self.workspace, text)
            except Problem:
                self.given = None
        return self


def found(row: Record | None, text: str) -> Record:
    """The row. Raises Problem 404."""
    if row is None:
        raise not_found(text)
    return row
