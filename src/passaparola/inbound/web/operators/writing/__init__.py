"""Writing a program: from the gallery or from the live file, checked as it is written, planned before it is published, and taken back."""
