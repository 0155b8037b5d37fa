import { basename, join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { createWriteStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { UserError } from '../../../engine/base/errors.ts'
import { checkLabName, DEFAULT_LAB, labPaths } from '../../../engine/lab/config.ts'
import { requireLab } from '../../../engine/lab/client.ts'
import { readImage, type Image } from '../../../engine/kubelet/images/image.ts'
import { importImage, removeImage, writeImageSettings } from '../../../engine/kubelet/images/import.ts'
import { hostVerdict, ImageStore, readImageSettings, servesTag } from '../../../engine/kubelet/images/store.ts'
import { parseReference } from '../../../engine/kubelet/images/reference.ts'
import { distDir } from '../../dist.ts'
import type { LabOptions } from './commands.ts'
import { printTable } from './table.ts'

/** `kubarium lab image …`; what it changes, the machines of a lab that is up see at once. */
export function imageCommand(
  lab: Command,
  dataDirDefault: string,
  shared: (options: { dataDir: string }) => LabOptions,
): void {
  const image = lab.command('image').description('work with the images that a lab can run').exitOverride()
  const command = (name: string, description: string) =>
    image
      .command(name)
      .description(description)
      .option('--lab <name>', 'the lab', DEFAULT_LAB)
      .option('--data-dir <dir>', 'folder that holds the labs', dataDirDefault)
      .exitOverride()
  const collect = (value: string, before: string[]) => [...before, value]
  command('add <source>', 'add an image: a folder with an image.json, or a .tar of one')
    .option('--name <name[:tag]>', 'what to call it instead; may be repeated', collect, [])
    .action((source: string, options) => add(options.lab, source, options.name, shared(options)))
  command('list', 'list what there is')
    .option('-o, --output <format>', 'json')
    .action(options => list(options.lab, options.output, shared(options)))
  command('show <image>', 'show one image')
    .option('-o, --output <format>', 'json')
    .action((name: string, options) => show(options.lab, name, options.output, shared(options)))
  command('remove <image>', 'remove an image that was added').action((name: string, options) =>
    remove(options.lab, name, shared(options)),
  )
  command('build <folder>', 'check the image in a folder and pack it into a .tar that others can add')
    .option('--file <file>', 'the archive; absent: NAME.tar here')
    .action((folder: string, options) => build(folder, options.file))
  command('host [verdict]', 'show or say whether host/<program> runs programs of this machine: allow or deny').action(
    (verdict: string | undefined, options) => host(options.lab, verdict, shared(options)),
  )
}

/** `lab up --allow-host-programs`: said before the lab is up, so that its first pods know. */
export function allowHostPrograms(name: string, { dataDir }: LabOptions): void {
  checkLabName(name)
  const { images } = labPaths(dataDir, name)
  writeImageSettings(images, { ...readImageSettings(images), hostPrograms: true })
}

function storeOf(name: string, { dataDir, platform }: LabOptions) {
  const { paths } = requireLab(dataDir, name, platform)
  const store = new ImageStore({ builtIn: join(distDir, 'images'), added: paths.images, platform: platform.name })
  return { store, folder: paths.images }
}

/** `lab image add` */
async function add(lab: string, source: string, names: string[], options: LabOptions): Promise<void> {
  const { folder } = storeOf(lab, options)
  const image = await importImage(resolve(source), folder, names)
  console.log(`Image ${image.names[0]} is added (${image.digest.slice(0, 19)}…). Pods can use it now.`)
}

/** `lab image list` */
function list(lab: string, output: string | undefined, options: LabOptions): void {
  const { store } = storeOf(lab, options)
  if (output === 'json')
    return console.log(
      JSON.stringify(
        store.images.map(i => described(i, store)),
        null,
        2,
      ),
    )
  checkOutput(output)
  printTable([
    ['IMAGE', 'TAGS', 'FROM', 'SIZE', 'DESCRIPTION'],
    ...store.images.map(i => [
      i.names[0],
      tagsOf(i),
      store.isBuiltIn(i) ? 'built-in' : 'added',
      size(i.sizeBytes),
      i.description ?? '',
    ]),
  ])
  for (const { problem } of store.damaged) console.log(`Not usable: ${problem}`)
  console.log(`\nhost/<program> is ${store.settings.hostPrograms ? 'allowed' : 'not allowed'} in this lab.`)
}

/** `lab image show` */
function show(lab: string, name: string, output: string | undefined, options: LabOptions): void {
  const { store } = storeOf(lab, options)
  const image = required(store, name)
  if (output === 'json') return console.log(JSON.stringify(described(image, store), null, 2))
  checkOutput(output)
  const rows: [string, string | undefined][] = [
    ['Names', image.names.join(', ')],
    ['Description', image.description],
    ['Tags', tagsOf(image)],
    ['Digest', image.digest],
    ['From', store.isBuiltIn(image) ? 'built-in' : `added, in ${image.dir}`],
    ['Size', size(image.sizeBytes)],
    [
      'Runs',
      image.runs === 'node' ? `node ${image.entry.join(' ')}` : `programs of this machine ${image.entry.join(' ')}`,
    ],
    ['Arguments', image.cmd?.join(' ')],
    [
      'Environment',
      image.env &&
        Object.entries(image.env)
          .map(([k, v]) => `${k}=${v}`)
          .join(', '),
    ],
    ['Working folder', image.workingDir],
    ['Ports', image.ports?.join(', ')],
    ['User', image.user?.toString()],
    ['Stop signal', image.stopSignal],
    ['Platforms', image.platforms?.join(', ')],
    ['Commands', image.commands && Object.keys(image.commands).join(', ')],
  ]
  for (const [key, value] of rows) if (value) console.log(`${`${key}:`.padEnd(16)}${value}`)
}

/** `lab image remove` */
function remove(lab: string, name: string, options: LabOptions): void {
  const { store } = storeOf(lab, options)
  const wanted = parseReference(name).name
  const image = store.images.find(i => !store.isBuiltIn(i) && i.names.some(n => parseReference(n).name === wanted))
  if (!image) {
    required(store, name)
    throw new UserError(`The image ${wanted} came with Kubarium.`, 'Only images that were added can be removed.')
  }
  removeImage(image)
  console.log(`Image ${image.names[0]} is removed. Containers that run it go on until they end.`)
}

/** `lab image build` */
async function build(folder: string, file: string | undefined): Promise<void> {
  const dir = resolve(folder)
  const image = readImageOrExplain(dir)
  const target = resolve(file ?? `${image.names[0].split('/').at(-1)}.tar`)
  if (target.startsWith(join(dir, '/')))
    throw new UserError(`${target} lies in the image itself.`, 'Choose another place with --file.')
  const { create } = await import('../../../resources/images/container/tar/create.ts')
  const names = readdirSync(dir).sort()
  const out = createWriteStream(target)
  await create(out, dir, names, text => console.error(text))
  out.end()
  await finished(out)
  console.log(
    `${basename(target)}: ${image.names[0]}, ${size(statSync(target).size)}. Add it: kubarium lab image add ${target}`,
  )
}

/** `lab image host` */
async function host(lab: string, said: string | undefined, options: LabOptions): Promise<void> {
  const { folder } = storeOf(lab, options)
  const verdict = said ?? (hostVerdict(folder) === 'ask' && process.stdin.isTTY ? await askForHost() : undefined)
  if (verdict !== undefined && verdict !== 'allow' && verdict !== 'deny')
    throw new UserError(`"${verdict}" is not a verdict.`, 'Say allow or deny.')
  if (verdict) writeImageSettings(folder, { ...readImageSettings(folder), hostPrograms: verdict === 'allow' })
  const { hostPrograms } = readImageSettings(folder)
  console.log(
    hostPrograms
      ? 'Pods of this lab may run programs of this machine, with all rights of your user: image: host/<program>'
      : 'Pods of this lab may not run programs of this machine. Allow it: kubarium lab image host allow',
  )
}

/** Asked once: what is answered is kept in the lab. */
async function askForHost(): Promise<'allow' | 'deny'> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    console.error('Pods could then run programs of this machine, with all rights of your user.')
    return /^y(es)?$/i.test((await lines.question('Allow it in this lab? (y/n): ')).trim()) ? 'allow' : 'deny'
  } finally {
    lines.close()
  }
}

