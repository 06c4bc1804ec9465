"""Requests drawn from the grammar with faults mixed in, and other readers to compare with."""
