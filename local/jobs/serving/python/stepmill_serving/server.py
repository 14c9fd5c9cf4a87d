"""A small HTTP/1.1 server on a Unix socket: keep-alive, one sendall a reply, nothing on the way that a model does not need.

Threads take turns at waiting (leader and followers): whoever gets a request handles it on the spot, so an
undisturbed request never changes threads, and a model that sleeps or waits does not hold up the next one.
While another thread is free to lead, a thread stays with its connection for a moment: the next request of a client
that sends one after another then needs neither the poller nor a change of threads. If it sends within two milliseconds, the
thread does not even sleep: to wake it, with cold caches, can take as long as a small model takes to predict.
"""

import contextlib
import os
import select
import selectors
import signal
import socket
import struct
import sys
import threading
import time
import traceback

from stepmill_serving.reply import INTERNAL_ERROR, Reply

READ_SIZE_BYTES = 256 * 1024
BACKLOG = 1024
#: How long a thread stays with a connection that sends nothing.
STAY_SECONDS = 0.01
#: How long it waits awake, if the request before came as soon.
HOT_SECONDS = 0.002
#: After a wait in which another process had the core for so long, threads wait asleep for this time.
COLD_SECONDS = 0.02
PHRASES = {
    200: "OK",
    204: "No Content",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
}
#: The server writes these itself.
FRAMING = ("connection", "content-length", "content-type", "transfer-encoding")
OK = Reply(200, b"", "application/json")


def serve(path, application, threads):
    """Answers until SIGTERM, then finishes what is under way."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    wake_read, wake_write = os.pipe()
    if threading.current_thread() is threading.main_thread():
        wake_at_sigterm(wake_write)
    server = Server(listener, application, max(1, threads))
    for _ in range(server.threads):
        threading.Thread(target=server.run, daemon=True).start()
    print(f"Serving on {os.path.basename(path)} (pid {os.getpid()})", flush=True)
    while signal.SIGTERM not in os.read(wake_read, READ_SIZE_BYTES):
        pass
    server.finish()
    sys.stdout.flush()


def count_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def wake_at_sigterm(wake_write):
    """Writes to the pipe, whichever thread the system gives the signal to.

    A main thread that waits for an event would not notice a signal that another thread was given,
    and would wait for ever on one that came while it held the event's lock.
    """
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    # The model's own code may take the descriptor away; then this one writes.
    signal.signal(signal.SIGTERM, lambda number, _: os.write(wake_write, bytes([number])))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Server:
    def __init__(self, listener, application, threads):
        self.threads = threads
        self._application = application
        self._listener = listener
        self._turn = threading.Lock()
        self._ready = []
        self._connections = {}
        self._counting = threading.Lock()
        self._cores = count_cores()
        #: Connections that a thread has, and how many of these wait for their next request.
        self._held = 0
        self._staying = 0
        self._poll = make_poller()
        self._poll.add(listener.fileno())

    def run(self):
        single_threaded_math()
        while True:
            with self._turn:
                connection = self._next()
                self._count(held=1)
            try:
                if self._serve(connection):
                    self._poll.again(connection.number)
                else:
                    self._drop(connection)
            except Exception:
                traceback.print_exc()
                self._drop(connection)
            finally:
                self._count(held=-1)

    def _serve(self, connection):
        """Answers requests of one connection; False when the client has closed."""
        while connection.answer(self._application):
            if self._held >= self.threads:
                return True
            self._count(staying=1)
            try:
                if not connection.has_more(is_alone=self._cores > 1 and self._held == 1):
                    return True
            finally:
                self._count(staying=-1)
        return False

    def _count(self, held=0, staying=0):
        with self._counting:
            self._held += held
            self._staying += staying

    def _next(self):
        """The next connection with something to read; accepts on the way. Only the leader is in here."""
        own = self._listener.fileno()
        while True:
            while self._ready:
                number = self._ready.pop()
                if number == own:
                    self._accept()
                else:
                    connection = self._connections.get(number)
                    if connection is not None:
                        return connection
            self._ready = self._poll.wait()

    def _accept(self):
        try:
            while True:
                stream, _ = self._listener.accept()
                stream.setblocking(True)
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, STAY)
                self._connections[stream.fileno()] = Connection(stream)
                self._poll.add(stream.fileno())
        except BlockingIOError:
            self._poll.again(self._listener.fileno())

    def _drop(self, connection):
        self._connections.pop(connection.number, None)
        self._poll.remove(connection.number)
        connection.close()

    def finish(self, patience_seconds=30):
        self._listener.close()
        end = time.monotonic() + patience_seconds
        while self._held > self._staying and time.monotonic() < end:
            time.sleep(0.01)


def single_threaded_math():
    """Rows are few: a team of OpenMP threads for each of our threads costs more than it brings."""
    if os.environ.get("OMP_NUM_THREADS"):
        return
    try:
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)
    except ImportError:
        pass


def make_poller():
    return EpollPoller() if hasattr(select, "epoll") else SelectorPoller()


class EpollPoller:
    def __init__(self):
        self._poll = select.epoll()
        self._mode = select.EPOLLIN | select.EPOLLONESHOT

    def add(self, number):
        self._poll.register(number, self._mode)

    def again(self, number):
        self._poll.modify(number, self._mode)

    def remove(self, number):
        self._poll.unregister(number)

    def wait(self):
        return [number for number, _ in self._poll.poll()]


class SelectorPoller:
    """For systems without epoll: whoever is ready is taken out until it is put back."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()

    def add(self, number):
        self._selector.register(number, selectors.EVENT_READ)

    again = add

    def remove(self, number):
        with contextlib.suppress(KeyError):
            self._selector.unregister(number)

    def wait(self):
        # A connection that was put back since is seen at the next turn.
        ready = [key.fd for key, _ in self._selector.select(timeout=0.05)]
        for number in ready:
            self._selector.unregister(number)
        return ready


