"""One file for each noun; what it serves under /api/v1."""

from ninja import Router

from passaparola.inbound.api.routes import credit, events, keys, ledger, programs, referrals, reports, rewards, vouchers

ROUTERS: dict[str, Router] = {
    "/programs": programs.router,
    "/events": events.router,
    "/referrals": referrals.router,
    "/rewards": rewards.router,
    "/vouchers": vouchers.router,
    "/credit": credit.router,
    "/ledger": ledger.router,
    "/report": reports.router,
    "/api-keys": keys.router,
}
