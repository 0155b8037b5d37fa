import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { installFiles, removeAbandoned, stagingFolder } from '../../tools/install-files.ts'

const base = mkdtempSync(join(tmpdir(), 'kubarium-install-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

function build(dir: string, text: string): string {
  const folder = stagingFolder(dir)
  mkdirSync(join(folder, 'images', 'nginx'), { recursive: true })
  for (const file of ['cli.mjs', 'chunk-a.mjs', 'images/nginx/main.mjs']) writeFileSync(join(folder, file), text)
  return folder
}

test('files of a build take the places of older ones, and nothing is left of where it was made', () => {
  const dist = join(base, 'one')
  installFiles(build(dist, 'old'), dist)
  installFiles(build(dist, 'new'), dist)
  const read = (file: string) => readFileSync(join(dist, file), 'utf8')
  expect(['cli.mjs', 'chunk-a.mjs', 'images/nginx/main.mjs'].map(read)).toEqual(['new', 'new', 'new'])
  expect(readdirSync(dist).sort()).toEqual(['chunk-a.mjs', 'cli.mjs', 'images'])
})

test('builds that were given up are removed once they are old, not while somebody may still be at them', () => {
  const dist = join(base, 'two')
  const folder = build(dist, 'x')
  removeAbandoned(dist)
  expect(existsSync(folder)).toBe(true)
  utimesSync(folder, 0, 0)
  removeAbandoned(dist)
  expect(existsSync(folder)).toBe(false)
})
