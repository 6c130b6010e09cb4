"""A client of GET /events/stream."""

import contextlib
import http.client
import socket
import threading


class EventStream:
    """GET /events/stream read in a thread: blocks as dicts of their fields, comments as {"": text}."""

    def __init__(self, server, key, query="", last_id=None):
        self.blocks = []
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"X-API-Key": key} | ({"Last-Event-ID": last_id} if last_id else {})
        self.connection.connect()
        self.socket = self.connection.sock
        self.connection.request("GET", "/api/v1/events/stream" + query, headers=headers)
        self.answer = self.connection.getresponse()
        self.is_over = threading.Event()
        if self.answer.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        block = {}
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                if not line:
                    self.blocks.append(block)
                    block = {}
                    continue
                name, _, value = line.partition(": ")
                block[name] = value
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.is_over.set()

    def events(self, *types):
        told = [block for block in self.blocks if "data" in block]
        return [block for block in told if not types or block["event"] in types]

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.answer.status == 200:
            self.is_over.wait(5)
        self.connection.close()
