import type { FlagSpecs } from './flags.ts'
import { GLOBAL_FLAGS } from './global-flags.ts'
import type { Io } from './io.ts'
import type { Verb } from './verb.ts'
import { VERBS } from '../verbs/index.ts'

/** What there is. */
export function printHelp(io: Io): void {
  const verbs = [...new Set(Object.keys(VERBS).map(name => name.split(' ')[0]!))].sort()
  io.stdout.write(`kubectl controls the Kubernetes cluster manager.

This is the kubectl built into Kubarium. It prints and does what stock kubectl prints and does.

Available Commands:
${verbs.map(verb => `  ${verb}\n`).join('')}
Usage:
  kubectl [flags] [options]

Use "kubectl <command> --help" for more information about a given command.
`)
}

/** How one verb is used. */
export function printVerbHelp(io: Io, path: string, verb: Verb): void {
  io.stdout.write(`${verb.about}

Options:
${options(verb.flags)}
Global options:
${options(GLOBAL_FLAGS)}
Usage:
  ${path} ${verb.usage} [options]
`)
}

function options(specs: FlagSpecs): string {
  return Object.entries(specs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, spec]) => {
      const empty =
        spec.type === 'bool'
          ? (spec.default ?? 'false')
          : spec.type === 'int'
            ? (spec.default ?? '0')
            : `'${spec.default ?? ''}'`
      const value = spec.type === 'list' || spec.type === 'array' ? '[]' : empty
      return `    ${spec.short ? `-${spec.short}, ` : ''}--${name}=${value}:\n${spec.about ? `\t${spec.about}\n` : ''}`
    })
    .join('')
}
