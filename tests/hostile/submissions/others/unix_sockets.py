"""Connects to sockets of the machine, by path and in the abstract name space."""
import socket

for address in ("@SOCKET@", "\0@ABSTRACT@", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/dev/log"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(socket.AF_UNIX, kind) as own:
                own.connect(address)
                own.send(b"@MARK@")
                print("REACHED:", repr(address))
        except OSError:
            pass
