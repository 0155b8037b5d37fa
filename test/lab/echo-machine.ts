/** A machine that serves the connections which it is handed: greets with its pid and says back what it hears. */
import type { Socket } from 'node:net'
import { Connections } from '../../engine/lab/machine/connections.ts'
import type { HostMessage } from '../../engine/lab/machine/messages.ts'

const connections = new Connections(
  message => void process.send!(message),
  socket => {
    socket.on('error', () => socket.destroy())
    socket.write(`${process.pid}\n`)
    socket.on('data', chunk => socket.write(chunk))
    socket.on('end', () => socket.end('bye'))
  },
)
process.on('message', (message, socket) => connections.receive(message as HostMessage, socket as Socket | undefined))
process.on('disconnect', () => process.exit())
process.send!({ type: 'phase', phase: 'ready' })
