/** A small tar, enough for `kubectl cp` and for looking into archives: create, extract and list, from and to a stream. */

import { createReadStream, createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { inContainer } from '../paths.ts'
import { extract } from './extract.ts'
import { create } from './create.ts'

interface Options {
  mode: 'c' | 'x' | 't' | undefined
  file: string
  folder: string
  verbose: boolean
  keepTimes: boolean
  paths: string[]
}

try {
  const options = parse(process.argv.slice(2))
  // What a process calls its working folder is a place of the machine already.
  const at = resolve(process.cwd(), inContainer(options.folder))
  if (options.mode === 'c') {
    const out = options.file === '-' ? process.stdout : createWriteStream(inContainer(options.file))
    const complaints = await create(out, at, options.paths, complain)
    if (out !== process.stdout) await new Promise<void>(done => out.end(() => done()))
    if (complaints) fail('Exiting with failure status due to previous errors')
  } else {
    const source = options.file === '-' ? process.stdin : createReadStream(inContainer(options.file))
    const said = options.verbose || options.mode === 't' ? (name: string) => console.log(name) : undefined
    await extract(source, { folder: at, write: options.mode === 'x', keepTimes: options.keepTimes, said })
  }
} catch (error) {
  fail((error as Error).message)
}

function parse(args: string[]): Options {
  const options: Options = {
    ...{ mode: undefined, file: '-', folder: '.', verbose: false, keepTimes: true },
    paths: [],
  }
  let onlyPaths = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (onlyPaths || (!arg.startsWith('-') && i > 0) || arg === '-') options.paths.push(arg)
    else if (arg === '--') onlyPaths = true
    else if (arg === '--no-same-permissions' || arg === '--no-same-owner') continue
    else if (arg.startsWith('--')) throw new Error(`unrecognized option '${arg}'`)
    else for (const letter of arg.replace(/^-/, '')) apply(letter, () => args[++i])
  }
  if (!options.mode) throw new Error('You must specify one of the options -c, -t and -x')
  if (options.mode === 'c' && options.paths.length === 0)
    throw new Error('Cowardly refusing to create an empty archive')
  return options

  function apply(letter: string, next: () => string | undefined): void {
    if (letter === 'c' || letter === 'x' || letter === 't') options.mode = letter
    else if (letter === 'v') options.verbose = true
    else if (letter === 'm') options.keepTimes = false
    else if (letter === 'f' || letter === 'C') {
      const value = next()
      if (value === undefined) throw new Error(`option requires an argument -- '${letter}'`)
      if (letter === 'f') options.file = value
      else options.folder = value
    } else if (!'ph'.includes(letter)) throw new Error(`invalid option -- '${letter}'`)
  }
}

function complain(text: string): void {
  console.error(`tar: ${text}`)
}

function fail(text: string): void {
  complain(text)
  process.exitCode = 2
}
