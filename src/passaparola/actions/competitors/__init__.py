"""What competitors offer is noted."""
