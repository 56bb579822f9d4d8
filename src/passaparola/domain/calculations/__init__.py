"""Calculations that a person plans and judges a program with: pure, exact, and total. `catalogue.py` names them all."""
