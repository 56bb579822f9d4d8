"""What a firm prepares for sharing."""
