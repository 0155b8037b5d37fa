import { spawnSync } from 'node:child_process'
import {
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Bridge } from '../../app/desktop/contract.ts'
import { darwinPlatform } from '../../engine/base/platform/darwin.ts'
import type { PlatformHost } from '../../engine/base/platform/platform.ts'
import { bundle } from '../../tools/bundle.ts'
import { buildRenderer } from '../../tools/renderer.ts'
import { root, walk } from '../../tools/sources.ts'
import { StandInLab } from './harness/lab.ts'
import { Studio, whyNoBrowser } from './harness/shell.ts'
import { folderSize, partsOf } from '../../tools/package-size.ts'
import { packConfiguration, stage, type Target } from '../../tools/stage.ts'
import { until } from '../until.ts'

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

/** What the packages of all systems are made of, put together once. */
let folder: string
beforeAll(async () => {
  if (whyNot) return
  folder = mkdtempSync(join(tmpdir(), 'kubarium-pack-'))
  if (!existsSync(join(root, 'dist', 'renderer', 'index.html'))) await Promise.all([bundle(), buildRenderer()])
  await stage([target], join(folder, 'stage'))
  // Their Node is not here; what is packed of it is a file of its name. That of macOS hands on to the one of this machine.
  const standIns = {
    'win32-x64/node.exe': 'stand-in',
    'darwin-arm64/node': `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
  }
  for (const [name, text] of Object.entries(standIns)) {
    mkdirSync(join(folder, 'stage', 'node', name, '..'), { recursive: true })
    writeFileSync(join(folder, 'stage', 'node', name), text, { mode: 0o755 })
  }
})
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/** Packs for a system, from the stage and a stand-in for Electron. Gives the folder of the packages. */
async function pack(
  name: string,
  targets: ReturnType<Platform['createTarget']>,
  electronDist: string,
  more: object = {},
): Promise<string> {
  const config = packConfiguration(join(folder, 'stage'))
  const output = join(folder, `out-${name}`)
  await build({
    projectDir: root,
    config: { ...config, directories: { ...config.directories, output }, electronDist, ...more },
    targets,
    publish: 'never',
  })
  return output
}

const namesIn = (dir: string) => [...walk(dir)].map(file => relative(dir, file).split(sep).join('/'))

describe.skipIf(whyNot)(`the package${whyNot}`, () => {
  let resources: string

  beforeAll(async () => {
    const electron = standInElectron(join(folder, 'electron'), 'electron')
    const out = await pack('linux', Platform.LINUX.createTarget('dir'), electron)
    resources = join(out, 'linux-unpacked', 'resources')
  })

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
    const files = namesIn(resources)
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
    expect(folderSize(join(resources, 'node')) / MiB).toBeLessThan(150)
    // Those of one system, of the 77 MiB for all.
    expect(folderSize(join(resources, 'engine', 'node_modules')) / MiB).toBeLessThan(8)
  })

  test('says in its desktop entry and manifest what it opens, and names no address to ask', () => {
    const desktop = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
      protocols: { schemes: string[] }[]
      fileAssociations: { ext: string | string[]; rank: string }[]
    }
    expect(desktop.protocols).toMatchObject([{ schemes: ['kubarium'] }])
    expect(desktop.fileAssociations).toMatchObject([
      { ext: 'kubarium', mimeType: 'application/vnd.kubarium.lab', rank: 'Owner' },
      { ext: ['yaml', 'yml'], rank: 'Alternate' },
    ])
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
      // The app saves and makes labs by this command line.
      expect(kubarium('lab', 'save', 't', join(folder, 't.kubarium'))).toContain('Lab t is saved')
      expect(kubarium('lab', 'load', join(folder, 't.kubarium'), '--name', 'again')).toContain('Lab again is made')
      expect(readlinkSync(`/proc/${status.pid}/exe`)).toBe(realpathSync(join(resources, 'node', 'node')))
    } finally {
      kubarium('lab', 'down', 't')
    }
  })

  test.skipIf(whyNoBrowser)(
    `its shell starts the lab, shows the real interface live, and stops the lab when it quits${whyNoBrowser}`,
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
              socket.onclose = ({ code, reason }) => resolve(JSON.stringify({ closed: code, reason }))
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
        await until(() => shell.app.quitted)
        await shell.close()
        await studio.close()
      }
      expect(existsSync(join(dataDir, 'labs', 't', 'host.json'))).toBe(false)
    },
  )
})

describe.skipIf(whyNot)(`a package of Windows, made here${whyNot}`, () => {
  test('has the native modules and the Node of Windows alone, and the fuses set', async () => {
    const electron = standInElectron(join(folder, 'electron-win'), 'electron.exe')
    const made = await pack('win', Platform.WINDOWS.createTarget('dir', Arch.x64), electron, {
      // The stand-in is no program of Windows: it has no resources that a digest, an icon or a version could be written into.
      disableAsarIntegrity: true,
      win: { signAndEditExecutable: false },
    })
    const out = join(made, 'win-unpacked')
    const files = namesIn(join(out, 'resources'))
    const native = files.filter(file => /\.(node|dll)$/.test(file))
    expect(native).toEqual(expect.arrayContaining(['engine/node_modules/better-sqlite3/prebuilds/win32-x64.node']))
    for (const file of native) expect(file).toMatch(/win32-x64/)
    expect(files).toEqual(expect.arrayContaining(['app.asar', 'node/node.exe', 'engine/dist/bin/kubectl.cmd']))
    expect(files.filter(file => /\.pdb$|spawn-helper$/.test(file))).toEqual([])
    expect(fusesOf(join(out, 'Kubarium.exe'))).toBe('01001100')
  })
})

describe.skipIf(whyNot)(`a package of macOS, made here${whyNot}`, () => {
  let contents: string
  let resources: string
  let signed: string

  beforeAll(async () => {
    // Apple's tool is not here: what the packager asks of it is noted.
    const tools = join(folder, 'tools')
    signed = join(tools, 'signed')
    mkdirSync(tools)
    writeFileSync(join(tools, 'codesign'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${signed}'\n`, { mode: 0o755 })
    const path = process.env.PATH
    process.env.PATH = `${tools}:${path}`
    try {
      const made = await pack(
        'mac',
        Platform.MAC.createTarget('dir', Arch.arm64),
        standInMacElectron(join(folder, 'electron-mac')),
      )
      contents = join(made, 'mac-arm64', 'Kubarium.app', 'Contents')
    } finally {
      process.env.PATH = path
    }
    resources = join(contents, 'Resources')
  })

  test('has the native modules and the Node of macOS alone, and programs that may be run', () => {
    const files = namesIn(resources)
    const native = files.filter(file => /\.(node|dll)$|spawn-helper$/.test(file))
    expect(native.sort()).toEqual([
      'engine/node_modules/better-sqlite3/prebuilds/darwin-arm64.node',
      'engine/node_modules/node-pty/prebuilds/darwin-arm64/pty.node',
      'engine/node_modules/node-pty/prebuilds/darwin-arm64/spawn-helper',
    ])
    expect(files).toEqual(expect.arrayContaining(['app.asar', 'node/node', 'engine/dist/cli.mjs', 'icon.icns']))
    expect(files.filter(file => /\.pdb$|\.exe$/.test(file))).toEqual([])
    const programs = ['node/node', 'engine/dist/bin/kubarium', native.find(file => file.endsWith('spawn-helper'))!]
    for (const program of programs) expect(statSync(join(resources, program)).mode & 0o111, program).toBe(0o111)
  })

  test('says in its Info.plist what it is, what it opens, and what its archive must be', () => {
    const plist = valuesOf(readFileSync(join(contents, 'Info.plist'), 'utf8'))
    expect(plist).toMatchObject({
      CFBundleIdentifier: 'io.kubarium.app',
      CFBundleName: 'Kubarium',
      CFBundleExecutable: 'Kubarium',
      CFBundleIconFile: 'icon.icns',
      LSApplicationCategoryType: 'public.app-category.developer-tools',
    })
    expect(plist.CFBundleURLTypes).toMatchObject([{ CFBundleURLSchemes: ['kubarium'] }])
    expect(plist.CFBundleDocumentTypes).toMatchObject([
      { CFBundleTypeExtensions: ['kubarium'], LSHandlerRank: 'Owner', CFBundleTypeRole: 'Editor' },
      { CFBundleTypeExtensions: ['yaml', 'yml'], LSHandlerRank: 'Alternate' },
    ])
    const integrity = plist.ElectronAsarIntegrity as Record<string, { algorithm: string; hash: string }>
    expect(integrity['Resources/app.asar']).toMatchObject({
      algorithm: 'SHA256',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(existsSync(join(contents, 'MacOS', 'Kubarium'))).toBe(true)
    expect(existsSync(join(contents, 'Frameworks', 'Kubarium Helper (Renderer).app'))).toBe(true)
  })

  test('has the fuses set in the framework, and is signed anew after that', () => {
    const framework = join(contents, 'Frameworks', 'Electron Framework.framework', 'Electron Framework')
    expect(fusesOf(framework)).toBe('01001100')
    const asked = readFileSync(signed, 'utf8').trim().split('\n')
    expect(asked.slice(0, 3)).toEqual(['--sign', '-', '--force'])
    expect(asked.at(-1)).toMatch(/\.app$/)
  })

  test('its command line starts from its own Node, and reads a saved lab', () => {
    const done = spawnSync(
      join(resources, 'engine', 'dist', 'bin', 'kubarium'),
      ['lab', 'list', '--data-dir', folder],
      {
        ...{ cwd: tmpdir(), env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' },
      },
    )
    expect(done.stderr + done.stdout).toContain('There are no labs.')
    expect(done.status).toBe(0)
  })

  test.skipIf(whyNoBrowser)(`its shell shows a lab from the packed archive, as on macOS${whyNoBrowser}`, async () => {
    const archive = join(folder, 'archive-mac')
    asar.extractAll(join(resources, 'app.asar'), archive)
    const dataDir = mkdtempSync(join(folder, 'data-mac-'))
    const run = (command: string, args: string[]) => spawnSync(command, args, { encoding: 'utf8' }).stdout
    const lab = new StandInLab(dataDir, 'default', darwinPlatform({ run } as PlatformHost))
    await lab.up()
    const studio = await Studio.over(join(archive, 'dist'))
    const shell = await studio.run({ dataDir, env: { KUBARIUM_NODE: undefined }, resources, system: 'darwin' })
    try {
      const page = await shell.page('kubarium://lab/')
      await page.waitForSelector('#app > *')
      expect(shell.menu.items[0]!.label).toBe('Kubarium')
      expect(shell.proxy.strays).toEqual([])
    } finally {
      await shell.close()
      await studio.close()
      await lab.down()
    }
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

/** A program that has fuses and nothing else. */
function writeProgram(file: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const fuses = [Buffer.from(`stand-in ${SENTINEL}`), Buffer.from([1, FUSES]), Buffer.from('1'.repeat(FUSES))]
  writeFileSync(file, Buffer.concat(fuses), { mode: 0o755 })
}

/** A folder laid out as Electron's for Linux and Windows. */
function standInElectron(folder: string, program: string): string {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'))
  writeProgram(join(folder, program))
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox', 'locales/en-US.pak'])
    writeFileSync(join(folder, file), '45.4.1')
  return folder
}

/** One for macOS: an app with helpers beside it, each a folder with a program and an Info.plist, and a framework with the fuses. */
function standInMacElectron(folder: string): string {
  const contents = join(folder, 'Electron.app', 'Contents')
  const bundleAt = (at: string, name: string) => {
    writeProgram(join(at, 'MacOS', name))
    const keys = { CFBundleExecutable: name, CFBundleIdentifier: `com.github.${name}`, CFBundleName: name }
    const entries = Object.entries(keys).map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
    writeFileSync(
      join(at, 'Info.plist'),
      `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>${entries.join('')}</dict></plist>`,
    )
  }
  bundleAt(contents, 'Electron')
  for (const helper of ['', ' (GPU)', ' (Plugin)', ' (Renderer)'])
    bundleAt(join(contents, 'Frameworks', `Electron Helper${helper}.app`, 'Contents'), `Electron Helper${helper}`)
  writeProgram(join(contents, 'Frameworks', 'Electron Framework.framework', 'Electron Framework'))
  mkdirSync(join(contents, 'Resources', 'en.lproj'), { recursive: true })
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(folder, file), '45.4.1')
  return folder
}

type Plist = string | boolean | Plist[] | { [key: string]: Plist }

/** What a property list in XML says, as far as ours need it. */
function valuesOf(xml: string): { [key: string]: Plist } {
  const tokens = [...xml.matchAll(/<(\/?)(dict|array|key|string|integer|true|false|date)(\/?)>([^<]*)/g)]
  let at = 0
  const read = (): Plist => {
    const [, , tag, empty, text] = tokens[at++]!
    if (tag === 'true' || tag === 'false') return tag === 'true'
    if (tag !== 'dict' && tag !== 'array') {
      if (!empty) at++
      return text!.trim()
    }
    const list: Plist[] = []
    if (!empty) {
      while (!tokens[at]![1]) list.push(read())
      at++
    }
    if (tag === 'array') return list
    return Object.fromEntries(list.flatMap((key, i) => (i % 2 === 0 ? [[key as string, list[i + 1]!]] : [])))
  }
  return read() as { [key: string]: Plist }
}
