"""Looks for modules of the course among those that are loaded, and imports them."""
import importlib
import sys

for name in list(sys.modules):
    if name.startswith(("grader.judge", "grader.plugins_host", "plugins", "assignments", "hypothesis")):
        print("REACHED: loaded", name)
sys.path += ["@COURSE@", "@COURSE@/assignments/logistic_regression"]
for name in ("reference", "plugins.logistic_regression", "assignments.logistic_regression.reference"):
    try:
        importlib.import_module(name)
        print("REACHED: imported", name)
    except BaseException as error:
        print("refused:", name, type(error).__name__)
