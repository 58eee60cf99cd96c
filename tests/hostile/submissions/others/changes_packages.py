"""Changes, removes and renames installed files, and their times and modes."""
import os

import grader


for path in (grader.__file__, torch.__file__, "@COURSE@/assignments/logistic_regression/reference.py", "@HOME@/token.txt"):
    for change in (
        lambda: open(path, "a").close(),
        lambda: os.utime(path, (0, 0)),
        lambda: os.chmod(path, 0o666),
        lambda: os.chown(path, 65534, 65534),
        lambda: os.rename(path, path + ".@MARK@"),
        lambda: os.unlink(path),
        lambda: os.truncate(path, 0),
        lambda: os.setxattr(path, "user.x", b"1"),
        lambda: os.link(path, "linked"),
    ):
        try:
            before = os.stat(path)
            change()
            if os.stat(path)[:9] != before[:9]:
                print("REACHED: changed", path)
        except OSError:
            pass
