"""More links and codes for an advocate."""

import re
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.advocates.standing import find_advocate
from passaparola.domain.tongue import gettext_noop
from passaparola.store.ids import new_code, new_id, new_slug
from passaparola.store.read.advocates import code_is_taken

CODE_TAKEN, INVALID_CODE, INVALID_LABEL = "code_taken", "invalid_code", "invalid_label"
LONGEST_LABEL = 64
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{2,30})[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Link:
    """What an advocate gives away."""

    id: str
    program: str
    person: str
    slug: str
    code: str
    label: str


def create_link(advocate: str, *, asked: Asked, label: str = "", code: str | None = None) -> Performed[Link]:
    """A new link for an advocate, with a code: a chosen one (4 to 32 letters, digits and hyphens, compared in capitals) or a made one.

    Refused: `code_taken` (409) when it is a code or link of somebody's already; `invalid_code`, `invalid_label` (422). Raises NotFound,
    IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: link_of(advocate, label, code, desk))


def link_of(advocate: str, label: str, code: str | None, desk: Desk) -> Link:
    """The same, inside an act that does more."""
    owner = find_advocate(advocate, desk)
    if len(label) > LONGEST_LABEL or not (label == "" or label.isprintable()):
        raise Refusal(INVALID_LABEL, f"a label has at most {LONGEST_LABEL} printable characters", 422)
    link = Link(
        new_id(), owner.program, owner.person, new_slug(), new_code() if code is None else check_code(code, desk), label
    )
    desk.act("link.create", link.id, advocate=advocate, chosen=code is not None)
    desk.plan.add(
        "sharelink",
        link.id,
        desk.plan.workspace,
        link.program,
        link.person,
        link.slug,
        link.code,
        label,
        True,
        desk.now,
    )
    return link


def check_code(chosen: str, desk: Desk) -> str:
    """A chosen code as it is kept, when it may be had. Raises Refusal."""
    code = chosen.strip().upper()
    if not _CODE.fullmatch(code):
        sentence = gettext_noop("a code has 4 to 32 letters, digits and hyphens, such as ADA-10")
        raise Refusal(INVALID_CODE, sentence, 422)
    if code_is_taken(desk.session, desk.workspace.id, code):
        raise Refusal(CODE_TAKEN, gettext_noop("this code is taken"))
    return code
