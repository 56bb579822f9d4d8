"""One file for each noun; what it serves under /api/v1."""

from ninja import Router

from passaparola.inbound.api.routes import (
    access,
    acts,
    advocates,
    branding,
    calculations,
    chains,
    competitors,
    credit,
    events,
    findings,
    flows,
    gallery,
    holdings,
    invitations,
    keys,
    leaders,
    ledger,
    liabilities,
    links,
    materials,
    namings,
    offers,
    onboarding,
    pages,
    payouts,
    people,
    pictures,
    placements,
    programs,
    quotes,
    referrals,
    reports,
    rewards,
    scales,
    suppressions,
    texts,
    vouchers,
    webhooks,
    workspace,
)

people.router.add_router("", holdings.router)
people.router.add_router("", chains.router)
people.router.add_router("", leaders.of_person)
programs.router.add_router("", flows.router)
programs.router.add_router("", scales.router)
programs.router.add_router("", leaders.of_program)
programs.router.add_router("", liabilities.router)
programs.router.add_router("", access.router)
programs.router.add_router("", pages.router)
programs.router.add_router("", texts.router)
programs.router.add_router("", placements.of_program)
programs.router.add_router("", materials.of_program)
ROUTERS: dict[str, Router] = {
    "/programs": programs.router,
    "/templates": gallery.router,
    "/people": people.router,
    "/advocates": advocates.router,
    "/links": links.router,
    "/placements": placements.router,
    "/materials": materials.router,
    "/quotes": quotes.router,
    "/offers": offers.router,
    "/onboarding": onboarding.router,
    "/events": events.router,
    "/referrals": referrals.router,
    "/namings": namings.router,
    "/rewards": rewards.router,
    "/payouts": payouts.router,
    "/vouchers": vouchers.router,
    "/credit": credit.router,
    "/ledger": ledger.router,
    "/report": reports.router,
    "/calculations": calculations.router,
    "/competitors": competitors.router,
    "/findings": findings.router,
    "/acts": acts.router,
    "/webhooks": webhooks.router,
    "/workspace": workspace.router,
    "/branding": branding.router,
    "/pictures": pictures.router,
    "/suppressions": suppressions.router,
    "/invitations": invitations.router,
    "/api-keys": keys.router,
}
