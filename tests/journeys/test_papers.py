"""Lines on paper, whatever is written in them."""

from passaparola.inbound.papers.paper import Paper


def test_a_line_on_paper_is_cut_where_the_room_ends_however_long_it_is() -> None:
    paper, room = Paper(title="x", author="x", language="ar", rtl=True), 100.0
    for text in ("x" * 50_000, "مرحبا" * 2_000, "\u202e🙂" * 900):
        cut = paper.fitting(text, 10, room)
        assert text.startswith(cut.removesuffix("…"))
        assert paper.width(cut, 10) <= room < paper.width(text[: len(cut) + 2], 10)
        assert all(paper.width(line, 10) <= room for line in paper.wrapped(text[:300], 10, room))
    assert paper.fitting("short", 10, room) == "short"
    assert paper.wrapped(" ", 10, room) == []
