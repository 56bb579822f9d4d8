"""A program is set up by questions: begun, answered step by step by whoever, thrown away, or launched."""
