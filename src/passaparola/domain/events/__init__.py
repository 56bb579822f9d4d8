"""Facts from outside: one shape, whichever way they come."""
