"""How the firm looks, and what is written on the landing page of a program."""
