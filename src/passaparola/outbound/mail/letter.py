"""One mail, complete: everything that its template shows. What is rendered from it depends on nothing else."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.design.theme import PLAIN_LOOK, Look
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Firm:
    """Who writes: the firm's own words about itself."""

    name: str
    website: str = ""
    contact_email: str = ""
    postal_address: str = ""
    look: Look = PLAIN_LOOK


@value(frozen=True, slots=True)
class Letter:
    """`id` makes the Message-ID, `kind` names the template, `facts` are its values, with whole addresses. `unsubscribe` is the address
    that ends all news; empty in what a person has just asked for. `in_folder`: never leaves the machine (a sandbox)."""

    id: str
    kind: str
    to: str
    language: str
    firm: Firm
    facts: Mapping[str, Any]
    unsubscribe: str = ""
    in_folder: bool = False
