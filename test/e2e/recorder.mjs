/**
 * Preloaded into every process of a lab (NODE_OPTIONS=--import): writes down whom it connects to, sends to and asks names of, one JSON
 * document a line, into the file that KUBARIUM_RECORD names. It changes nothing of what the process does.
 */
import { appendFileSync } from 'node:fs'
import dgram from 'node:dgram'
import dns from 'node:dns'
import net from 'node:net'

const file = process.env.KUBARIUM_RECORD

/** Calls `note` with the arguments before the method itself. */
function before(object, name, note) {
  const original = object[name]
  object[name] = function (...args) {
    const target = note(args)
    if (target !== undefined) appendFileSync(file, `${JSON.stringify({ call: name, target, pid: process.pid })}\n`)
    return original.apply(this, args)
  }
}

if (file) {
  before(net.Socket.prototype, 'connect', ([first, second]) => {
    // As net.connect hands it on, or as one calls it oneself.
    const options = Array.isArray(first) ? first[0] : first
    if (typeof options === 'object') return options.path ?? options.host ?? 'localhost'
    return typeof options === 'string' ? options : typeof second === 'string' ? second : 'localhost'
  })
  before(dgram.Socket.prototype, 'connect', ([, address]) => (typeof address === 'string' ? address : 'localhost'))
  // The address, if there is one, is the last string; without one it goes where the socket is connected to.
  before(dgram.Socket.prototype, 'send', args => args.slice(1).findLast(arg => typeof arg === 'string'))
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
    for (const name of Object.getOwnPropertyNames(resolver))
      if (/^(lookup|resolve|reverse)/.test(name)) before(resolver, name, ([host]) => host ?? '')
}
