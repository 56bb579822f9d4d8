"""Colours that can be read, films and blocks of pages: what is taken, and what is refused with a way to mend it."""

import re

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from passaparola.domain.design.blocks import Block, UnableToReadBlock, read_block
from passaparola.domain.design.colours import (
    DARK_CARD,
    DARK_GROUND,
    LIGHT_CARD,
    LIGHT_GROUND,
    READABLE,
    UnableToReadColour,
    can_be_read,
    contrast,
    dark_palette,
    light_palette,
    nearest_readable,
    read_colour,
)
from passaparola.domain.design.video import UnableToReadVideo, read_video


@given(integers(0, (1 << 24) - 1))
def test_whatever_accent_is_suggested_all_that_follows_from_it_can_be_read(number: int) -> None:
    accent = nearest_readable(f"#{number:06x}")
    assert can_be_read(accent)
    assert nearest_readable(accent) == accent
    for palette, grounds in (
        (light_palette(accent), (LIGHT_CARD, LIGHT_GROUND)),
        (dark_palette(accent), (DARK_CARD, DARK_GROUND)),
    ):
        pairs = [(palette.accent, ground) for ground in grounds]
        pairs += [
            (palette.on_accent, palette.accent),
            (palette.on_accent, palette.strong),
            (palette.on_tint, palette.tint),
        ]
        assert min(contrast(one, other) for one, other in pairs) >= READABLE


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert (read_colour("F60"), read_colour(" #Ff6600 ")) == ("#ff6600", "#ff6600")
    for wrong in ("red", "#ff66", "url(#a)", "#ff66001", ""):
        with pytest.raises(UnableToReadColour):
            read_colour(wrong)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1",
        ),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?dnt=1&autoplay=1"),
        (
            "https://vimeo.com/123456789/ab12cd34ef",
            "https://player.vimeo.com/video/123456789?h=ab12cd34ef&dnt=1&autoplay=1",
        ),
        ("https://cdn.example.com/film.mp4", "https://cdn.example.com/film.mp4"),
    ],
)
def test_a_film_is_known_by_its_address(address: str, source: str) -> None:
    assert read_video(address).source == source
    assert read_video(read_video(address).address) == read_video(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://youtu.be/dQw4w9WgXcQ", "https://youtube.com/", "https://evil.example/watch?v=dQw4w9WgXcQ", "javascript:alert(1)//.mp4",
        "https://a.example;script-src *;/x.mp4", "https://u:p@a.example/x.mp4", "https://a.example/x y.mp4", "https://[/x.mp4",
        "https://*/x.mp4", "",
    ],
)  # fmt: skip
def test_what_is_no_film_is_refused(address: str) -> None:
    with pytest.raises(UnableToReadVideo):
        read_video(address)


def test_a_block_holds_its_fields_and_says_what_is_wrong_where() -> None:
    assert read_block(Block.MESSAGE, {"words": " Fresh bread\r\nevery day "}) == {"words": "Fresh bread\nevery day"}
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert read_block(Block.MESSAGE, {"words": f"Rye\tbr\u00adead {flag}"})["words"] == f"Rye bread {flag}"
    told = {"items": [{"question": "Open on Sunday?", "answer": "Until noon."}]}
    assert read_block(Block.QUESTIONS, told) == told
    wrong = {
        "words": (Block.MESSAGE, {"words": "x" * 401}),
        "title": (Block.VALUES, {"title": "a\u202eb", "words": "b"}),
        "link": (Block.PRODUCT, {"name": "Bread", "link": "javascript:alert(1)"}),
        "items[1].answer": (Block.QUESTIONS, {"items": [told["items"][0], {"question": "Why?"}]}),
        "items": (Block.QUESTIONS, {"items": []}),
        "picture": (Block.HERO, {"picture": "../x"}),
        "html": (Block.MESSAGE, {"words": "a", "html": "<b>"}),
        "address": (Block.VIDEO, {"address": "https://example.com/"}),
        "phone": (Block.CONTACT, {"phone": 7}),
    }
    for field, (block, content) in wrong.items():
        with pytest.raises(UnableToReadBlock) as refused:
            read_block(block, content)
        assert refused.value.field == field
        assert re.match(r"[a-z]", str(refused.value))
