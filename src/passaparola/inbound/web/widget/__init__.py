"""What other sites show of a program, by one script or a frame, with a publishable key."""
