import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { Arch, build, Platform } from 'electron-builder'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { Bridge } from '../../app/desktop/contract.ts'
import { bundle } from '../../tools/bundle.ts'
import { buildRenderer } from '../../tools/renderer.ts'
import { root, walk } from '../../tools/sources.ts'
import { Studio, whyNoBrowser } from './harness/shell.ts'
import { folderSize, partsOf } from '../../tools/package-size.ts'
import { packConfiguration, stage, type Target } from '../../tools/stage.ts'

const asar = createRequire(import.meta.url)('@electron/asar') as {
  listPackage(file: string, options: object): string[]
  extractFile(archive: string, file: string): Buffer
  extractAll(file: string, to: string): void
}
declare const window: { kubarium: Bridge }

/** What marks the fuses in Electron's program: this text, a version, the count, and a digit for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = 9
const target = `${process.platform}-${process.arch}` as Target
/** The stand-in has Electron's layout on Linux. */
const whyNot = process.platform === 'linux' ? '' : ' (skipped: the stand-in for Electron is made for Linux)'

describe.skipIf(whyNot)(`the package${whyNot}`, () => {
  let folder: string
  let resources: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kubarium-pack-'))
    if (!existsSync(join(root, 'dist', 'renderer', 'index.html'))) await Promise.all([bundle(), buildRenderer()])
    await stage([target], join(folder, 'stage'))
    const config = packConfiguration(join(folder, 'stage'))
    await build({
      projectDir: root,
      config: {
        ...config,
        directories: { ...config.directories, output: join(folder, 'out') },
        electronDist: standInElectron(join(folder, 'electron')),
      },
      targets: Platform.LINUX.createTarget('dir'),
      publish: 'never',
    })
    resources = join(folder, 'out', 'linux-unpacked', 'resources')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has the shell and the interface in the archive, and no module', () => {
    const files = asar.listPackage(join(resources, 'app.asar'), {})
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/dist/desktop/main.mjs',
        '/dist/desktop/preload.cjs',
        '/dist/renderer/index.html',
      ]),
    )
    expect(files.filter(file => /node_modules|\.ts$|\/test\/|chunk-|daemon/.test(file))).toEqual([])
  })

  test('has the engine, its native modules and Node as plain files, for this platform alone', () => {
    const files = [...walk(resources)].map(file => relative(resources, file).split(sep).join('/'))
    expect(files).toEqual(
      expect.arrayContaining([
        'engine/dist/cli.mjs',
        'engine/dist/daemon.mjs',
        'engine/dist/machine.mjs',
        'engine/dist/store-worker.mjs',
        'engine/dist/images/nginx/image.json',
        'engine/dist/renderer/index.html',
        'engine/dist/bin/kubarium',
        'engine/dist/bin/kubectl.cmd',
        `engine/node_modules/better-sqlite3/prebuilds/${target}.node`,
        'engine/node_modules/node-pty/build/Release/pty.node',
        'node/node',
      ]),
    )
    expect(files.filter(file => file.endsWith('.node'))).toHaveLength(2)
    expect(files.filter(file => /\.ts$|\/(src|deps|test)\/.*\.(c|h|cpp)$|\.pdb$/.test(file))).toEqual([])
    const modules = readdirSync(join(resources, 'engine', 'node_modules'))
    expect(modules.sort()).toEqual(['better-sqlite3', 'node-pty'])
    for (const program of ['node/node', 'engine/dist/bin/kubarium', 'engine/dist/bin/kubectl'])
      expect(statSync(join(resources, program)).mode & 0o111, program).toBe(0o111)
  })

  test('weighs no more than it has to', () => {
    const sizes = Object.fromEntries(partsOf(join(folder, 'stage')))
    const MiB = 1024 * 1024
    expect(sizes['shell and interface']! / MiB).toBeLessThan(8)
    expect(sizes['engine and images']! / MiB).toBeLessThan(20)
    expect(sizes['Node']! / MiB).toBeLessThan(150)
    // Those of one system, of the 77 MiB for all.
    expect(folderSize(join(resources, 'engine', 'node_modules')) / MiB).toBeLessThan(8)
  })

  test('says in its desktop entry and manifest what it opens, and names no address to ask', () => {
    const desktop = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
      protocols: { schemes: string[] }[]
      fileAssociations: { ext: string[]; rank: string }[]
    }
    expect(desktop.protocols).toMatchObject([{ schemes: ['kubarium'] }])
    expect(desktop.fileAssociations).toMatchObject([{ ext: ['yaml', 'yml'], rank: 'Alternate' }])
    const manifest = JSON.parse(
      asar.extractFile(join(resources, 'app.asar'), 'package.json').toString('utf8'),
    ) as object
    expect(manifest).not.toHaveProperty('releases')
  })

  test('has the fuses set: Electron is no Node, loads the archive alone, and checks it', () => {
    // runAsNode, cookies, NODE_OPTIONS, --inspect, integrity, archive alone, V8 snapshot, file privileges
    expect(fusesOf(join(resources, '..', 'kubarium-desktop'))).toBe('01001100')
  })

  test('starts and stops a lab with its own Node, from anywhere', () => {
    const dataDir = join(folder, 'data')
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    const env = { PATH: '/usr/bin:/bin', HOME: elsewhere }
    const kubarium = (...args: string[]) => {
      const done = spawnSync(join(resources, 'engine', 'dist', 'bin', 'kubarium'), [...args, '--data-dir', dataDir], {
        cwd: elsewhere,
        env,
        encoding: 'utf8',
      })
      expect(done.status, done.stderr + done.stdout).toBe(0)
      return done.stdout
    }
    try {
      expect(kubarium('lab', 'up', 't', '--masters', '1', '--workers', '0')).toContain('Lab t is up.')
      const status = JSON.parse(kubarium('lab', 'status', 't', '-o', 'json')) as { state: string; pid: number }
      expect(status.state).toBe('running')
      expect(readlinkSync(`/proc/${status.pid}/exe`)).toBe(realpathSync(join(resources, 'node', 'node')))
    } finally {
      kubarium('lab', 'down', 't')
    }
  })

  test.skipIf(whyNoBrowser)(
    `its shell starts the lab, shows the real interface live, and stops the lab when it quits${whyNoBrowser}`,
    { timeout: 180_000 },
    async () => {
      const dataDir = join(folder, 'data')
      const archive = join(folder, 'archive')
      asar.extractAll(join(resources, 'app.asar'), archive)
      const studio = await Studio.over(join(archive, 'dist'))
      const env = { KUBARIUM_NODE: undefined }
      const shell = await studio.run({ dataDir, argv: ['--lab=t'], env, resources })
      try {
        const page = await shell.page('kubarium://lab/')
        await page.waitForSelector('#app > *')
        const status = await page.evaluate(
          () =>
            new Promise<string>(resolve => {
              const socket = new WebSocket(`${window.kubarium.socketBase}/lab/v1/watch`)
              socket.onmessage = message => resolve(String(message.data))
              socket.onerror = () => resolve('{}')
            }),
        )
        expect(JSON.parse(status)).toMatchObject({ name: 't', state: 'running' })
        expect(await page.evaluate(async () => (await fetch('/cluster/api/v1/namespaces')).status)).toBe(200)
        expect(shell.proxy.strays).toEqual([])
        const { pid } = JSON.parse(readFileSync(join(dataDir, 'labs', 't', 'host.json'), 'utf8')) as { pid: number }
        expect(readlinkSync(`/proc/${pid}/exe`)).toBe(realpathSync(join(resources, 'node', 'node')))
      } finally {
        shell.desktop.answers = [{ response: 1 }]
        shell.app.quit()
        await vi.waitUntil(() => shell.app.quitted, { timeout: 60_000 })
        await shell.close()
        await studio.close()
      }
      expect(existsSync(join(dataDir, 'labs', 't', 'host.json'))).toBe(false)
    },
  )
})

