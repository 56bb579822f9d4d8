"""From what was decided to what is told: the outbox is read once, and every listener adds its deliveries and mails in the same commit."""
