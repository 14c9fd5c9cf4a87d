"""Gives a process a folder of this machine as `/opt/ml`, without changing the machine.

The process gets a mount namespace of its own, and where it is not root a user namespace too. Linux
alone has these, and some systems forbid them to users (containers without CAP_SYS_ADMIN, AppArmor
on Ubuntu 24.04): `why_not` tries once and says why not.
"""

import ctypes
import os
import stat
import sys

ROOT = "/opt/ml"

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MS_NOSUID = 2
MS_NODEV = 4

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def why_not(scratch: str) -> str | None:
    """Tries it in a child; None when processes can have their own `/opt/ml`."""
    if LIBC is None:
        return f"{sys.platform} has no mount namespaces"
    folder = os.path.join(scratch, "probe")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "mark"), "w", encoding="ascii"):
        pass
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _probe(folder, scratch, write_end)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as answer:
        reason = answer.read()
    os.waitpid(pid, 0)
    return reason or None


def _probe(folder: str, scratch: str, answer: int) -> None:
    try:
        enter(folder, scratch)
        os.stat(os.path.join(ROOT, "mark"))
    except BaseException as error:  # noqa: BLE001 - any error is the answer
        os.write(answer, str(error).encode())
    os._exit(0)


def clear(scratch: str) -> None:
    """Removes what these functions put into the scratch folder: file by file, never what a mount shows."""
    for remove, path in (
        (os.unlink, "probe/mark"),
        (os.rmdir, "probe"),
        (os.rmdir, "behind"),
        (os.rmdir, ""),
    ):
        try:
            remove(os.path.join(scratch, path))
        except OSError:
            pass  # It was not needed here.


def enter(folder: str, scratch: str) -> None:
    """Makes `folder` the `/opt/ml` of this process and of all it starts."""
    _unshare()
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    if not os.path.isdir(ROOT):
        _make_mount_point(scratch)
    _mount(folder, ROOT, None, MS_BIND | MS_REC)


def hide(places: list[str], needed: list[str]) -> None:
    """Puts nothing over each place, for this process and all it starts.

    A place that holds, or lies on the way to, what the process needs stays as it is.
    """
    kept = [os.path.realpath(path) for path in needed if path]
    for place in places:
        real = os.path.realpath(place)
        if any(path == real or path.startswith(real + os.sep) for path in kept):
            continue
        try:
            if stat.S_ISDIR(os.stat(real).st_mode):
                _mount("tmpfs", real, "tmpfs", MS_NOSUID | MS_NODEV)
            else:
                _mount(os.devnull, real, None, MS_BIND)
        except OSError:
            pass  # It is gone, or this user may not even look at it.


def _unshare() -> None:
    uid, gid = os.getuid(), os.getgid()
    if uid == 0 and _call("unshare", CLONE_NEWNS) is None:
        return
    error = _call("unshare", CLONE_NEWNS | CLONE_NEWUSER)
    if error is not None:
        raise OSError(error, f"unshare: {os.strerror(error)}")
    # The process stays who it is: files it writes belong to the user, on both sides.
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")


def _make_mount_point(scratch: str) -> None:
    """Puts an `/opt` of this process over the machine's, with all its entries and `ml` beside them."""
    parent = os.path.dirname(ROOT)
    behind = os.path.join(scratch, "behind")
    os.makedirs(behind, exist_ok=True)
    _mount(parent, behind, None, MS_BIND | MS_REC)
    _mount("tmpfs", parent, "tmpfs", MS_NOSUID | MS_NODEV)
    with os.scandir(behind) as entries:
        for entry in entries:
            _repeat(entry, os.path.join(parent, entry.name))
    os.mkdir(ROOT)


def _repeat(entry: os.DirEntry, place: str) -> None:
    if entry.is_symlink():
        os.symlink(os.readlink(entry.path), place)
        return
    if entry.is_dir():
        os.mkdir(place)
    else:
        with open(place, "w", encoding="ascii"):
            pass
    _mount(entry.path, place, None, MS_BIND | MS_REC)


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    error = _call("mount", _text(source), _text(target), _text(kind), flags, None)
    if error is not None:
        raise OSError(error, f"mount {target}: {os.strerror(error)}")


def _text(value: str | None) -> bytes | None:
    return None if value is None else os.fsencode(value)


def _call(name: str, *arguments: object) -> int | None:
    """Calls the C library; None when it worked, else the error's number."""
    if getattr(LIBC, name)(*arguments) == 0:
        return None
    return ctypes.get_errno()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
