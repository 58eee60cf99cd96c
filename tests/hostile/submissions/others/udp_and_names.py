"""Sends packets without a connection and asks for names."""
import socket

for family, address in ((socket.AF_INET, ("127.0.0.1", @UDP@)), (socket.AF_INET6, ("::1", @UDP@))):
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"@MARK@", address)
            print("sent")
    except OSError as error:
        print("refused:", error)
for name in ("localhost", "example.com"):
    try:
        print("resolved:", socket.getaddrinfo(name, 80)[0][4])
    except OSError as error:
        print("refused:", error)
