"""Addresses of the office."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.office import firm, log, staff, webhooks

urlpatterns: list[URLPattern] = [
    path("settings/firm/", firm.firm, name="firm"),
    path("settings/log/", log.log, name="log"),
    path("settings/staff/", staff.staff, name="staff"),
    path("settings/staff/change/", staff.change_staff, name="staff-change"),
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/make/", webhooks.make_webhook, name="webhook-make"),
    path("settings/webhooks/<our_webhook:key>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<our_webhook:key>/replay/", webhooks.replay_webhook, name="webhook-replay"),
    path("settings/webhooks/<our_webhook:key>/<our_delivery:delivery>/resend/", webhooks.resend, name="webhook-resend"),
    path("settings/webhooks/<our_webhook:key>/<str:verb>/", webhooks.change_webhook, name="webhook-change"),
]