describe.skipIf(whyNot)(`a package of Windows, made here${whyNot}`, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kubarium-pack-win-'))
    if (!existsSync(join(root, 'dist', 'renderer', 'index.html'))) await Promise.all([bundle(), buildRenderer()])
    await stage([target], join(folder, 'stage'))
    // Its Node is not here; what is packed of it is a file of its name.
    mkdirSync(join(folder, 'stage', 'node', 'win32-x64'), { recursive: true })
    writeFileSync(join(folder, 'stage', 'node', 'win32-x64', 'node.exe'), 'stand-in')
    const config = packConfiguration(join(folder, 'stage'))
    await build({
      projectDir: root,
      config: {
        ...config,
        directories: { ...config.directories, output: join(folder, 'out') },
        electronDist: standInElectron(join(folder, 'electron'), 'electron.exe'),
        // The stand-in is no program of Windows: it has no resources that a digest, an icon or a version could be written into.
        disableAsarIntegrity: true,
        win: { signAndEditExecutable: false },
      },
      targets: Platform.WINDOWS.createTarget('dir', Arch.x64),
      publish: 'never',
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has the native modules and the Node of Windows alone, and the fuses set', () => {
    const out = join(folder, 'out', 'win-unpacked')
    const files = [...walk(join(out, 'resources'))].map(file =>
      relative(join(out, 'resources'), file).split(sep).join('/'),
    )
    const native = files.filter(file => /\.(node|dll)$/.test(file))
    expect(native).toEqual(expect.arrayContaining(['engine/node_modules/better-sqlite3/prebuilds/win32-x64.node']))
    for (const file of native) expect(file).toMatch(/win32-x64/)
    expect(files).toEqual(expect.arrayContaining(['app.asar', 'node/node.exe', 'engine/dist/bin/kubectl.cmd']))
    expect(files.filter(file => /\.pdb$/.test(file))).toEqual([])
    expect(fusesOf(join(out, 'Kubarium.exe'))).toBe('01001100')
  })
})

