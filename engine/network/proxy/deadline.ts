import type { Socket } from 'node:net'

/**
 * Ends a connection that is not where it should be within this time (ms), however busily it goes on until then. The function
 * that this gives takes the limit away.
 */
export function deadline(socket: Socket, ms: number): () => void {
  const timer = setTimeout(() => socket.destroy(), ms)
  timer.unref()
  const met = () => {
    clearTimeout(timer)
    socket.off('close', met)
  }
  socket.once('close', met)
  return met
}
