"""A seccomp filter for what Landlock leaves open: UDP, unix sockets (Docker's!), kernel keys.

The filter is classic BPF (linux/filter.h, linux/seccomp.h): look at the architecture, then at the
system call's number; a refused call returns EACCES, all others pass. Without `socket` there is no
network and no daemon to talk to; `socketpair` stays, as event loops need it.
"""

import struct
from typing import Final

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ERRNO | EACCES
_ARCH_OFFSET, _NUMBER_OFFSET = 4, 0
_X32 = 0x40000000  # x86-64's second table of numbers

# machine: (audit architecture, socket, io_uring_setup, add_key, request_key, keyctl)
_CALLS: Final = {
    "x86_64": (0xC000003E, 41, 425, 248, 249, 250),
    "aarch64": (0xC00000B7, 198, 425, 217, 218, 219),
}


def seccomp_filter(machine: str) -> bytes | None:
    """The filter as an array of `struct sock_filter`; None for a machine we have no numbers of."""
    if machine not in _CALLS:
        return None
    architecture, *refused = _CALLS[machine]
    allow = 4 + len(refused)
    refuse = allow + 1
    steps = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_JUMP_EQUAL, 0, refuse - 2, architecture),  # jumps count from the next step
        (_LOAD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_AT_LEAST, refuse - 4, 0, _X32),
        *((_JUMP_EQUAL, refuse - 5 - place, 0, number) for place, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