#: The time as the kernel takes it, in seconds and microseconds.
STAY = struct.pack("ll", 0, int(STAY_SECONDS * 1_000_000))


class Connection:
    def __init__(self, stream):
        self._stream = stream
        self._received = None
        self._was_quick = False
        self._cold_until = 0.0
        self.number = stream.fileno()

    def close(self):
        self._stream.close()

    def answer(self, application):
        """Reads one request and answers it; False when the client has closed."""
        data, self._received = self._received, None
        if data is None:
            data = self._receive()
        if not data:
            return False
        while (end := data.find(b"\r\n\r\n")) < 0:
            more = self._receive()
            if not more:
                return False
            data += more
        method, target, headers = parse_head(data[:end])
        body = self._read_body(data[end + 4 :], int(headers.get("content-length", 0)))
        reply = route(application, method, target, headers, body)
        self._stream.sendall(render(reply))
        return True

    def has_more(self, is_alone):
        """Whether the next request, or the end of the connection, comes within the moment that a thread stays."""
        began = time.perf_counter()
        is_hot = is_alone and self._was_quick and began >= self._cold_until
        has_more = (is_hot and self._comes_soon(began)) or self._read()
        self._was_quick = time.perf_counter() - began < HOT_SECONDS
        return has_more

    def _comes_soon(self, began):
        """Waits awake."""
        before = now = began
        while now - began < HOT_SECONDS:
            if self._read(socket.MSG_DONTWAIT):
                return True
            os.sched_yield()
            before, now = now, time.perf_counter()
            if now - before >= HOT_SECONDS:
                self._cold_until = now + COLD_SECONDS
                return False
        return False

    def _read(self, flags=0):
        try:
            self._received = self._stream.recv(READ_SIZE_BYTES, flags)
        except BlockingIOError:
            return False
        return True

    def _receive(self):
        while not self._read():
            pass
        data, self._received = self._received, None
        return data

    def _read_body(self, start, length):
        if len(start) >= length:
            return start
        buffer = bytearray(length)
        buffer[: len(start)] = start
        view, filled = memoryview(buffer), len(start)
        while filled < length:
            try:
                count = self._stream.recv_into(view[filled:])
            except BlockingIOError:
                continue
            if count == 0:
                raise ConnectionError("the client closed in the middle of a request")
            filled += count
        return bytes(buffer)


def parse_head(head):
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return method, target, headers


def route(application, method, target, headers, body):
    if target == "/invocations":
        if method != "POST":
            return Reply(405, b"Method Not Allowed", "text/plain")
        try:
            return application.invoke_request(body, headers)
        except Exception:
            traceback.print_exc()
            return INTERNAL_ERROR
    if target == "/ping":
        return OK
    if target == "/execution-parameters":
        return application.execution_parameters() or Reply(404, b"Not Found", "text/plain")
    return Reply(404, b"Not Found", "text/plain")


def render(reply):
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    own = "".join(
        f"{name}: {value}\r\n" for name, value in reply.headers if name.lower() not in FRAMING
    )
    head = (
        f"HTTP/1.1 {reply.status} {PHRASES.get(reply.status, 'Status')}\r\n{own}"
        f"Content-Type: {reply.content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body
