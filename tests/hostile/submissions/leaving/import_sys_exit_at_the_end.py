"""Leaves with exit status 0 at the end of the file: what the file defined by then counts."""
import sys

sys.exit(0)
