import { createSubscriber } from 'svelte/reactivity'

let now = $state(Date.now())

const subscribe = createSubscriber(() => {
  const timer = setInterval(() => (now = Date.now()), 1_000)
  return () => clearInterval(timer)
})

/** Milliseconds since the epoch; readers are run again each second while there are any. */
export function currentTime(): number {
  subscribe()
  return now
}
