"""Addresses of what is prepared for sharing."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.sharing import materials, places, texts

_PLACE = "programs/<slug:slug>/sharing/<our_placement:key>/"
urlpatterns: list[URLPattern] = [
    path("programs/<slug:slug>/sharing/", places.places, name="program-places"),
    path("programs/<slug:slug>/sharing/new/", places.choose, name="place-choose"),
    path("programs/<slug:slug>/sharing/new/<str:kind>/", places.new, name="place-new"),
    path("programs/<slug:slug>/sharing/texts/", texts.texts, name="program-texts"),
    path("programs/<slug:slug>/sharing/buttons/", texts.buttons, name="program-buttons"),
    path("programs/<slug:slug>/sharing/texts/<str:language>/<str:channel>/", texts.write, name="program-text-write"),
    path("programs/<slug:slug>/sharing/materials/", materials.materials, name="program-materials"),
    path("programs/<slug:slug>/sharing/materials/<our_material:key>/remove/", materials.remove, name="material-remove"),
    path(_PLACE, places.place, name="place"),
    path(f"{_PLACE}end/", places.end, name="place-end"),
    path(f"{_PLACE}qr.<str:form>", places.qr, name="place-qr"),
]
