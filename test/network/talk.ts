import { connect } from 'node:net'

/** Sends the head, then the rest after the first answer, and gives all that came until the end. */
export function talk(port: number, head: string | Buffer, rest = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.once('data', () => socket.write(rest))
    socket.on('data', chunk => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(head)
  })
}

/** Sends the text and gives the first that comes back; empty if the connection is closed instead. */
export function firstAnswer(port: number, text: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', chunk => {
      resolve(chunk.toString('latin1'))
      socket.destroy()
    })
    socket.on('close', () => resolve(''))
    socket.on('error', () => socket.destroy())
    socket.write(text)
  })
}
