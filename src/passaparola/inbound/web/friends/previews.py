"""What other programs show of a link: title, words and a picture, in the language of the page and without anything of the advocate's."""

import hashlib
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi, gettext

from passaparola.actions.offers.show import ShownOffer
from passaparola.domain.design.theme import palettes
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.offer import offer_of
from passaparola.inbound.today import day_of
from passaparola.inbound.tongue import locale_of, the_tongue
from passaparola.inbound.web.design.drawing import Sketch
from passaparola.store.read.offers import Firm


def preview_of(shown: ShownOffer) -> dict[str, Any]:
    """The words of a preview, with whole addresses that begin with the configured origin."""
    if shown.program is None:
        return {}
    sketch = sketch_of(shown.program, shown.firm, shown.link.workspace)
    language = (get_language() or "en").partition("-")[0]
    picture = f"/media/{shown.firm.slug}/preview/{shown.program.slug}/{language}-{sketch_digest(sketch)}.png"
    return {
        "title": sketch.title,
        "words": sketch.words,
        "address": f"{settings.PUBLIC_URL}/l/{shown.link.slug}",
        "locale": str(locale_of(language)),
        "picture": f"{settings.PUBLIC_URL}{picture}",
    }


def sketch_of(program: Program, firm: Firm, workspace: str) -> Sketch:
    """What the picture of a program shows in the language that is active."""
    offer = offer_of(program, name=None, firm=firm.name, tongue=the_tongue(), now=day_of(program, workspace))
    light, _ = palettes(firm.look.accent)
    words = gettext("A recommendation from a friend")
    return Sketch(
        offer.headline, firm.name, words, light.accent, light.on_accent, light.tint, bool(get_language_bidi())
    )


def sketch_digest(sketch: Sketch) -> str:
    """A name that changes with the picture."""
    parts = (sketch.title, sketch.firm, sketch.words, sketch.accent, sketch.on_accent, sketch.tint, str(sketch.rtl))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
