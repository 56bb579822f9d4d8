"""What a firm puts into its own site, and the orders that its pages tell of."""
