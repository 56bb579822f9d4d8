"""The office of the installation: who of staff may do what, which systems hear of us, and the log of who did what."""
