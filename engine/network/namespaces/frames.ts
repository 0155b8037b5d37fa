/**
 * What the worker and its helper (helper/frames.py) say to each other. The frames have the form of those that carry datagrams:
 * `id` is the number of a pod, and what else they hold stands with each.
 */
export const HELPER_FRAME = {
  /** Enter the namespace of the pod's processes, whose ids the payload lists, or make one for its address `ip`. */
  open: 1,
  /** The answer: how in `code` (`OPENED`), and in the payload where the namespace is, or why there is none. */
  opened: 2,
  close: 3,
  /** The pod has sent this packet: the first one of a connection, or word of a datagram that nobody heard. */
  captured: 4,
  /** Let this packet arrive in the pod's namespace. */
  inject: 5,
  /** The pod has sent a datagram, from `ip` and `port` to `peerIP` and `peerPort`. */
  datagram: 6,
  /** Connect inside of the pod's namespace, from `ip` to `peerIP` and `peerPort`; the payload is the request's number. */
  dial: 7,
  /** Such a connection cannot be made: the request's number and the name of the error. */
  failed: 8,
  /** Nobody waits for such a connection any more. */
  cancel: 9,
  /** The first word: as in `opened`; the payload says in which user namespace all are, if that is not the machine's. */
  ready: 10,
} as const

export const OPENED = {
  made: 0,
  joined: 1,
  error: 2,
} as const
