"""What people read of cookies and of their data, and what they say of cookies."""
