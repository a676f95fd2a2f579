"""raise_in: an exception in another thread of this process, as soon as it runs Python again."""

import ctypes


def raise_in(thread: int, error: type[BaseException]) -> bool:
    """Have a thread, by its `threading.get_ident`, raise `error()`; whether there is such a one.

    One that waits in the kernel hears of it only when that returns.
    """
    return bool(
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
    )
