"""Referrals that somebody asks for: a friend names who told them, an advocate misses a friend. In words: docs/joining.md."""
