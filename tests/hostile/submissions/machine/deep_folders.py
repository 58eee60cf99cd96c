"""Makes folders inside folders until it cannot: something must remove them again."""
# status: graded|ungradable
# lost: * error|passed memory|none
import os

try:
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
except OSError as error:
    print("stopped:", error.strerror)
os.chdir("/")
