/** A cache that speaks Redis' protocol: `redis-server [FILE] [--option value]`. */

import { readFileSync } from 'node:fs'
import { inContainer } from '../container/paths.ts'
import { run } from '../container/run.ts'
import { createCache } from './server.ts'
import { readSettings } from './settings.ts'

run('redis-server', () => {
  // Images are often started with the program's name as the first argument.
  const args = process.argv.slice(2).filter((arg, i) => i > 0 || !/^(redis|valkey)-server$/.test(arg))
  const file = args[0] && !args[0].startsWith('--') ? args.shift()! : undefined
  const settings = readSettings(file ? readFileSync(inContainer(file), 'utf8') : '', args)
  const version = /^\d+(\.\d+)*/.exec(process.env.REDIS_VERSION ?? '')?.[0] ?? '7.4.0'
  const server = createCache({ password: settings.get('requirepass') ?? '', settings, version, now: Date.now })
  server.on('error', error => {
    console.error(`redis-server: ${error.message}`)
    process.exit(1)
  })
  const port = Number(settings.get('port'))
  server.listen(port, '0.0.0.0', () => console.log(`* Ready to accept connections tcp on port ${port}`))
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      console.log('# Redis is now ready to exit, bye bye...')
      process.exit(0)
    })
})
