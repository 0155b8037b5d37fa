import type { Server } from 'node:http'

/**
 * Listens, and stops on SIGTERM as a well-behaved server does: no new connections, open ones may finish, idle ones are
 * closed.
 */
export function serve(server: Server, port: number, onListening: () => void): void {
  server.on('error', error => {
    console.error(error.message)
    process.exit(1)
  })
  server.listen(port, '0.0.0.0', onListening)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)
    process.on(signal, () => {
      server.close(() => process.exit(0))
      server.closeIdleConnections()
    })
}
