"""Makes files with names of 255 bytes, of newlines and of bytes that are no text."""
import os

for name in (b"n" * 255, b"\n" * 255, b"\xff" * 255, b"-rf", b"~", b" ", b"*"):
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError as error:
        print("stopped:", error.strerror)
