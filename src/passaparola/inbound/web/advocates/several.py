"""Several friends at once, from the advocate's own mail program: the addresses go there, and none of them is kept."""

import re
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from passaparola.actions.joining.share import Shared, record_share
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.sharing.texts import LONGEST, with_link
from passaparola.inbound.running import the_writer
from passaparola.inbound.sharing import link_address
from passaparola.inbound.today import now_in
from passaparola.inbound.web.advocates.answers import HEADERS, QUIET, missing, page, patient
from passaparola.inbound.web.advocates.portal import giving_of, own_link
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.store.read.offers import firm_of
from passaparola.store.read.snapshot import reading

CHANNEL, MOST, LONGEST_TYPED = "email", 20, 4000
_BETWEEN = re.compile(r"[\s,;]+")


@require_http_methods(["GET", "HEAD", "POST"])
@patient
@portal_page
def several(request: HttpRequest, who: Visitor, link: str) -> HttpResponse:
    """Words and addresses; sent, they are handed to the mail program, each friend unseen by the others."""
    found = own_link(who, link)
    giving = giving_of(who, found[1]) if found else None
    if found is None or giving is None or CHANNEL not in {channel.key for channel in giving.channels}:
        return missing(request)
    own, address = found[0], link_address(found[0].slug, CHANNEL)
    words, subject = giving.message(own, CHANNEL, address)
    typed, wrong = request.POST.get("addresses", "").replace("\x00", "")[:LONGEST_TYPED], ""
    if request.method == "POST":
        words = request.POST.get("words", "").replace("\x00", "").replace("\r\n", "\n")[: LONGEST + 200].strip()
        addresses, wrong = _read(typed)
        if not wrong:
            shared, at = Shared(own.id, own.code, CHANNEL), now_in(who.workspace)
            the_writer().run(lambda: record_share(shared, workspace=who.workspace, now=at))
            to = f"mailto:?bcc={quote(','.join(addresses), safe='@,')}&subject={quote(subject)}&body={quote(with_link(words, address))}"
            return HttpResponse(status=303, headers={**HEADERS, **QUIET, "Location": to})
    with reading() as session:
        firm = firm_of(session, who.workspace)
    context = {"firm": firm, "here": "home", "words": words, "addresses": typed, "wrong": wrong, "most": MOST}
    return page(
        request, "advocate/several.html", {**context, "longest": LONGEST + 200}, 422 if wrong else 200, shares=True
    )


def _read(typed: str) -> tuple[list[str], str]:
    """The addresses, each once, and what is wrong with them."""
    given = list(dict.fromkeys(part for part in _BETWEEN.split(typed) if part))
    if not given:
        return [], gettext("Write at least one address.")
    if len(given) > MOST:
        return [], gettext("At most %(most)s addresses at once.") % {"most": MOST}
    for address in given:
        try:
            canonical("email", address)
        except UnableToReadIdentity:
            return [], gettext("%(address)s is no e-mail address.") % {"address": address[:80]}
    return given, ""
