import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectLicences, licenceOf } from '../../tools/licences.ts'
import { root } from '../../tools/sources.ts'

interface Locked {
  version: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

/** Where a package finds another: in its own folder, or in one above it. */
function resolve(name: string, from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules', name)
    if (packages[path]) return path
    if (dir === '.' || dir === '') return undefined
  }
}

/** All that the production dependencies need, by what packages say of themselves. */
function needed(): Set<string> {
  const found = new Set<string>()
  const visit = (path: string) => {
    const { dependencies, optionalDependencies } = packages[path]!
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = resolve(name, path)
      if (!next || found.has(next) || !existsSync(join(root, next))) continue
      found.add(next)
      visit(next)
    }
  }
  visit('')
  return found
}

describe('licences of what is shipped', () => {
  it('are there for every production dependency, and for what those depend on, with their texts', () => {
    const listed = new Map(collectLicences().map(l => [`${l.name} ${l.version}`, l]))
    const paths = [...needed()]
    expect(paths.length).toBeGreaterThan(50)
    for (const path of paths) {
      const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Locked & {
        name: string
      }
      expect(listed.get(`${name} ${version}`)?.text.length, `${name} ${version}`).toBeGreaterThan(200)
    }
  })

  it('are there for the programs that packages of the app carry', () => {
    const listed = collectLicences()
    expect(listed.find(l => l.name === 'electron')?.text).toMatch(/Electron contributors/)
    expect(listed.find(l => l.name === 'node')?.text).toMatch(/Node\.js is licensed for use as follows/)
  })

  it('come in the same order each time, each once', () => {
    const names = collectLicences().map(l => `${l.name} ${l.version}`)
    expect(names).toEqual([...new Set(names)].sort())
  })
})

describe('the licence of a package', () => {
  let dir: string
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'kubarium-licences-'))))
  afterEach(() => rmSync(dir, { recursive: true }))
  const write = (manifest: object, files: Record<string, string> = {}) => {
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'some', version: '1.0.0', ...manifest }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  }

  it('is refused if there is none', () => {
    write({})
    expect(() => licenceOf(dir)).toThrow('some 1.0.0 names no licence')
  })

  it('is refused if its text is not there', () => {
    write({ license: 'Apache-2.0' })
    expect(() => licenceOf(dir)).toThrow('has no file with its text')
  })

  it('is what its text says if the manifest does not', () => {
    write({}, { LICENSE: 'MIT License\n\nCopyright (c) somebody' })
    expect(licenceOf(dir).licence).toBe('MIT')
  })

  it('comes with the notices that must go along', () => {
    write({ license: 'Apache-2.0' }, { LICENSE: 'Apache License', NOTICE: 'Made by some' })
    expect(licenceOf(dir).text).toBe('Apache License\n\nMade by some')
  })

  it('names its holder where the package only names the MIT licence', () => {
    write({ license: 'MIT', author: { name: 'Somebody' } })
    expect(licenceOf(dir).text).toContain('Copyright (c) Somebody')
  })
})
