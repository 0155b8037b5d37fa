"""One pod's end of what the helper carries."""

import errno
import os
import socket
import struct
import sys

from frames import CAPTURED, DATAGRAM
from kernel import LISTENER_PORT, MARK, attach_filter

BACKLOG = 512
# At one turn so much is taken from one socket, so that no pod keeps the others waiting.
BATCH = 64

IP_TRANSPARENT, IP_RECVORIGDSTADDR = 19, 20
SO_MARK = 36
ETH_P_IP = 0x0800


class Pod:
    """The sockets in one pod's namespace. Made by whoever is in it."""

    def __init__(self, helper, number, ip, net):
        self.helper, self.number, self.net = helper, number, net
        self.ends = []
        try:
            self.listener = self.add(socket.AF_INET, socket.SOCK_STREAM)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
            self.listener.bind(('0.0.0.0', LISTENER_PORT))
            self.listener.listen(BACKLOG)
            self.datagrams = self.add(socket.AF_INET, socket.SOCK_DGRAM)
            self.datagrams.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
            self.datagrams.setsockopt(socket.SOL_IP, IP_RECVORIGDSTADDR, 1)
            self.datagrams.bind(('0.0.0.0', LISTENER_PORT))
            self.packets = self.add(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            attach_filter(self.packets, ip)
            self.packets.bind(('lo', ETH_P_IP))
            self.raw = self.add(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            self.raw.setsockopt(socket.SOL_SOCKET, SO_MARK, MARK)
        except BaseException:
            for end in self.ends:
                end.close()
            raise
        helper.watch(self.listener, self.on_connection)
        helper.watch(self.datagrams, self.on_datagram)
        helper.watch(self.packets, self.on_packet)

    def add(self, *kind):
        end = socket.socket(*kind)
        end.setblocking(False)
        self.ends.append(end)
        return end

    def close(self):
        for end in self.ends:
            if end is not self.raw:
                self.helper.forget(end)
            end.close()
        os.close(self.net)

    def on_packet(self, _events):
        for _ in range(BATCH):
            try:
                packet = self.packets.recv(1 << 16)
            except BlockingIOError:
                return
            self.helper.tell(CAPTURED, number=self.number, payload=packet)

    def on_datagram(self, _events):
        for _ in range(BATCH):
            try:
                payload, notes, _flags, (ip, port) = self.datagrams.recvmsg(1 << 16, 64)
            except BlockingIOError:
                return
            for level, kind, data in notes:
                if (level, kind) == (socket.SOL_IP, IP_RECVORIGDSTADDR):
                    peer_port, peer_ip = struct.unpack_from('!2xH4s', data)
                    source = socket.inet_aton(ip)
                    self.helper.tell(DATAGRAM, 0, self.number, source, port, peer_ip, peer_port, payload)

    def on_connection(self, _events):
        for _ in range(BATCH):
            try:
                connection, source = self.listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in (errno.ECONNABORTED, errno.EPROTO):
                    continue
                print('a connection was not accepted: %s' % error, file=sys.stderr, flush=True)
                return
            said = {'pod': self.number, 'from': source, 'to': connection.getsockname()}
            self.helper.hand_over(said, connection)

    def inject(self, packet):
        try:
            self.raw.sendto(packet, (socket.inet_ntoa(packet[16:20]), 0))
        except OSError as error:
            # As a line that is full loses it; what cannot be sent at all is worth a word.
            if error.errno not in (errno.EAGAIN, errno.ENOBUFS):
                print('a packet was not sent: %s' % error, file=sys.stderr, flush=True)
