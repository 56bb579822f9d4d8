"""What people say of the firm in public: offered, approved, hidden, withdrawn."""
