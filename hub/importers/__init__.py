"""Files from outside to directory records: pure, tolerant, and each with its findings."""
