"""Texts for sharing: their places, and how long they are where they are sent."""

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from passaparola.domain.sharing.lengths import costly_signs, is_seven_bits, sms_parts, x_length
from passaparola.domain.sharing.texts import ShareText, TextChannel, UnableToReadText, filled, read_text, text_for

SAMPLE = {
    "name": "Ada",
    "firm": "Ben's {code}",
    "headline": "You get 5",
    "code": "K7MPX4RT",
    "link": "https://a.example/r/x",
}
EURO, ARABIC, EMOJI = "€", "ش", "🎁"


@pytest.mark.parametrize(
    ("said", "lengths"),
    [
        ("", [0]), ("a" * 160, [160]), ("a" * 161, [153, 8]), (EURO * 80, [80]), (EURO * 81, [76, 5]),
        ("a" * 152 + EURO + "b" * 9, [152, 10]),
        (ARABIC * 70, [70]), (ARABIC * 71, [67, 4]), ("a" * 70 + ARABIC, [67, 4]), (EMOJI * 35, [35]), (EMOJI * 36, [33, 3]),
        (ARABIC * 66 + EMOJI + ARABIC * 9, [66, 10]), ("ą" + "a" * 70, [67, 4]), ("à" * 160, [160]),
    ],
)  # fmt: skip
def test_i18_03_a_text_message_is_cut_where_a_telephone_cuts_it(said: str, lengths: list[int]) -> None:
    assert [len(part) for part in sms_parts(said)] == lengths


@given(text(characters(exclude_categories=["Cs"]), max_size=500))
def test_i18_03_no_character_is_lost_or_cut_in_two(said: str) -> None:
    parts = sms_parts(said)
    assert "".join(parts) == said
    room = (160, 153) if is_seven_bits(said) else (70, 67)
    if not is_seven_bits(said):
        assert all(len(part.encode("utf-16-be")) // 2 <= room[len(parts) > 1] for part in parts)


def test_what_makes_a_text_message_costly_is_named() -> None:
    assert (costly_signs("a – b – ś{€"), costly_signs("abc")) == ("–ś", "")


def test_x_counts_a_link_as_23_and_emoji_twice() -> None:
    assert (x_length("abc"), x_length(EMOJI), x_length(ARABIC), x_length("日")) == (3, 2, 1, 2)
    assert x_length("Look: https://a.example/" + "x" * 90) == 29


@pytest.mark.parametrize(
    ("channel", "given", "field", "why"),
    [
        ("any", {"words": "Hi {nme}"}, "words", "there is no {nme}: use {name}, {firm}"),
        ("any", {"words": "Hi {name"}, "words", "a brace without"),
        ("any", {"words": "  "}, "words", "write something"),
        ("any", {"words": "x" * 601}, "words", "at most 600 characters: here are 601"),
        ("any", {"words": "x\u202ey"}, "words", "nobody sees"),
        ("any", {"words": "x", "subject": "y"}, "subject", "only a mail"),
        ("email", {"words": "x", "subject": "{all}"}, "subject", "there is no {all}"),
        ("x", {"words": "x" * 257}, "words", "too long for X: 281 characters with the link, and 280 are allowed"),
        ("x", {"words": "{headline}" * 29}, "words", "too long for X: 285"),
        ("sms", {"words": ARABIC * 180}, "words", "it takes 4 text messages"),
    ],
)
def test_shr_03_what_a_channel_does_not_take_is_refused_by_field(
    channel: str, given: dict[str, str], field: str, why: str
) -> None:
    read = read_text(TextChannel(channel), "en", {"words": "{name}: {headline} {link}"}, SAMPLE)
    assert filled(read.words, SAMPLE) == "Ada: You get 5 https://a.example/r/x"
    with pytest.raises(UnableToReadText, match=why.replace("{", r"\{")) as said:
        read_text(TextChannel(channel), "en", given, SAMPLE)
    assert said.value.field == field


def test_what_fills_a_place_is_not_looked_through_again() -> None:
    assert filled("{firm} {code} {other}", SAMPLE) == "Ben's {code} K7MPX4RT {other}"


def test_a_text_is_that_of_the_language_then_of_the_channel() -> None:
    en, pl = ShareText("en", "sms", "en sms"), ShareText("pl", "any", "pl any")
    both = [en, ShareText("en", "any", "en any"), pl]
    found = [text_for(both, channel, language) for channel, language in (("sms", "pl"), ("sms", "it"), ("email", "it"))]
    assert [text.words for text in found if text] == ["pl any", "en sms", "en any"]
    assert text_for([pl], "x", "ar") == pl
    assert text_for([en], "x", "en") is None
