import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger, lineSink } from '../../../engine/base/log.ts'
import { UserError } from '../../../engine/base/errors.ts'
import { findLab } from '../../../engine/lab/client.ts'
import { checkLabName, labPaths, makeFolder } from '../../../engine/lab/config.ts'
import type { Progress } from '../../../engine/lab/contract.ts'
import type { NewLab } from '../../../engine/lab/provision.ts'
import { distDir } from '../../dist.ts'
import type { DaemonMessage } from '../daemon.ts'
import type { LabOptions } from './commands.ts'
import { ProgressPrinter } from './progress.ts'

/** `lab up`: in the background unless asked to stay. */
export async function up(lab: NewLab, options: LabOptions & { foreground: boolean }): Promise<void> {
  checkLabName(lab.name)
  const existing = findLab(options.dataDir, lab.name, options.platform)
  if (existing?.host)
    throw new UserError(
      `Lab ${lab.name} is up already (process ${existing.host.pid}).`,
      `See: kubarium lab status ${lab.name}`,
    )
  const printer = new ProgressPrinter(process.stderr)
  const address = options.foreground ? await upHere(lab, options, printer) : await upInBackground(lab, options, printer)
  printer.end()
  const paths = labPaths(options.dataDir, lab.name)
  console.log(`Lab ${lab.name} is up.`)
  console.log(`  kubectl     export KUBECONFIG=${paths.kubeconfig}`)
  console.log(`  interface   ${address}`)
  console.log(`  stop it     ${options.foreground ? 'Ctrl-C' : `kubarium lab down ${lab.name}`}`)
}

async function upHere(lab: NewLab, options: LabOptions, printer: ProgressPrinter): Promise<string> {
  const { runLab } = await import('../../lab-process.ts')
  const log = createLogger(lineSink(process.stderr), process.env.KUBARIUM_DEBUG ? 'debug' : 'warn', 'host')
  const running = await runLab({ dataDir: options.dataDir, lab }, log, progress => printer.show(progress))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void running.close())
  void running.closed.then(() => process.exit(0))
  return running.address
}

/** Whoever is not run by Node itself names the Node program, and the folder of bundles that it can read. */
export interface BackgroundOptions extends LabOptions {
  node?: string
  bundles?: string
}

/** Starts the daemon, shows its progress, and leaves it alone once the lab is up. Gives the address of the interface. */
export function upInBackground(
  lab: NewLab,
  options: BackgroundOptions,
  printer: { show(progress: Progress): void },
): Promise<string> {
  const paths = labPaths(options.dataDir, lab.name)
  makeFolder(paths.logs)
  const logFile = join(paths.logs, 'host.log')
  const output = openSync(logFile, 'a', 0o600)
  const argument = JSON.stringify({ dataDir: options.dataDir, lab })
  const daemon = spawn(options.node ?? process.execPath, [join(options.bundles ?? distDir, 'daemon.mjs'), argument], {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(options.dataDir, 'compile-cache') },
    windowsHide: true,
  })
  closeSync(output)
  // Ctrl-C while waiting gives the start up: without its listener the daemon would go on unseen.
  const interrupt = () => daemon.kill('SIGTERM')
  process.once('SIGINT', interrupt)
  return new Promise<string>((resolve, reject) => {
    daemon.on('message', raw => {
      const message = raw as DaemonMessage
      if (message.type === 'progress') printer.show(message.progress)
      else if (message.type === 'up') resolve(message.address)
      else reject(new UserError(message.message, message.advice ?? `The log is ${logFile}.`))
    })
    daemon.once('error', error =>
      reject(
        new UserError(`The lab host cannot be started: ${error.message}`, 'Is Node installed whole? Try `npm ci`.'),
      ),
    )
    daemon.once('exit', (code, signal) =>
      reject(new UserError(`The lab host ended (${signal ?? `exit code ${code}`}).`, `The log is ${logFile}.`)),
    )
  }).finally(() => {
    process.off('SIGINT', interrupt)
    if (daemon.connected) daemon.disconnect()
    daemon.unref()
  })
}
