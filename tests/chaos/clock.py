"""A clock that jumps for every process of a town at once, and for nobody else.

A small library, compiled on the spot and preloaded, adds what stands in a shared file to the real
time that the C library tells; Python, SQLite, git and Prefect all ask that one. The kernel's own
stamps, of files and of processes, stay true.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

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
    """Moves the town's time; the test's own stays."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.offset_s = 0
        file.write_bytes(struct.pack("q", 0))

    def jump(self, seconds: int) -> None:
        """Move it forward, or back."""
        self.offset_s += seconds
        with self._file.open("r+b") as file:  # the same file: others have it mapped
            file.write(struct.pack("q", self.offset_s))


@contextmanager
def clock(folder: Path) -> Generator[Clock | None]:
    """A clock for what is started inside the block; none where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        yield None
        return
    code, library = folder / "clock.c", folder / "clock.so"
    code.write_text(_CODE, encoding="utf-8")
    argv = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(code), "-ldl"]
    subprocess.run(argv, check=True)
    mine = Clock(folder / "clock")
    kept = {name: os.environ.get(name) for name in ("LD_PRELOAD", "CHAOS_CLOCK")}
    os.environ |= {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(folder / "clock")}
    try:
        yield mine
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            os.environ |= {name: value} if value is not None else {}