describe('the packages of other systems', () => {
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<
    string,
    { target: unknown; icon: string; extraResources: { from: string; to: string; filter?: string[] }[] }
  >

  test.each([
    ['win', 'win32', 'nsis'],
    ['win', 'win32', 'portable'],
    ['mac', 'darwin', 'dmg'],
  ])('%s brings its own Node and native modules', (name, os, installer) => {
    const { target, icon, extraResources } = config[name]!
    expect(JSON.stringify(target)).toContain(`"${installer}"`)
    expect(existsSync(join(root, icon))).toBe(true)
    expect(extraResources.map(each => each.to)).toEqual(['engine', 'engine/node_modules', 'node'])
    expect(extraResources[2]!.from).toBe(`\${env.KUBARIUM_STAGE}/node/${os}-\${arch}`)
    const filter = extraResources[1]!.filter!
    for (const arch of ['x64', 'arm64']) {
      const named = filter.map(pattern => pattern.replace('${arch}', arch))
      expect(named).toContain(`better-sqlite3/prebuilds/${os}-${arch}.node`)
      expect(named).toContain(`node-pty/prebuilds/${os}-${arch}/**`)
      expect(existsSync(join(root, 'node_modules', 'better-sqlite3', 'prebuilds', `${os}-${arch}.node`))).toBe(true)
      expect(existsSync(join(root, 'node_modules', 'node-pty', 'prebuilds', `${os}-${arch}`, 'pty.node'))).toBe(true)
    }
  })

  test.each(['deb', 'rpm', 'AppImage'])('Linux has a %s', installer => {
    expect(config.linux!.target).toContain(installer)
  })

  test('a target without its Node is refused with the command that gets it', async () => {
    const missing: Target = process.platform === 'win32' ? 'darwin-arm64' : 'win32-arm64'
    await expect(stage([missing], join(tmpdir(), 'kubarium-never-made'))).rejects.toThrow(
      /npm install --no-save --force node-\w+-arm64@24/,
    )
    expect(existsSync(join(tmpdir(), 'kubarium-never-made'))).toBe(false)
  })
})

function fusesOf(file: string): string {
  const program = readFileSync(file)
  const at = program.indexOf(SENTINEL) + SENTINEL.length + 2
  return program.subarray(at, at + 8).toString()
}

/** A folder laid out as Electron's for Linux and Windows, whose program has fuses and nothing else. */
function standInElectron(folder: string, program = 'electron'): string {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'))
  writeFileSync(
    join(folder, program),
    Buffer.concat([Buffer.from(`stand-in ${SENTINEL}`), Buffer.from([1, FUSES]), Buffer.from('1'.repeat(FUSES))]),
  )
  chmodSync(join(folder, program), 0o755)
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox', 'locales/en-US.pak'])
    writeFileSync(join(folder, file), '45.4.1')
  return folder
}
