"""Becomes the process of a container: `enter_container.py FILE.json`, or `--probe FOLDER`.

Where Linux allows mount namespaces, the process gets a root folder of its own, put together from the
image's files and the machine's system folders (which it can read only). The home folders and all other
files of the machine are not in it. Elsewhere the paths of the image have been replaced before.
"""

import json
import os
import platform
import resource
import stat
import sys

CANNOT_START = 125
"""As `docker run` exits when the container itself could not be set up."""

NOT_EXECUTABLE = 126
NOT_FOUND = 127

REPORT = 3
"""The file descriptor at which the runtime hears why the command did not start. Starting it closes it."""

SYSTEM = (
    "bin",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "nix",
    "proc",
    "sbin",
    "sys",
    "usr",
)
"""The machine's folders that programs need to run."""

WRITABLE = ("dev", "proc")

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2
PR_SET_NO_NEW_PRIVS = 38
KEPT_FLAGS = 0x00200F
"""Flags of a mount that a user may not take away: read-only, nosuid, nodev, noexec, relatime."""

PR_CAPBSET_DROP = 24
KEPT_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 10)
"""Of those that Docker leaves to root: owners and permissions of files, users, signals, ports below 1024."""

LAST_CAPABILITY = 63

PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def main() -> int:
    if sys.argv[1] == "--probe":
        print(json.dumps({"reason": probe(sys.argv[2], sys.argv[3])}))
        return 0
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    os.set_inheritable(REPORT, False)
    sys.path.insert(0, request["jobs"])
    try:
        if request["namespace"]:
            enter(request)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(request["cwd"])
    except OSError as error:
        return refuse(f"The container could not be set up: {error}", CANNOT_START)
    return execute(request["command"], request["env"])


def execute(command: list[str], env: dict[str, str]) -> int:
    try:
        os.execvpe(command[0], command, env)
    except FileNotFoundError:
        if "/" in command[0]:
            return refuse(
                f'exec: "{command[0]}": stat {command[0]}: no such file or directory', NOT_FOUND
            )
        return refuse(f'exec: "{command[0]}": executable file not found in $PATH', NOT_FOUND)
    except OSError as error:
        return refuse(f'exec: "{command[0]}": {(error.strerror or "").lower()}', NOT_EXECUTABLE)
    except ValueError:
        return refuse(
            f'exec: "{command[0]}": an argument or a variable holds a NUL character',
            NOT_EXECUTABLE,
        )


def refuse(message: str, code: int) -> int:
    """Says why the command did not start, to the runtime and in the container's output."""
    print(message, file=sys.stderr)
    os.write(REPORT, message.encode())
    return code


def probe(jobs: str, scratch: str) -> str | None:
    """Tries it in a child; None where a process can have a root of its own."""
    sys.path.insert(0, jobs)
    import container_root

    if container_root.LIBC is None or platform.machine() not in PIVOT_ROOT:
        return f"{sys.platform} {platform.machine()} has no mount namespaces that are known here"
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            root = os.path.join(scratch, "root")
            os.makedirs(root, exist_ok=True)
            os.makedirs(os.path.join(scratch, "mount"), exist_ok=True)
            enter(
                {
                    "root": root,
                    "scratch": os.path.join(scratch, "mount"),
                    "read": [],
                    "mounts": [],
                    "hidden": [],
                }
            )
            os.stat("/usr")
        except BaseException as error:  # noqa: BLE001 - any error is the answer
            os.write(write_end, str(error).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as answer:
        reason = answer.read()
    os.waitpid(pid, 0)
    return reason or None


def enter(request: dict) -> None:
    """Moves this process, and all it starts, into the container's root folder."""
    import container_root

    container_root._unshare()
    mount = container_root._mount
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    new = request["scratch"]
    mount("tmpfs", new, "tmpfs", MS_NOSUID | MS_NODEV)
    image = request["root"]
    for name in SYSTEM:
        if os.path.lexists(f"/{name}") and not os.path.lexists(f"{image}/{name}"):
            repeat(f"/{name}", f"{new}/{name}", mount, read_only=name not in WRITABLE)
    for name in os.listdir(image):
        machine = f"/{name}" if name in SYSTEM else None
        merge(machine, f"{image}/{name}", f"{new}/{name}", mount)
    for path in request["read"]:
        show(path, new, mount)
    for volume in request["mounts"]:
        bind(volume["source"], new + volume["target"], mount, read_only=volume["read_only"])
    container_root.hide([new + place for place in request["hidden"]], [])
    pivot(container_root.LIBC, new)
    give_up_rights(container_root.LIBC)


def give_up_rights(libc) -> None:
    """What it starts can mount nothing, even as root, and gets no rights from setuid programs."""
    for capability in range(LAST_CAPABILITY + 1):
        if capability not in KEPT_CAPABILITIES:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def merge(machine: str | None, image: str, new: str, mount) -> None:
    """Shows a folder of the image together with the machine's of the same path; the image's entries win."""
    both = machine is not None and is_folder(machine) and is_folder(image)
    if not both:
        repeat(image, new, mount, read_only=False)
        return
    os.mkdir(new)
    own = set(os.listdir(image))
    for name in os.listdir(machine):
        if name not in own:
            repeat(f"{machine}/{name}", f"{new}/{name}", mount, read_only=True)
    for name in own:
        there = f"{machine}/{name}"
        merge(there if os.path.lexists(there) else None, f"{image}/{name}", f"{new}/{name}", mount)


def is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def repeat(source: str, target: str, mount, read_only: bool) -> None:
    """Shows one entry at another place."""
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
        return
    mode = os.stat(source).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        bind(source, target, mount, read_only)


def bind(source: str, target: str, mount, read_only: bool) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="ascii"):
            pass
    mount(source, target, None, MS_BIND | MS_REC)
    if read_only:
        kept = os.statvfs(target).f_flag & KEPT_FLAGS
        mount(None, target, None, MS_BIND | MS_REMOUNT | MS_RDONLY | kept)


def show(path: str, new: str, mount) -> None:
    """Shows a folder of the machine at its own path, unless it is in a system folder anyway."""
    if path.split("/")[1] in SYSTEM or not os.path.exists(path):
        return
    bind(path, new + path, mount, read_only=True)


def pivot(libc, new: str) -> None:
    os.chdir(new)
    if libc.syscall(PIVOT_ROOT[platform.machine()], b".", b".") != 0:
        raise OSError(f"pivot_root to {new} failed")
    if libc.umount2(b".", MNT_DETACH) != 0:
        raise OSError("the machine's root could not be taken away")
    os.chdir("/")


if __name__ == "__main__":
    sys.exit(main())
