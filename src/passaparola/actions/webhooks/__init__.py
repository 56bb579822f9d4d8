"""Outgoing webhooks: who hears what, when it is sent, and what an operator does about it."""
