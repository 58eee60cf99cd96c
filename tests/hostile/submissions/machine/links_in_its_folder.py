"""Leaves links, pipes and sockets in its folder that lead the cleaning up elsewhere."""
import os
import socket

for make in (
    lambda: os.symlink("@WORLD@", "out"),
    lambda: os.symlink("@HOME@", "home"),
    lambda: os.link("@HOME@/token.txt", "hard"),
    lambda: os.mkfifo("pipe"),
    lambda: os.mknod("disk", 0o60666, 0x700),
    lambda: socket.socket(socket.AF_UNIX).bind("socket"),
):
    try:
        make()
    except OSError as error:
        print("refused:", error.strerror)
try:
    print("REACHED:", open("home/token.txt").read(), open("hard").read())
except OSError as error:
    print("refused:", error.strerror)
