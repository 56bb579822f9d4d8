"""Leaderboards: what is counted for them, what they show, and who is named on them."""
