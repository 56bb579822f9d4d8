"""A person becomes an advocate of a program, with a link and a code."""

from dataclasses import dataclass

from passaparola.actions.effects import Cause, tell
from passaparola.actions.events.overlay import PROVISIONAL, Overlay
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.store.ids import new_code, new_id, new_slug
from passaparola.store.write.plan import Plan


@dataclass(frozen=True, slots=True)
class Joined:
    """An advocate and the link made on joining."""

    advocate: str
    link: str
    slug: str
    code: str


def join(
    program: Program, person: str, overlay: Overlay, plan: Plan, now: Instant, *, provisional: bool = False
) -> Joined | None:
    """Make a person an advocate, `provisional` until they have confirmed their address.

    None when they, or somebody merged with them, is one already, in good standing or not.
    """
    if overlay.takes_part(program.key, person):
        return None
    status = PROVISIONAL if provisional else "active"
    overlay.advocates[(program.key, person)] = status
    made = Joined(new_id(), new_id(), new_slug(), new_code())
    plan.add("advocate", made.advocate, plan.workspace, program.key, person, status, now)
    plan.add("sharelink", made.link, plan.workspace, program.key, person, made.slug, made.code, "", True, now)
    if not provisional:  # whoever has not confirmed an address may be anybody, and many
        tell([{"topic": "advocate.joined", "id": made.advocate}], Cause(f"joined:{made.advocate}"), plan, now)
    return made
