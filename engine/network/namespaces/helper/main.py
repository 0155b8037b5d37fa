"""Makes and serves the network namespaces of one node's pods, for the worker process that has started it.

In a pod's namespace every address is local. What a program sends to another one than its own is handed to the worker:
a TCP connection by its first packet, which is dropped here and put back (marked) once the worker has a way for it, so
that a transparent listener accepts it; a datagram by a transparent socket. The worker's answers are whole packets, which
are put on the namespace's loopback as if they came from where they say. Connections to a pod's program are made inside
of its namespace, from the address of whoever calls.

Nothing is decided here. Descriptor 4 carries frames in both directions (engine/network/namespaces/frames.ts), descriptor
3 is Node's channel, on which connections are handed over. The end of either is the end of this process.
"""

import array
import errno
import json
import os
import resource
import select
import signal
import socket
import sys

from frames import (
    CANCEL,
    CAPTURED,
    CLOSE,
    DATAGRAM,
    DIAL,
    ERROR,
    FAILED,
    HEADER,
    INJECT,
    JOINED,
    MADE,
    NO_ADDRESS,
    OPEN,
    OPENED,
    READY,
    REQUEST,
)
from kernel import furnish, make_network_namespace, make_user_namespace, owner_of, set_namespace
from pod import Pod

CHANNEL, FRAMES = 3, 4
# More waits for a worker that does not read; what comes then is lost, as on a full line.
MAX_QUEUED_BYTES = 4 << 20
MAX_HANDOVERS = 1024
MAX_DIALS = 1024
DEPTH = 5

IP_BIND_ADDRESS_NO_PORT = 24


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    helper = Helper()
    try:
        helper.settle([int(pid) for pid in sys.argv[1:]])
    except (OSError, RuntimeError) as error:
        helper.tell(READY, code=ERROR, payload=str(error).encode())
        return
    helper.tell(READY, code=MADE, payload=helper.user_namespace.encode())
    helper.run()