function required(store: ImageStore, name: string): Image {
  const { name: wanted, tag } = parseReference(name)
  const named = store.images.filter(i => i.names.some(n => parseReference(n).name === wanted))
  // Without a tag any will do: the image is meant, not what it would be to a pod.
  const image = /:[^/]*$/.test(name) ? named.find(i => servesTag(i, tag)) : named[0]
  if (image) return image
  const found = store.resolve(name)
  throw new UserError(`${name}: ${'problem' in found ? found.problem : 'not found'}.`, 'See: kubarium lab image list')
}

function readImageOrExplain(dir: string): Image {
  if (!existsSync(dir)) throw new UserError(`There is no ${dir}.`, 'Name the folder with the image.json.')
  try {
    return readImage(dir)
  } catch (error) {
    throw new UserError((error as Error).message, 'Mend its image.json.', { cause: error })
  }
}

function described(image: Image, store: ImageStore): object {
  const manifest = JSON.parse(readFileSync(join(image.dir, 'image.json'), 'utf8')) as object
  const { digest, sizeBytes, dir } = image
  return { ...manifest, digest, sizeBytes, dir, builtIn: store.isBuiltIn(image) }
}

function tagsOf({ tags, tagPattern }: Image): string {
  return tags ? tags.join(', ') : tagPattern === undefined ? 'any' : 'known ones'
}

function size(bytes: number): string {
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1 << 20
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / (1 << 20)).toFixed(1)} MiB`
}

function checkOutput(output: string | undefined): void {
  if (output !== undefined) throw new UserError(`The output format "${output}" is not known.`, 'Use -o json.')
}
