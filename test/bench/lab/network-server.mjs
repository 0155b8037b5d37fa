// Answers briefly at /, and with MEGABYTES of zeros at /data. Prints its port.
import { createServer } from 'node:http'

const chunk = Buffer.alloc(65_536)
const chunks = (Number(process.env.MEGABYTES) * 2 ** 20) / chunk.length
const server = createServer((request, response) => {
  if (request.url !== '/data') return void response.end('ok')
  let left = chunks
  const more = () => {
    while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', more)
    response.end()
  }
  more()
})
server.listen(Number(process.env.AT ?? 0), '127.0.0.1' === process.env.ON ? '127.0.0.1' : undefined, () =>
  console.log(JSON.stringify(server.address())),
)
