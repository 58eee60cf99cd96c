"""Run a command on a poorer machine: ``forbid.py NAME=ERRNO... -- COMMAND...`` refuses system calls for good.

``clone:NEW`` stands for a clone that asks for new namespaces, ``prctl:22`` for a call whose first argument is 22. The
refusals are the kernel's own (a seccomp filter, as a container engine's), so what the grader finds out about such a
machine is found out for real.
"""

import ctypes
import errno
import os
import struct
import sys

from grader.sandbox import linux
from grader.sandbox.seccomp import (
    ALLOW,
    ARGUMENTS_AT,
    EQUAL,
    LOAD,
    MODE_FILTER,
    NEW_NAMESPACES,
    NUMBER_AT,
    PR_SET_SECCOMP,
    REFUSE,
    RETURN,
)
from grader.sandbox.syscalls import NUMBERS

ANY_BIT = 0x45


def program(refusals: list[str]) -> list[tuple[int, int, int, int]]:
    code = [(LOAD, 0, 0, NUMBER_AT)]
    for refusal in refusals:
        name, _, error = refusal.partition("=")
        number, refuse = NUMBERS[name.partition(":")[0]], REFUSE | getattr(errno, error or "EPERM")
        if name.endswith(":NEW"):
            body = [(LOAD, 0, 0, ARGUMENTS_AT), (ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, refuse)]
            code += [(EQUAL, 0, 4, number), *body, (LOAD, 0, 0, NUMBER_AT)]
        elif ":" in name:
            value = int(name.partition(":")[2])
            body = [(LOAD, 0, 0, ARGUMENTS_AT), (EQUAL, 0, 1, value), (RETURN, 0, 0, refuse), (LOAD, 0, 0, NUMBER_AT)]
            code += [(EQUAL, 0, 4, number), *body]
        else:
            code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, refuse)]
    return [*code, (RETURN, 0, 0, ALLOW)]


def main(arguments: list[str]) -> None:
    end = arguments.index("--")
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program(arguments[:end]))
    buffer = ctypes.create_string_buffer(code, len(code))
    packed = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(packed, len(packed))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(holder))
    command = arguments[end + 1 :]
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
