"""Opens the reference and the checks where the course lies, and where the grader is installed."""
import glob
import os

import grader

above = os.path.dirname(os.path.dirname(grader.__file__))
places = ["@COURSE@", above, os.path.join(os.path.dirname(grader.__file__), "_bundled")]
for place in places:
    for pattern in ("assignments/*/reference.py", "plugins/*.py", "assignments/*/assignment.toml"):
        for path in [*glob.glob(f"{place}/{pattern}"), f"{place}/assignments/logistic_regression/reference.py"]:
            try:
                open(path).read()
                print("REACHED:", path)
            except OSError as error:
                print("refused:", error.strerror)
