/** The main of the process that has a lab up in the background. Arguments: one JSON document, `DaemonOptions`. */

import { createLogger, lineSink } from '../../engine/base/log.ts'
import { messageOf, UserError } from '../../engine/base/errors.ts'
import type { Progress } from '../../engine/lab/contract.ts'
import { runLab, type RunOptions } from '../lab-process.ts'

/** What the daemon tells the command that started it. */
export type DaemonMessage =
  | { type: 'progress'; progress: Progress }
  | { type: 'up'; address: string }
  | { type: 'failed'; message: string; advice: string | undefined }

const options = JSON.parse(process.argv[2]) as RunOptions
const log = createLogger(lineSink(process.stderr), process.env.KUBARIUM_DEBUG ? 'debug' : 'info', 'host')

process.title = `kubarium ${options.lab.name}`
process.on('uncaughtException', error => {
  log.error('the lab host cannot go on', { error })
  process.exit(1)
})

try {
  const lab = await runLab(options, log, progress => tell({ type: 'progress', progress }))
  tell({ type: 'up', address: lab.address })
  if (process.connected) process.disconnect()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void lab.close())
  await lab.closed
  process.exit(0)
} catch (error) {
  log.error('the lab did not come up', { error })
  const advice = error instanceof UserError ? error.advice : undefined
  if (process.connected) process.send!({ type: 'failed', message: messageOf(error), advice }, () => process.exit(1))
  else process.exit(1)
}

function tell(message: DaemonMessage): void {
  if (process.connected) process.send!(message, error => error && log.debug('nobody listens', { error: error.message }))
}
