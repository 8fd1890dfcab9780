"""The units of a serial line at 9 600 baud, 8N1, for a benchmark.

usage: paced_line.py pty|tcp UNITS DEAD

A pseudo terminal has no speed: the time that characters take, both ways, and the silences between frames pass here.
Units 1 to DEAD never answer, the others up to UNITS at once. Prints the terminal's path or the TCP port, then for each
line of standard input what the line has carried, as JSON.
"""

import json
import os
import select
import socket
import struct
import sys
import time
import tty

CHARACTER_S = 10 / 9600
SILENCE_S = 3.5 * CHARACTER_S
REQUEST_BYTES = 8


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return struct.pack("<H", crc)


def answer_to(request):
    unit, function, _address, count = struct.unpack(">BBHH", request[:6])
    values = b"".join(struct.pack(">f", 1 + i) for i in range(0, count, 2))
    body = struct.pack(">BBB", unit, function, 2 * count) + values
    return body + crc16(body)


def wait_until(moment):
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)


class Line:
    def __init__(self, units, dead):
        self.alive = range(dead + 1, units + 1)
        self.use = {"requests": 0, "answers": 0, "neededMs": 0, "tooEarly": 0}
        self.quiet_since = 0.0
        self.pending = b""

    def take(self, fd, data, now):
        self.pending += data
        while len(self.pending) >= REQUEST_BYTES:
            request, self.pending = self.pending[:REQUEST_BYTES], self.pending[REQUEST_BYTES:]
            self.serve(fd, request, now)

    def serve(self, fd, request, now):
        """The first character goes onto the wire at `now`, however fast the request was handed over."""
        self.use["requests"] += 1
        self.use["tooEarly"] += now < self.quiet_since + SILENCE_S
        if request[0] not in self.alive:
            return
        answer = answer_to(request)
        end = now + (REQUEST_BYTES + len(answer)) * CHARACTER_S + SILENCE_S
        # All but the last character may go ahead in one piece: only the end tells that the answer is there.
        wait_until(end - CHARACTER_S)
        os.write(fd, answer[:-1])
        wait_until(end)
        os.write(fd, answer[-1:])
        self.quiet_since = end
        self.use["answers"] += 1
        self.use["neededMs"] += (end - now + SILENCE_S) * 1000


def open_pty():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    print(os.ttyname(theirs), flush=True)
    # The other end stays open here, too: nobody hangs up between two who open it.
    return ours


def open_tcp():
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.detach()


def main():
    kind, units, dead = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    line = Line(units, dead)
    fd = open_pty() if kind == "pty" else open_tcp()
    while True:
        ready, _, _ = select.select([fd, sys.stdin], [], [])
        if fd in ready:
            now = time.monotonic()
            line.take(fd, os.read(fd, 4096), now)
        if sys.stdin in ready:
            if not sys.stdin.readline():
                return
            print(json.dumps(line.use), flush=True)


main()
