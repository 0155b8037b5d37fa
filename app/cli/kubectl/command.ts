import { Command } from 'commander'

/** `kubarium kubectl …`: everything behind the word is kubectl's own business and is parsed there. */
export function kubectlCommand(): Command {
  return new Command('kubectl')
    .description('talk to a cluster as kubectl does')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[arguments...]')
    .action(async () => {
      const [{ runKubectl }, { processIo }] = await Promise.all([import('./main.ts'), import('./base/io.ts')])
      process.exitCode = await runKubectl(process.argv.slice(3), processIo())
    })
}
