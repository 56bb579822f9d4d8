"""Addresses of the set-up and of the plan of a program."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.setup import beginning, competitors, launching, plans, steps

urlpatterns: list[URLPattern] = [
    path("setup/", beginning.begin, name="setup"),
    path("setup/<our_setup:key>/", steps.go_on, name="setup-go-on"),
    path("setup/<our_setup:key>/check/", launching.check, name="setup-check"),
    path("setup/<our_setup:key>/remove/", beginning.remove, name="setup-remove"),
    path("setup/<our_setup:key>/program.yaml", launching.program_yaml, name="setup-yaml"),
    path("setup/<our_setup:key>/plan.csv", plans.setup_plan_csv, name="setup-plan-csv"),
    path("setup/<our_setup:key>/<slug:step>/", steps.step, name="setup-step"),
    path("setup/<our_setup:key>/<slug:step>/preview/", steps.preview, name="setup-preview"),
    path("competitors/", competitors.table, name="competitors"),
    path("competitors.csv", competitors.table_csv, name="competitors-csv"),
    path("competitors/<our_competitor:key>/remove/", competitors.remove, name="competitor-remove"),
    path("programs/<slug:slug>/plan/", plans.program_plan, name="program-plan"),
    path("programs/<slug:slug>/plan.csv", plans.program_plan_csv, name="program-plan-csv"),
    path("programs/<slug:slug>/program.yaml", plans.program_yaml, name="program-yaml"),
]
