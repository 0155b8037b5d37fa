/** A page that is not seen has no frames; it goes on all the same. */
const UNSEEN_MS = 100
/** A page that is busy for so long does the next thing nevertheless. */
const MOST_BUSY_MS = 500

/** Calls back at the next frame. */
export function nextFrame(task: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    task()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, UNSEEN_MS)
}

/** Waits until others have had their turn: not by a timer, which a browser holds back after a few. */
export function turn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Resolves when the page has nothing else to do, or has been busy for too long. */
export function idle(): Promise<void> {
  return new Promise(resolve => requestIdleCallback(() => resolve(), { timeout: MOST_BUSY_MS }))
}
