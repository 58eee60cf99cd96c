"""Leaves folders that nobody may list behind: something must remove them all the same."""
import os

os.umask(0o777)
try:
    os.mkdir("locked")
    os.mkdir("locked2")
except OSError as error:
    print("stopped:", error.strerror)
os.umask(0)
try:
    os.mkdir("inner")
    os.mkdir("inner/x")
    open("inner/x/file", "w").close()
    os.chmod("inner/x", 0)
    os.chmod("inner", 0)
except OSError as error:
    print("stopped:", error.strerror)
