"""A program is set up by questions, a page each, with what comes of it beside them; it ends in a program that runs, and its file."""
