"""A decision put into words: in full for the operator, in one safe sentence for the advocate. Values in, text out."""

from passaparola.domain.explain.advocate import sentence_for_advocate
from passaparola.domain.explain.operator import (
    Said,
    Story,
    paragraph_for_operator,
    story_for_operator,
    transition_sentence,
)
from passaparola.domain.explain.words import outcome_words, reason_words

__all__ = [
    "Said",
    "Story",
    "outcome_words",
    "paragraph_for_operator",
    "reason_words",
    "sentence_for_advocate",
    "story_for_operator",
    "transition_sentence",
]