class Helper:
    def __init__(self):
        self.epoll = select.epoll()
        self.handlers = {}
        self.pods = {}
        self.dials = {}
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.handovers = []
        self.handover_rest = b''
        self.writing = set()
        self.running = True
        self.user_namespace = ''
        self.machine = os.stat('/proc/self/ns/net').st_ino
        self.frames = socket.socket(fileno=FRAMES)
        self.channel = socket.socket(fileno=CHANNEL)
        for end in (self.frames, self.channel):
            end.setblocking(False)
        self.watch(self.frames, self.on_frames)
        self.watch(self.channel, self.on_channel)

    # --- where namespaces are made -------------------------------------------------------------------------------------

    def settle(self, pids):
        """An ordinary user makes them in a user namespace: in that of the pods which are there already, or a new one."""
        if os.geteuid() != 0:
            if not any(self.join_user_namespace_of(pid) for pid in pids):
                make_user_namespace()
            self.user_namespace = '/proc/%d/ns/user' % os.getpid()
        self.home = make_network_namespace()

    def join_user_namespace_of(self, pid):
        net = self.namespace_of(pid)
        if net is None:
            return False
        try:
            owner = owner_of(net)
        except OSError:
            return False  # it is the machine's own: an earlier life was root's
        finally:
            os.close(net)
        try:
            set_namespace(owner)
            return True
        except OSError:
            return False  # of another user, or on its way out
        finally:
            os.close(owner)

    def namespace_of(self, pid):
        """The network namespace that a process or what it has started is in, if it is another than the machine's."""
        generation = [pid]
        for _ in range(DEPTH):
            following = []
            for member in generation:
                try:
                    net = os.open('/proc/%d/ns/net' % member, os.O_RDONLY | os.O_CLOEXEC)
                    if os.fstat(net).st_ino != self.machine:
                        return net
                    os.close(net)
                except OSError:
                    pass  # gone, or one of the machine's, which whoever is in a user namespace may not look at
                try:
                    with open('/proc/%d/task/%d/children' % (member, member)) as children:
                        following += [int(child) for child in children.read().split()]
                except OSError:
                    pass  # processes come and go
            generation = following
        return None

    # --- the worker's wishes -------------------------------------------------------------------------------------------

    def on_frames(self, _events):
        if self.outgoing:
            self.flush()
        try:
            chunk = self.frames.recv(1 << 18)
        except BlockingIOError:
            return
        if not chunk:
            self.running = False
            return
        self.incoming += chunk
        at = 0
        while len(self.incoming) - at >= HEADER.size:
            length, kind, code, number, ip, port, peer_ip, peer_port = HEADER.unpack_from(self.incoming, at)
            if len(self.incoming) - at < 4 + length:
                break
            payload = bytes(self.incoming[at + HEADER.size : at + 4 + length])
            at += 4 + length
            self.handle(kind, code, number, ip, port, peer_ip, peer_port, payload)
        del self.incoming[:at]

    def handle(self, kind, _code, number, ip, _port, peer_ip, peer_port, payload):
        if kind == OPEN:
            self.open(number, ip, [int(pid) for pid in payload.split()])
        elif kind == CLOSE:
            pod = self.pods.pop(number, None)
            if pod:
                pod.close()
        elif kind == INJECT:
            pod = self.pods.get(number)
            if pod:
                pod.inject(payload)
        elif kind == DIAL:
            self.dial(number, REQUEST.unpack(payload)[0], ip, peer_ip, peer_port)
        elif kind == CANCEL:
            connection = self.dials.pop(REQUEST.unpack(payload)[0], None)
            if connection:
                self.forget(connection)
                connection.close()

    def open(self, number, ip, pids):
        net = None
        try:
            net = next((found for found in map(self.namespace_of, pids) if found is not None), None)
            how = JOINED
            if net is None:
                how = MADE
                net = make_network_namespace()
                furnish(ip)
            else:
                set_namespace(net)
            pod = Pod(self, number, ip, net)
            net = None
            former = self.pods.pop(number, None)
            if former:
                former.close()
            self.pods[number] = pod
            path = '/proc/%d/fd/%d' % (os.getpid(), pod.net)
            self.tell(OPENED, how, number, payload=path.encode())
        except (OSError, RuntimeError) as error:
            self.tell(OPENED, ERROR, number, payload=str(error).encode())
        finally:
            if net is not None:
                os.close(net)
            set_namespace(self.home)

    def dial(self, number, request, source, target, port):
        pod = self.pods.get(number)
        if not pod or len(self.dials) >= MAX_DIALS:
            return self.failed(number, request, errno.EHOSTUNREACH if pod is None else errno.EAGAIN)
        connection = None
        try:
            set_namespace(pod.net)
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            connection.setblocking(False)
            connection.setsockopt(socket.SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            connection.bind((socket.inet_ntoa(source), 0))
            code = connection.connect_ex((socket.inet_ntoa(target), port))
        except OSError as error:
            code = error.errno
        finally:
            set_namespace(self.home)
        if code == 0:
            self.hand_over({'request': request}, connection)
        elif code == errno.EINPROGRESS:
            self.dials[request] = connection
            self.watch(connection, lambda _events: self.dialled(number, request), select.EPOLLOUT)
        else:
            if connection:
                connection.close()
            self.failed(number, request, code)

    def dialled(self, number, request):
        connection = self.dials.pop(request)
        self.forget(connection)
        code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            connection.close()
            self.failed(number, request, code)
        else:
            self.hand_over({'request': request}, connection)

    def failed(self, number, request, code):
        name = errno.errorcode.get(code, 'EIO').encode()
        self.tell(FAILED, number=number, payload=REQUEST.pack(request) + name)

    # --- what the worker is told ---------------------------------------------------------------------------------------

    def tell(self, kind, code=0, number=0, ip=NO_ADDRESS, port=0, peer_ip=NO_ADDRESS, peer_port=0, payload=b''):
        if kind in (CAPTURED, DATAGRAM) and len(self.outgoing) > MAX_QUEUED_BYTES:
            return
        header = HEADER.pack(HEADER.size - 4 + len(payload), kind, code, number, ip, port, peer_ip, peer_port)
        self.outgoing += header + payload
        self.flush()

    def flush(self):
        try:
            while self.outgoing:
                del self.outgoing[: self.frames.send(self.outgoing)]
        except BlockingIOError:
            pass
        except OSError:
            self.running = False  # the worker is gone
        self.interest(self.frames, self.outgoing)

    def hand_over(self, message, connection):
        """Gives a connection to the worker as Node's processes do among themselves. Here it is closed."""
        if len(self.handovers) >= MAX_HANDOVERS:
            connection.close()
            return
        text = json.dumps({'cmd': 'NODE_HANDLE', 'type': 'net.Native', 'msg': message}) + '\n'
        self.handovers.append((text.encode(), connection))
        self.flush_handovers()

    def flush_handovers(self):
        try:
            while self.handover_rest or self.handovers:
                if self.handover_rest:
                    self.handover_rest = self.handover_rest[self.channel.send(self.handover_rest) :]
                    continue
                text, connection = self.handovers[0]
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [connection.fileno()]))]
                sent = self.channel.sendmsg([text], rights)
                self.handovers.pop(0)
                self.handover_rest = text[sent:]
                connection.close()
        except BlockingIOError:
            pass
        except OSError:
            self.running = False  # the worker is gone
        self.interest(self.channel, self.handover_rest or self.handovers)

    def on_channel(self, _events):
        """Node confirms what it was given; there is nothing in it for us but the end of the channel."""
        try:
            if not self.channel.recv(1 << 16):
                self.running = False
        except BlockingIOError:
            pass
        self.flush_handovers()

    # --- the loop ------------------------------------------------------------------------------------------------------

    def watch(self, end, handler, events=select.EPOLLIN):
        self.handlers[end.fileno()] = handler
        self.epoll.register(end.fileno(), events)

    def forget(self, end):
        self.handlers.pop(end.fileno(), None)
        self.epoll.unregister(end.fileno())

    def interest(self, end, writes):
        if bool(writes) == (end in self.writing):
            return
        (self.writing.add if writes else self.writing.discard)(end)
        self.epoll.modify(end.fileno(), select.EPOLLIN | (select.EPOLLOUT if writes else 0))

    def run(self):
        while self.running:
            for descriptor, events in self.epoll.poll():
                handler = self.handlers.get(descriptor)
                if handler:
                    handler(events)


main()
