/** Does nothing until it is asked to stop. */

const keepAlive = setInterval(() => undefined, 1 << 30)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => clearInterval(keepAlive))
