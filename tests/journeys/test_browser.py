"""The check of pages is itself checked: a page with a planted fault does not pass as sound."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from tests.browser import Window
from tests.databases import only_sqlite

pytestmark = [pytest.mark.browser, only_sqlite]

GOOD = "<!doctype html><html lang=en><title>Good</title><body><main><h1>Good</h1><p>Nothing is wrong here.</p></main></body></html>"
FAULTS = {
    "an inline script": ("<p>", "<script>document.title = 'Bad'</script><p>", "policy: script-src"),
    "an inline style": ("<p>", "<p style='color: red'>", "policy: style-src"),
    "a picture from elsewhere": ("<p>", "<img alt='' src='http://127.0.0.1:1/x.png'><p>", "asked elsewhere"),
    "a script that is not there": ("<p>", "<script src='/no-such.js'></script><p>", "404"),
    "a box that is too wide": ("<p>", "<svg width=700 height=10 aria-hidden=true></svg><p>", "pixels wide"),
    "a picture without words": ("<p>", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p>", "image-alt"),
    "a page without language": (" lang=en", "", "html-has-lang"),
}


def show(_: HttpRequest) -> HttpResponse:
    return HttpResponse(_shown[0])


_shown = [GOOD]
urlpatterns = [path("", show)]


@contextmanager
def showing(text: str) -> Iterator[None]:
    _shown[0] = text
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_a_good_page_is_sound(window: Window) -> None:
    with showing(GOOD):
        assert window.open("/").status == 200
        window.assert_sound()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(window: Window, fault: str) -> None:
    before, after, complaint = FAULTS[fault]
    with showing(GOOD.replace(before, after)):
        window.open("/")
        window.page.wait_for_load_state("networkidle")
        with pytest.raises(AssertionError) as complained:
            window.assert_sound()
    assert complaint in str(complained.value)
