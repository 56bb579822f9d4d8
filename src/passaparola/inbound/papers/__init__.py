"""What people print or keep: PDF, drawn with our own fonts, read from the left or from the right as the language is."""
