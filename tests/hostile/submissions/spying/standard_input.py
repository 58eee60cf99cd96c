"""Reads standard input and the terminal."""
import sys

print("read:", sys.stdin.read())
try:
    print("REACHED:", open("/dev/tty").readline())
except OSError as error:
    print("refused:", error.strerror)
