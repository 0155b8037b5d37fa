"""What a pod's network namespace is made of: namespaces, addresses, rules, and the filter of what is captured."""

import ctypes
import fcntl
import os
import socket
import struct

MARK = 7
LISTENER_PORT = 65533

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NS_GET_USERNS = 0xB701
SO_ATTACH_FILTER = 26

RULES = """table ip kubarium {
  chain arriving {
    type filter hook prerouting priority mangle; policy accept;
    ip daddr { 127.0.0.0/8, POD } th dport PORT drop
    ip daddr { 127.0.0.0/8, POD } accept
    ip saddr != POD drop
    tcp flags & (syn | ack) == syn meta mark != MARK drop
    tcp flags & (syn | ack) == syn tproxy to :PORT accept
    meta l4proto tcp accept
    meta l4proto udp tproxy to :PORT accept
    drop
  }
}
"""

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise RuntimeError('%s: %s' % (what, os.strerror(code)))


def set_namespace(descriptor):
    if libc.setns(descriptor, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def make_network_namespace():
    """A new one, which this process is in from now on. Gives its descriptor."""
    check(libc.unshare(CLONE_NEWNET), 'a network namespace cannot be made')
    return os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)


def owner_of(net):
    """The user namespace of a network namespace, as a descriptor. Fails with EPERM if that is the machine's."""
    return fcntl.ioctl(net, NS_GET_USERNS)


def make_user_namespace():
    uid, gid = os.geteuid(), os.getegid()
    check(libc.unshare(CLONE_NEWUSER), 'a user namespace cannot be made')
    for name, text in (('setgroups', 'deny'), ('gid_map', '0 %d 1' % gid), ('uid_map', '0 %d 1' % uid)):
        with open('/proc/self/%s' % name, 'w') as file:
            file.write(text)


def furnish(ip):
    """Makes all addresses local to the namespace that this process is in, and `ip` its own; and sets up the rules."""
    link = struct.pack('=BxHiII', socket.AF_UNSPEC, 0, 1, 1, 1)
    address = struct.pack('=BBBBI', socket.AF_INET, 32, 0, 0, 1) + attribute(2, ip) + attribute(1, ip)
    # RT_TABLE_LOCAL, RTPROT_STATIC, RT_SCOPE_HOST, RTN_LOCAL
    route = struct.pack('=BBBBBBBBI', socket.AF_INET, 0, 0, 0, 255, 4, 254, 2, 0)
    route += attribute(4, struct.pack('=I', 1)) + attribute(7, ip)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        # RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE
        for kind, body in ((16, link), (20, address), (24, route)):
            configure(kernel, kind, body)
    # As container runtimes set them: any user of a pod has its low ports, and root may ping.
    for name, value in (('ip_unprivileged_port_start', '0'), ('ping_group_range', '0 0')):
        with open('/proc/sys/net/ipv4/%s' % name, 'w') as file:
            file.write(value)
    own = socket.inet_ntoa(ip)
    set_rules(RULES.replace('POD', own).replace('MARK', str(MARK)).replace('PORT', str(LISTENER_PORT)))


def attribute(kind, value):
    return struct.pack('=HH', 4 + len(value), kind) + value


def configure(kernel, kind, body):
    # NLM_F_REQUEST, ACK, and CREATE for what is not there yet.
    flags = 0x1 | 0x4 | (0 if kind == 16 else 0x400)
    kernel.send(struct.pack('=IHHII', 16 + len(body), kind, flags, 1, 0) + body)
    answer = kernel.recv(4096)
    code = -struct.unpack_from('=i', answer, 16)[0]
    if code:
        raise OSError(code, 'the namespace cannot be configured: %s' % os.strerror(code))


def set_rules(text):
    """By the library where it is there, which takes a thousandth of a second, else by the command."""
    library = nftables()
    if library is None:
        import subprocess  # costs memory where it is not needed

        done = subprocess.run(['nft', '-f', '-'], input=text, text=True, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise RuntimeError('nft refuses the rules: %s' % done.stderr.strip())
        return
    context = library.nft_ctx_new(0)
    if not context:
        raise RuntimeError('nft cannot be used')
    try:
        library.nft_ctx_buffer_error(context)
        if library.nft_run_cmd_from_buffer(context, text.encode()) != 0:
            why = library.nft_ctx_get_error_buffer(context).decode(errors='replace')
            raise RuntimeError('nft refuses the rules: %s' % why.strip())
    finally:
        library.nft_ctx_free(context)


loaded = []


def nftables():
    if not loaded:
        try:
            library = ctypes.CDLL('libnftables.so.1')
            library.nft_ctx_new.restype = ctypes.c_void_p
            library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p
            for name in ('nft_ctx_buffer_error', 'nft_ctx_get_error_buffer', 'nft_ctx_free'):
                getattr(library, name).argtypes = [ctypes.c_void_p]
            library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
            loaded.append(library)
        except (OSError, AttributeError):
            loaded.append(None)
    return loaded[0]


def attach_filter(end, ip):
    """Lets through what the worker must see: first packets of connections, and ICMP's word that nobody hears a datagram."""
    load_word, load_half, load_byte, load_byte_at = 0x20, 0x28, 0x30, 0x50
    equal, any_bit, mask, header_length, give = 0x15, 0x45, 0x54, 0xB1, 0x06
    packet_type, mark = 0xFFFFF000 + 4, 0xFFFFF000 + 20
    own = struct.unpack('!I', ip)[0]
    drop, take = 'drop', 'take'
    program = [
        (load_word, packet_type),
        (equal, 4, drop, None),  # on its way out: it comes by once more
        (load_word, mark),
        (equal, MARK, drop, None),
        (load_word, 16),
        (equal, own, drop, None),
        (load_byte, 16),
        (equal, 127, drop, None),
        (load_half, 6),
        (any_bit, 0x1FFF, drop, None),
        (load_word, 12),
        (equal, own, None, drop),
        (header_length, 0),
        (load_byte, 9),
        (equal, socket.IPPROTO_ICMP, None, 2),
        (load_byte_at, 0),
        (equal, 3, take, drop),
        (equal, socket.IPPROTO_TCP, None, drop),
        (load_byte_at, 13),
        (mask, 0x17),
        (equal, 2, take, drop),
    ]
    places = {take: len(program), drop: len(program) + 1}
    code = b''
    for at, (operation, value, *jumps) in enumerate(program):
        true, false = (places[jump] - at - 1 if jump in places else jump or 0 for jump in jumps or (0, 0))
        code += struct.pack('=HBBI', operation, true, false, value)
    code += struct.pack('=HBBI', give, 0, 0, 0xFFFF) + struct.pack('=HBBI', give, 0, 0, 0)
    memory = ctypes.create_string_buffer(code)
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('HL', len(code) // 8, ctypes.addressof(memory)))
