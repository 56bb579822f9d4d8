"""How a firm looks and what its pages say: branding, pictures, the texts of landing pages."""
