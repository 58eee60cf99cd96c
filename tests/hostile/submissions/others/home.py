"""Reads the teacher's home and the machine's accounts."""
import os

for path in ("@HOME@/token.txt", "@HOME@/.ssh/id_ed25519", "@HOME@", "/etc/passwd", "/etc/shadow", "/root", "/home"):
    try:
        print("REACHED:", os.listdir(path) if os.path.isdir(path) else open(path).read()[:100])
    except OSError as error:
        print("refused:", error.strerror)
