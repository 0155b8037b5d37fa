/** `tail [-n N|-n +1] -F FILE…`: what is written to files of the container, on standard output. */

import { inContainer } from '../container/paths.ts'
import { run } from '../container/run.ts'
import { Follower } from './follow.ts'

const LOOK_MS = 250

run('tail', () => {
  const args = process.argv.slice(2)
  const files: string[] = []
  let lines = 10
  let all = false
  let follow = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const count = /^-n(.*)$/.exec(arg)
    if (count) {
      const text = count[1] || args[++i] || ''
      all = text === '+1'
      lines = Number(text.replace(/^[+]/, ''))
      if (!Number.isSafeInteger(lines)) throw new Error(`invalid number of lines: "${text}"`)
    } else if (/^-[fF]$/.test(arg) || arg === '--follow') follow = true
    else if (arg.startsWith('-')) throw new Error(`unknown option ${arg}; there is -n and -F`)
    else files.push(arg)
  }
  if (!files.length) throw new Error('say which file')
  const followers = files.map(file => new Follower(inContainer(file)))
  for (const follower of followers) process.stdout.write(all ? follower.read() : follower.skipTo(lines))
  if (!follow) return
  const timer = setInterval(() => {
    for (const follower of followers) process.stdout.write(follower.read())
  }, LOOK_MS)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      clearInterval(timer)
      for (const follower of followers) process.stdout.write(follower.read())
    })
})
