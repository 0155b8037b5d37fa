import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PlantedBug } from './bugs.ts'
import type { Engine } from './fleet.ts'

const root = resolve(import.meta.dirname, '../../..')

/**
 * The store with a bug in it, as a copy of its own: the product is not touched.
 * @throws if the source no longer has the snippet exactly once
 */
export async function loadWithBug(bug: PlantedBug): Promise<Engine> {
  const { rolldown } = await import('rolldown')
  const sources = new Map<string, string>()
  for (const { file, snippet, instead } of bug.edits) {
    const path = join(root, file)
    const source = sources.get(path) ?? readFileSync(path, 'utf8')
    if (source.split(snippet).length !== 2)
      throw new Error(`the bug ${bug.name} does not fit: ${file} has not exactly one "${snippet}"`)
    sources.set(
      path,
      source.replace(snippet, () => instead),
    )
  }
  // Inside the repository, where the packages are found that stay outside the copy.
  const dir = mkdtempSync(join(root, 'node_modules/.sim-'))
  try {
    const build = await rolldown({
      input: { member: join(root, 'engine/store/member.ts') },
      platform: 'node',
      external: [/^node:/, 'better-sqlite3'],
      logLevel: 'silent',
      plugins: [
        {
          name: 'planted-bug',
          load: id => {
            const code = sources.get(resolve(id))
            return code === undefined ? null : { code, moduleType: 'ts' as const }
          },
        },
      ],
    })
    await build.write({ dir, format: 'esm', entryFileNames: '[name].mjs' })
    await build.close()
    return (await import(pathToFileURL(join(dir, 'member.mjs')).href)) as Engine
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The store as it is. */
export async function loadProduct(): Promise<Engine> {
  return import('../../../engine/store/member.ts')
}
