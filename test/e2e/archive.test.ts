import Database from 'better-sqlite3'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, run, TestLab, type Outcome } from './lab.ts'

/** Of one data folder: the lab that is saved, and what is made of it. */
const lab = new TestLab('shop')
const file = join(lab.dataDir, 'shop.kubarium')

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.cli(...args)
  if (code !== 0) throw new Error(`lab ${args.join(' ')}: ${stderr}`)
  return stdout
}

const kubectl = (name: string, ...args: string[]): Promise<Outcome> =>
  run('kubectl', ['--kubeconfig', join(lab.dataDir, 'labs', name, 'admin.kubeconfig'), ...args])

beforeAll(async () => {
  await lab.up('--masters', '1', '--workers', '1')
  const image = join(lab.dataDir, 'image')
  mkdirSync(image)
  writeFileSync(join(image, 'image.json'), JSON.stringify({ names: ['team/idle'], runs: 'node', entry: ['main.mjs'] }))
  writeFileSync(join(image, 'main.mjs'), "console.log('of the archive')\nsetInterval(() => {}, 1e6)\n")
  await ok('image', 'add', image, '--lab', lab.name)
  await lab.k('create', 'secret', 'generic', 'password', '--from-literal=value=well-kept')
  await lab.k('create', 'deployment', 'idle', '--image=team/idle')
  await lab.k('rollout', 'status', 'deployment/idle', '--timeout=60s')
})
afterAll(async () => {
  await lab.cli('down', 'again')
  await lab.remove()
})

it('a lab that runs is saved, and runs again under another name with its objects, Secrets, images and pods', async () => {
  expect(await ok('save', lab.name, file)).toMatch(
    /1 master, 1 worker, \d+ keys as of revision \d+, 1 image \(team\/idle\)/,
  )
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  await lab.k('create', 'configmap', 'too-late')
  expect(await ok('inspect', file)).toMatch(/lab shop, saved .* by Kubarium \d/)

  expect(await ok('load', file, '--name', 'again')).toMatch(/Lab again is made of .*kubarium lab up again/s)
  await ok('up', 'again')
  const secret = await kubectl('again', 'get', 'secret', 'password', '-o', 'jsonpath={.data.value}')
  expect(Buffer.from(secret.stdout, 'base64').toString()).toBe('well-kept')
  expect((await kubectl('again', 'get', 'configmap', 'too-late')).stderr).toMatch(/not found/)
  await eventually(async () =>
    /of the archive/.test((await kubectl('again', 'logs', 'deployment/idle', '--since=10s')).stdout),
  )
  // It lives: what is asked of it now is done.
  await kubectl('again', 'scale', 'deployment/idle', '--replicas=2')
  expect((await kubectl('again', 'rollout', 'status', 'deployment/idle', '--timeout=60s')).stdout).toMatch(
    /successfully/,
  )
  // Both are there at once, each with its own.
  expect((await lab.k('get', 'pods', '-o', 'name')).trim().split('\n')).toHaveLength(1)
})

it('a lab whose process was killed is saved with all that it had agreed on', async () => {
  await lab.k('create', 'configmap', 'last-word')
  process.kill((await lab.status()).pid, 'SIGKILL')
  const again = join(lab.dataDir, 'killed.kubarium')
  await eventually(async () => JSON.parse((await lab.cli('status', lab.name, '-o', 'json')).stdout).state === 'down')
  expect(await ok('save', lab.name, again)).toMatch(/1 master/)
  await ok('load', again, '--name', 'third')
  const store = new Database(join(lab.dataDir, 'labs', 'third', 'machines', 'master-1', 'store.db'), { readonly: true })
  const key = Buffer.from('/registry/configmaps/default/last-word')
  expect(store.prepare('SELECT count(*) FROM live WHERE key = ?').pluck().get(key)).toBe(1)
  store.close()
})

it('says what is wrong, and leaves nothing', async () => {
  expect((await lab.cli('load', file, '--name', 'again')).stderr).toMatch(/There is a lab again already/)
  expect((await lab.cli('save', lab.name, file)).stderr).toMatch(/There is a file/)
  expect((await lab.cli('load', join(lab.paths.folder, 'lab.json'), '--name', 'x')).stderr).toMatch(/is no lab archive/)
  expect(existsSync(join(lab.dataDir, 'labs', 'x'))).toBe(false)
})
