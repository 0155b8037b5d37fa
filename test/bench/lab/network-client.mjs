// Measures what is at URL: latency with one connection that stays and with a new one each time (ms), requests per second with
// 1 and 64 connections that stay and with 64 at a time that are new, and megabytes per second of /data. Prints one line of JSON.
import { Agent, get } from 'node:http'

const SECONDS = 1
const { URL: url } = process.env

function ask(agent, path = '') {
  return new Promise((resolve, reject) => {
    const request = get(url + path, { agent }, response => {
      let bytes = 0
      response.on('data', chunk => (bytes += chunk.length))
      response.on('end', () => resolve(bytes))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

async function measure(connections, keepAlive) {
  const agent = keepAlive ? new Agent({ keepAlive, maxSockets: connections }) : false
  const times = []
  await ask(agent)
  const began = performance.now()
  const end = began + SECONDS * 1000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let now = performance.now(); now < end;) {
        await ask(agent)
        const then = performance.now()
        times.push(then - now)
        now = then
      }
    }),
  )
  const took = performance.now() - began
  if (agent) agent.destroy()
  times.sort((a, b) => a - b)
  const at = share => Number(times[Math.floor(times.length * share)].toFixed(3))
  return { p50: at(0.5), p99: at(0.99), perSecond: Math.round((times.length * 1000) / took) }
}

const one = await measure(1, true)
const fresh = await measure(1, false)
const many = await measure(64, true)
const manyFresh = await measure(64, false)
const began = performance.now()
const bytes = await ask(false, '/data')
const megabytesPerSecond = Math.round(bytes / 2 ** 20 / ((performance.now() - began) / 1000))
console.log(JSON.stringify({ one, fresh, many, manyFresh, megabytesPerSecond }))
