"""Mail to people: what is due, what is queued, what has left."""
