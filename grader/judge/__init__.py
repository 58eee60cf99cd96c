"""One submission, one assignment, one Result. The judge holds the reference and never runs student code."""
