"""Every page that strangers open, of a firm with one program: what each of them must have is asked of all."""

from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.store.models import MagicLink, Message, ReferralRequest, ShareLink
from tests.journeys.advocates import ADA, BEN, EVA, Browser, link_in_mail
from tests.journeys.friends import Link, browser

NAMED = {"said": "Nobody", "name": "Ben", "email": BEN}
PORTAL = (
    "/me/", "/me/friends/", "/me/rewards/", "/me/shares/", "/me/materials/", "/me/missing/", "/me/settings/", "/me/quotes/",
    f"/me/qr/{'0' * 32}.svg",
)  # fmt: skip


def public_pages(link: Link, program: str) -> list[str]:
    """Their addresses, after Ben, Eva and Ada have begun what there is to begin."""
    stranger, word = browser(), the_keyring().links
    stranger.post(f"/told/{program}", NAMED)
    stranger.post("/me/sign-in/", {"email": ADA})
    visit = link.token()
    stranger.post(f"{link.page}/accept", {"v": visit, "email": BEN})
    accept = link_token(word, "accept", MagicLink.objects.get(purpose="accept").id.hex)
    taken = stranger.post(f"/l/accept/{accept}").headers["Location"]
    Browser().join(EVA, program)
    row, mail = ReferralRequest.objects.get(), Message.objects.earliest("id").id.hex
    row.state, row.person_id = "asked", link.person
    row.save()
    told, named = (link_token(word, purpose, row.id.hex) for purpose in ("told", "named"))
    return [
        *(f"/join/{program}{more}" for more in ("", "?asked", "?invitation=none")),
        *(f"/told/{program}", f"/told/{program}?asked", f"/told/yes/{told}", "/me/sign-in/", "/me/sign-in/?asked"),
        *(link_in_mail(), link.page, f"{link.page}/accept?v={visit}", f"/l/accept/{accept}", taken, f"/me/named/{named}"),
        *("/privacy/", "/cookies/", f"/u/{link_token(word, 'unsubscribe', mail)}", "/privacy/none/", "/p/none", "/nothing/at/all"),
        *("/join/none", "/join/confirm/torn", "/told/none", "/l/none", "/me/named/torn", "/u/torn", "/r/none"),
    ]  # fmt: skip


def switched_off(link: Link) -> list[str]:
    """Those of a link that leads nowhere any more."""
    ShareLink.objects.filter(id=link.id).update(active=False)
    return [f"/r/{link.slug}", link.page]
