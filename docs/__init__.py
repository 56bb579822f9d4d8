"""What is written by programs among the pages of documentation."""
