"""Writes wherever a later submission, or the teacher, would find it."""
import os
import site
import sys
import tempfile

import grader

places = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/", "@HOME@", "@COURSE@", "@COURSE@/plugins", "@WORLD@", "@CWD@"]
places += [*site.getsitepackages(), os.path.dirname(grader.__file__), os.path.dirname(os.__file__), *sys.path[1:3]]
places += [os.path.dirname(torch.__file__), os.path.join(os.path.dirname(torch.__file__), "__pycache__")]
for place in places:
    for name in ("@MARK@.py", "@MARK@.pth"):
        if os.path.realpath(place).startswith(os.getcwd()):
            continue
        try:
            open(os.path.join(place, name), "w").write("import os")
            print("REACHED: wrote", place)
        except OSError:
            pass
