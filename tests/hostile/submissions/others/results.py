"""Reads other students' results and writes its own."""
import os

for path in ("@OUT@", "@OUT@/results", "@OUT@/reports"):
    try:
        print("REACHED:", os.listdir(path))
    except OSError as error:
        print("refused:", error.strerror)
for path in ("@OUT@/grades.csv", "@OUT@/results/others__results.py.json", "@OUT@/reports/@MARK@.html"):
    try:
        open(path, "w").write("10")
        print("REACHED: wrote", path)
    except OSError as error:
        print("refused:", error.strerror)
