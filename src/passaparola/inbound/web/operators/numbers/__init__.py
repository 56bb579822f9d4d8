"""The dashboard, and the filtered lists of the rows behind its numbers."""
