"""A set-up as its pages have it: what was answered, the file from which one began, and what the answers make."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from passaparola.domain.setup.answers import SCRATCH, SMALL_BUSINESS, Answers, Step, read_answers, said
from passaparola.domain.setup.beginnings import (
    SMALL_BUSINESS_ANSWERS,
    SMALL_BUSINESS_FILE,
    Values,
    beginning_answers,
    values_of,
)
from passaparola.domain.setup.places import Draft, draft_of
from passaparola.inbound.gallery import NoSuchTemplate, template_named
from passaparola.inbound.today import now
from passaparola.store.read.setups import SetupRow, setup_of
from passaparola.store.read.snapshot import Session


@dataclass(slots=True)
class Opened:
    """`answers` are those that are saved, or with what is typed just now."""

    row: SetupRow
    answers: Answers

    @property
    def beginning(self) -> str | None:
        return beginning_text(said(self.answers, Step.BEGINNING, "beginning"))

    @property
    def base(self) -> Values:
        return values_of(self.beginning)

    def draft(self) -> Draft:
        """The file of these answers, checked."""
        return draft_of(self.answers, self.beginning, now=now())


def opened(session: Session, workspace: str, key: str) -> Opened:
    """The set-up of this id, or 404."""
    row = setup_of(session, workspace, key)
    if row is None:
        raise Http404
    return Opened(row, read_answers(row.answers))


def beginning_text(name: str) -> str | None:
    """The text of the file that goes by a name: one of the gallery, the preset, or none."""
    if name == SMALL_BUSINESS:
        return SMALL_BUSINESS_FILE
    if name in ("", SCRATCH):
        return None
    try:
        return template_named(name).document
    except NoSuchTemplate:
        return None


def following(name: str) -> Answers:
    """What a beginning says to the questions behind it."""
    more: dict[str, Any] = dict(SMALL_BUSINESS_ANSWERS) if name == SMALL_BUSINESS else {}
    return {**beginning_answers(values_of(beginning_text(name))), **more}
