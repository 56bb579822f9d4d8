"""Referrals that somebody asks for, and the decisions of staff."""
