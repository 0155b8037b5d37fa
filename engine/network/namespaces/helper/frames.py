"""What the frames between the worker and its helper are made of (engine/network/namespaces/frames.ts)."""

import struct

OPEN, OPENED, CLOSE, CAPTURED, INJECT, DATAGRAM, DIAL, FAILED, CANCEL, READY = range(1, 11)
MADE, JOINED, ERROR = range(3)

HEADER = struct.Struct('!IBBI4sH4sH')
REQUEST = struct.Struct('!I')
NO_ADDRESS = bytes(4)
