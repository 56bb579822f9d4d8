"""The pages of advocates: joining with an e-mail address, and the portal of those who have. Persons, never staff accounts."""
