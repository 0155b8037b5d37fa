import Database from 'better-sqlite3'
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { snapshotOfFiles } from '../../engine/store/offline-snapshot.ts'
import { checkSnapshot } from '../../engine/store/restore.ts'
import { put, startWorkers, temporaryFolder, type WorkerCluster } from './cluster.ts'

const folder = temporaryFolder()
let cluster: WorkerCluster
let paths: string[]

beforeAll(async () => {
  cluster = await startWorkers(['m1', 'm2', 'm3'])
  for (let i = 0; i < 50; i++) await put(cluster.stores[i % 3]!, `key-${i}`, `value-${i}`)
  // As kill -9 leaves them: what is applied may not be committed yet, but for what stands in the logs.
  paths = cluster.configs.map(({ name, dataDir }) => {
    const copy = join(folder.path, name)
    mkdirSync(copy)
    for (const file of ['store.db', 'store.db-wal'])
      if (existsSync(join(dataDir, file))) copyFileSync(join(dataDir, file), join(copy, file))
    return join(copy, 'store.db')
  })
})
afterAll(async () => {
  await cluster.stop()
  folder.remove()
})

const target = join(folder.path, 'snapshot.db')

it('holds all that was acknowledged, from the files of members that ended in the middle of it', () => {
  snapshotOfFiles(paths, target)
  expect(checkSnapshot(target).keys).toBe(50)
})

it('takes a majority of the files, and no less', () => {
  const [first, , third] = paths as [string, string, string]
  snapshotOfFiles([first, join(folder.path, 'gone', 'store.db'), third], target)
  expect(checkSnapshot(target).keys).toBe(50)
  const broken = join(folder.path, 'broken.db')
  writeFileSync(broken, 'not a database')
  expect(() => snapshotOfFiles([first, broken, join(folder.path, 'gone')], target)).toThrow(
    /1 of 3 masters can be read.*broken\.db/,
  )
})

it('refuses a log whose entries are damaged', () => {
  const [path] = paths as [string]
  const copy = join(folder.path, 'damaged.db')
  rmSync(copy, { force: true })
  const source = new Database(path, { readonly: true })
  source.exec(`VACUUM INTO '${copy}'`)
  source.close()
  const db = new Database(copy)
  db.exec('UPDATE machine SET applied = (SELECT max(idx) - 1 FROM log); UPDATE log SET crc = crc + 1')
  db.close()
  expect(() => snapshotOfFiles([copy], target)).toThrow(/fails its checksum/)
})

it('a snapshot with anything in it that acts by itself is not taken', () => {
  snapshotOfFiles(paths, target)
  const hostile = join(folder.path, 'hostile.db')
  const db = new Database(target)
  db.exec("CREATE TRIGGER sly AFTER DELETE ON log BEGIN UPDATE history SET value = 'x'; END")
  db.close()
  snapshotOfFiles([target], hostile)
  expect(() => checkSnapshot(hostile)).toThrow(/trigger "sly"/)
})
