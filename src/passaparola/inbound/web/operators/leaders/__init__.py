"""The leaderboard of a program, for staff; and the public names of people."""
