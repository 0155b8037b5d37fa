// The program of the pod that calls: RATE requests a second to URL, each over a connection of its own, whether or not
// earlier ones have been answered. Every 100 ms it prints what came of those that ended since.
import { get } from 'node:http'

const { RATE, URL: target } = process.env
const TICK_MS = 10
const LIMIT_MS = 10_000
let ok = 0
let failed = {}
let times = []
let due = 0
const call = () => {
  const begun = performance.now()
  let over = false
  const end = error => {
    if (over) return
    over = true
    if (error) failed[error] = (failed[error] ?? 0) + 1
    else ok++
    times.push(performance.now() - begun)
  }
  const request = get(target, { agent: false, timeout: LIMIT_MS }, response => {
    response.on('data', () => undefined)
    response.once('end', () => end(response.statusCode === 200 ? undefined : String(response.statusCode)))
    response.once('close', () => end('broken off'))
  })
  request.once('timeout', () => request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })))
  request.once('error', error => end(error.code ?? error.message))
}
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  due += ((now - last) * Number(RATE)) / 1000
  last = now
  for (; due >= 1; due--) call()
}, TICK_MS)
setInterval(() => {
  console.log(JSON.stringify({ at: Date.now(), ok, failed, times: times.map(Math.round) }))
  ok = 0
  failed = {}
  times = []
}, 100)
