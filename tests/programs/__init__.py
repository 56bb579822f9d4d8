"""Each shipped program is run through the real journey: file, import, clock, ledger, report."""
