"""A clock that jumps for every process of a town at once, and for nobody else.

A small library, compiled on the spot and preloaded, adds what stands in a shared file to the real
time that the C library tells; Python, SQLite, git and Prefect all ask that one. The kernel's own
stamps, of files and of processes, stay true. Who besieges a town lives by the same clock, as a
person at that PC would, so `python -m tests.chaos` starts itself anew under it.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "CHAOS_CLOCK"
"""Environment variable of who lives by it: the file with the seconds."""

_CODE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("CHAOS_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *seen = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (seen != MAP_FAILED) offset = seen;
}

int clock_gettime(clockid_t which, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int said = real(which, out);
  if (!said && offset && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
    out->tv_sec += *offset;
  return said;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  int said = clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return said;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
"""


class Clock:
    """Moves the time of all that were started under it, this process included."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.offset_s = 0
        self._write()

    def jump(self, seconds: int) -> None:
        """Move it forward, or back."""
        self.offset_s += seconds
        self._write()

    def _write(self) -> None:
        with self._file.open("r+b") as file:  # the same file: others have it mapped
            file.write(struct.pack("q", self.offset_s))


def under_clock(folder: Path) -> dict[str, str]:
    """What the environment of a program must hold to live by a clock; nothing without a compiler.

    Raises CalledProcessError when the compiler does not take the code.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    code, library, file = (folder / name for name in ("clock.c", "clock.so", "clock"))
    code.write_text(_CODE, encoding="utf-8")
    file.write_bytes(bytes(8))
    argv = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(code), "-ldl"]
    subprocess.run(argv, check=True)
    return {"LD_PRELOAD": str(library.absolute()), VARIABLE: str(file.absolute())}


def without_clock(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is to make a clock of its own."""
    return {key: value for key, value in environ.items() if key not in {VARIABLE, "LD_PRELOAD"}}


def clock() -> Clock | None:
    """The clock by which this process lives, if it does, set right."""
    file = os.environ.get(VARIABLE)
    return Clock(Path(file)) if file else None
