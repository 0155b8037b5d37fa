import { messageOf } from '../../../engine/base/errors.ts'

/** Runs a program's main part; what goes wrong is one line on standard error and exit code 1, not a stack. */
export function run(name: string, main: () => void | Promise<void>): void {
  const fail = (error: unknown) => {
    console.error(`${name}: ${messageOf(error)}`)
    process.exit(1)
  }
  try {
    Promise.resolve(main()).catch(fail)
  } catch (error) {
    fail(error)
  }
}

/** Does nothing until it is asked to stop. */
export function untilStopped(): void {
  const keepAlive = setInterval(() => undefined, 1 << 30)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => clearInterval(keepAlive))
}
