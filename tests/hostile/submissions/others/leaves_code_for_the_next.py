"""Leaves modules in every folder a later submission might import from."""
import os
import sys

for place in [os.path.dirname(os.getcwd()), os.path.dirname(os.path.dirname(os.getcwd())), *sys.path]:
    if os.path.realpath(place or ".").startswith(os.getcwd()):
        continue
    for name in ("sitecustomize.py", "@MARK@_next.py"):
        path = os.path.join(place, name)
        if os.path.exists(path):
            continue
        try:
            open(path, "w").write("print('REACHED: code of another submission')")
            print("REACHED: wrote", path)
        except OSError:
            pass
