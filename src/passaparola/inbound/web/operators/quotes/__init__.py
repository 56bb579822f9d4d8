"""What people say in public: proposed, approved, hidden, withdrawn."""
