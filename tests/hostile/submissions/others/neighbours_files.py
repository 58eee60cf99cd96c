"""Reads what lies around its own folder: other submissions, other processes' copies."""
import glob
import os

for pattern in ("../*", "../../*", "../../../*", "@SUBMISSIONS@/*", "/tmp/grade-*/*", "/tmp/*"):
    for path in glob.glob(pattern):
        try:
            if os.path.realpath(path) in (os.getcwd(), os.path.dirname(os.getcwd())):
                continue
            seen = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(60)
            print("REACHED:", path, seen)
        except OSError:
            pass
try:
    print("REACHED:", open("@SUBMISSIONS@/neighbour/secret.txt").read())
except OSError as error:
    print("refused:", error.strerror)
