"""Moves the position in its output file beyond its end, and maps it."""
import mmap
import os

print("before")
try:
    memory = mmap.mmap(1, 0)
    memory[:8] = b"<script>"
except (OSError, ValueError) as error:
    print("refused:", error)
os.lseek(1, 2**40, os.SEEK_SET)
print("after")
