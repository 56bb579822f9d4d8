"""What the firm prepares for sharing: texts, placements, materials."""
