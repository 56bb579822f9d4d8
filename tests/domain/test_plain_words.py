"""What is left of the words and names that people give us for other people's mails."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.plain_words import LONGEST_NAME, LONGEST_WORDS, plain_name, plain_words

SPAM = [
    "Look at https://evil.example/a?b=c now",
    "Look at www.evil.example now",
    "Look at evil.example/path now",
    "Look at HTTP://EVIL.EXAMPLE now",
    "Look at javascript:alert(1)//evil.com now",
    "Look at ｅｖｉｌ．ｃｏｍ now",
    "Look at e\u200bvil.com now",
    "Look at mail@evil.example now",
    "Look at <a href='//evil.example'>this</a> now",
    "Call +39 333 123 45 67 now",
    "Call (0039)333-123-4567 now",
    "Look at \u202egnp.exe now",
]


@pytest.mark.parametrize("text", SPAM)
def test_a34_links_addresses_numbers_and_markup_are_taken_out(text: str) -> None:
    words = plain_words(text)
    assert "now" in words
    assert not any(part in words.lower() for part in ("evil", "://", "www", "<", ">", "@", "333", "\u202e")), words


def test_ordinary_words_stay() -> None:
    said = "Their bread is great! Try it: 2 for 1, open 9-18. Ciao, Ada :-)"
    assert plain_words(said) == said
    assert plain_words("جرب الخبز، إنه رائع") == "جرب الخبز، إنه رائع"
    assert plain_words("  many \n\n lines\t") == "many lines"


@pytest.mark.parametrize("name", ["Ada Rossi", "Ada O'Neil-Łuć", "آدا", "王小明", "Ada-Marie d’Été"])
def test_a_name_stays_a_name(name: str) -> None:
    assert plain_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}", "Visit evil.com", "Ada https://x.example",
        "Call 0039 333 1234567", "x" * 10_000, "ada@example.com",
    ],
)  # fmt: skip
def test_a33_a_name_that_holds_more_than_a_name_is_none(name: str) -> None:
    assert plain_name(name) == ""


def test_a33_what_turns_the_direction_of_writing_is_taken_out_of_a_name() -> None:
    assert plain_name("Ada\u202eissoR\u0000\u200b") == "AdaissoR"


@given(st.text(max_size=3000))
def test_whatever_comes_is_short_printable_and_the_same_when_done_again(text: str) -> None:
    words, name = plain_words(text), plain_name(text)
    assert len(words) <= LONGEST_WORDS
    assert len(name) <= LONGEST_NAME
    assert words.isprintable()
    assert not set(words) & set("<>{}@")
    assert plain_name(name) == name


@pytest.mark.parametrize(
    "text", ["<" * 50_000, "a." * 25_000, "1 " * 25_000, "@" * 50_000, "http:" * 10_000, "(" * 50_000]
)
def test_a41_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    plain_words(text)
    assert time.process_time() - begun < 0.5
