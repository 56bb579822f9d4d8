"""Outgoing webhooks: where they may go, how they are signed, and the call itself. The standard is Standard Webhooks 1.0."""
