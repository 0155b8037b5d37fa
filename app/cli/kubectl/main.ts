import { Cluster } from './connection/cluster.ts'
import { connectionConfig } from './connection/config.ts'
import { errorText, FlagError, KubectlError, UsageError } from './base/errors.ts'
import { parseFlags, type FlagSpecs } from './base/flags.ts'
import { GLOBAL_FLAGS } from './base/global-flags.ts'
import { printHelp, printVerbHelp } from './base/help.ts'
import type { Io } from './base/io.ts'
import { GROUPS, NOT_HERE, VERBS } from './verbs/index.ts'

/**
 * Runs one kubectl command line (without the word kubectl) and gives its exit status.
 * Output and errors are those of stock kubectl.
 */
export async function runKubectl(argv: readonly string[], io: Io): Promise<number> {
  let cluster: Cluster | undefined
  let path = 'kubectl'
  try {
    const { words, rest } = verbWords(argv)
    if (words.length === 0) {
      printHelp(io)
      return 0
    }
    const name = words.join(' ')
    path = `kubectl ${name}`
    const load = VERBS[name]
    if (!load) return unknownVerb(io, words, rest)
    const verb = await load()
    const specs: FlagSpecs = { ...GLOBAL_FLAGS, ...verb.flags }
    const { flags, args, dash } = parseFlags(rest, specs)
    if (flags.on('help')) {
      printVerbHelp(io, path, verb)
      return 0
    }
    const connect = () => (cluster ??= new Cluster(connectionConfig(io, flags), io, flags.number('v')))
    const status = (await verb.run({ io, path, flags, args, dash, cluster: connect })) ?? 0
    if (flags.on('warnings-as-errors') && cluster?.warnings) {
      io.stderr.write(`error: ${cluster.warnings} warning${cluster.warnings === 1 ? '' : 's'} received\n`)
      return 1
    }
    return status
  } catch (error) {
    if (io.env.KUBARIUM_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`)
    const text = errorText(error)
    if (error instanceof FlagError) io.stderr.write(`Error: ${error.message}\nSee '${path} --help' for usage.\n`)
    else if (text !== 'error: \n')
      io.stderr.write(error instanceof UsageError ? `${text}See '${path} -h' for help and examples\n` : text)
    return error instanceof KubectlError ? error.exitCode : 1
  } finally {
    cluster?.dispose()
  }
}

/** The words that name the verb, and everything else. Global flags may stand before the verb. */
function verbWords(argv: readonly string[]): { words: string[]; rest: string[] } {
  const words: string[] = []
  const rest: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    const open = words.length === 0 || GROUPS.has(words.join(' '))
    if (!open || word === '--') {
      rest.push(...argv.slice(i))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      const candidate = [...words, word].join(' ')
      if (words.length === 0 || VERBS[candidate] || NOT_HERE.has(candidate) || GROUPS.has(candidate)) words.push(word)
      else {
        rest.push(...argv.slice(i))
        break
      }
      continue
    }
    rest.push(word)
    if (takesValue(word) && i + 1 < argv.length) rest.push(argv[++i]!)
  }
  return { words, rest }
}

/** Whether the next word is the value of this flag; before the verb is known, only global flags can stand. */
function takesValue(word: string): boolean {
  if (word.includes('=')) return false
  const spec = word.startsWith('--')
    ? GLOBAL_FLAGS[word.slice(2)]
    : word.length === 2
      ? Object.values(GLOBAL_FLAGS).find(s => s.short === word[1])
      : undefined
  return spec ? spec.type !== 'bool' : word === '-f' || word === '--filename'
}

function unknownVerb(io: Io, words: string[], rest: string[]): number {
  const name = words.join(' ')
  if (NOT_HERE.has(name))
    throw new KubectlError(
      `kubectl ${name} is not part of the kubectl built into Kubarium\nInstall kubectl (https://kubernetes.io/docs/tasks/tools/); it works on this cluster with the same KUBECONFIG`,
    )
  if (GROUPS.has(words[0]!)) {
    const verbs = Object.keys(VERBS).filter(verb => verb.startsWith(`${words[0]} `))
    const wanted = rest.find(word => !word.startsWith('-'))
    if (wanted)
      throw new UsageError(
        `unknown command ${JSON.stringify([wanted, ...rest.slice(rest.indexOf(wanted) + 1)].join(' '))}`,
      )
    io.stdout.write(`Available Commands:\n${verbs.map(verb => `  kubectl ${verb}\n`).join('')}`)
    return 0
  }
  io.stderr.write(`Error: unknown command ${JSON.stringify(words[0])} for "kubectl"\n`)
  const near = [...new Set(Object.keys(VERBS).map(verb => verb.split(' ')[0]!))].filter(
    verb => distance(verb, words[0]!) <= 2,
  )
  if (near.length) io.stderr.write(`\nDid you mean this?\n${near.map(verb => `\t${verb}\n`).join('')}\n`)
  return 1
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
