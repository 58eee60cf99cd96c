"""Prints bytes that are no text, a line of megabytes and every control."""
import os

os.write(1, bytes(range(256)) * 4 + b"\xed\xa0\x80")
print("x" * 5_000_000)
