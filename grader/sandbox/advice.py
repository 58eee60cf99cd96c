"""One line for each layer that is missing: what gives it, on this machine."""

import os
from pathlib import Path

from grader.sandbox.levels import Machine

KERNEL_NAMESPACES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
)
CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
CONTAINER = "in a container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"


def advice(layer: str, machine: Machine) -> str:
    """What to do where *layer*, as a trial names it, does not hold."""
    head = layer.partition(":")[0]
    if head == "Landlock":
        return _landlock(machine.landlock)
    if head == "seccomp":
        return "use a kernel built with CONFIG_SECCOMP_FILTER, and a container engine that lets seccomp be used in it"
    if head in ("own root", "own process ids", "own network"):
        return _namespaces()
    if head == "own user id":
        return _own_user()
    if layer == "limit: processes":
        return "give namespaces (above) or a Python that every user can read: root's processes cannot be counted"
    return "this holds on every Linux the grader is made for; please report it with the output of grade doctor --json"


def _landlock(abi: int) -> str:
    if not abi:
        return (
            "use a kernel of 6.7 or later with landlock in its lsm= list (see /sys/kernel/security/lsm); "
            "in a container, an engine whose seccomp profile knows Landlock (Docker 20.10.10 or later)"
        )
    wanted = "6.7 (files and network)" if abi < 4 else "6.12 (signals and sockets)"
    return f"use a kernel of {wanted} or later; this one has Landlock ABI {abi}"


def _namespaces() -> str:
    """Why this kernel gives an ordinary user no namespaces, if it says so."""
    for name, value, setting in KERNEL_NAMESPACES:
        if _said(f"/proc/sys/{name}") == value:
            return f"allow user namespaces: sudo sysctl {setting}"
    if any(Path(file).exists() for file in CONTAINER_FILES):
        return CONTAINER
    return f"run as root or where users may make namespaces; {CONTAINER}"


def _own_user() -> str:
    if os.geteuid() == 0:
        return "install Python and torch where every user can read them, not below a closed home such as /root"
    return "only root can give one away; the other layers do without"


def _said(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
