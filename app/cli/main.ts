/** The `kubarium` command. */

import { resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { messageOf, UserError } from '../../engine/base/errors.ts'
import { kubectlCommand } from './kubectl/command.ts'
import { labCommand } from './lab/commands.ts'

const platform = currentPlatform()
const program = new Command('kubarium')
  .description('A real multi-node Kubernetes cluster on this machine.')
  .showHelpAfterError('(see kubarium --help)')
  .enablePositionalOptions()
  .addCommand(labCommand(platform))
  .addCommand(kubectlCommand())

program
  .command('start')
  .description('bring the default lab up and open the app, or a browser')
  .option('--data-dir <dir>', 'folder that holds the labs', process.env.KUBARIUM_DATA_DIR ?? platform.dataDir())
  .action(async (options: { dataDir: string }) => {
    const { start } = await import('./start.ts')
    await start({ dataDir: resolve(options.dataDir), platform })
  })

program.exitOverride()
program.commands.forEach(command => command.exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Prints what went wrong and gives the exit status: 2 for a wrong command line, else 1. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UserError) console.error(`error: ${error.message}\n${error.advice}`)
  else console.error(`error: ${process.env.KUBARIUM_DEBUG && error instanceof Error ? error.stack : messageOf(error)}`)
  return 1
}
