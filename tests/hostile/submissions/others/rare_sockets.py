"""Opens sockets of the kinds that reach into the kernel."""
import socket

for family in (socket.AF_NETLINK, socket.AF_PACKET, socket.AF_ALG, socket.AF_VSOCK, socket.AF_CAN, 44):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind)
            print("REACHED: family", family)
        except OSError:
            pass
