"""The public page of a leaderboard."""
