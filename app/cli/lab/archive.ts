import { systemClock } from '../../../engine/base/clock.ts'
import { systemRandom } from '../../../engine/base/random.ts'
import { requireLab } from '../../../engine/lab/client.ts'
import type { ArchiveManifest } from '../../../engine/lab/archive/manifest.ts'
import product from '../../../package.json' with { type: 'json' }
import type { LabOptions } from './commands.ts'

/** `lab save` */
export async function save(
  name: string,
  file: string,
  overwrite: boolean,
  { dataDir, platform }: LabOptions,
): Promise<void> {
  const { saveLab } = await import('../../../engine/lab/archive/save.ts')
  const manifest = await untilInterrupted(signal =>
    saveLab(requireLab(dataDir, name, platform), file, {
      ...{ dataDir, platform, overwrite, signal },
      ...{ clock: systemClock, random: systemRandom, version: product.version },
    }),
  )
  console.log(`Lab ${name} is saved in ${file}: ${sayContent(manifest)}.`)
  console.log('It holds the keys and Secrets of the lab. Whoever has it can be its administrator.')
}

/** `lab load` */
export async function load(file: string, wanted: string | undefined, { dataDir, platform }: LabOptions): Promise<void> {
  const { loadLab } = await import('../../../engine/lab/archive/load.ts')
  const { name, manifest } = await untilInterrupted(signal =>
    loadLab(file, { dataDir, platform, random: systemRandom, name: wanted, signal }),
  )
  console.log(`Lab ${name} is made of ${file}: ${sayContent(manifest)}.`)
  console.log(`Its pods run with the rights of your user. Start it: kubarium lab up ${name}`)
}

/** `lab inspect` */
export async function inspect(file: string, output: string | undefined): Promise<void> {
  const { inspectArchive } = await import('../../../engine/lab/archive/read.ts')
  const manifest = await inspectArchive(file)
  if (output === 'json') return console.log(JSON.stringify(manifest, null, 2))
  const { lab, savedAt, productVersion, files } = manifest
  const MiB = files.reduce((sum, { bytes }) => sum + bytes, 0) / (1 << 20)
  console.log(`${file}: lab ${lab.name}, saved ${savedAt} by Kubarium ${productVersion}`)
  console.log(`  ${sayContent(manifest)}, ${MiB.toFixed(1)} MiB unpacked`)
}

function sayContent({ lab, store, images }: ArchiveManifest): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
  const masters = lab.machines.filter(machine => machine.role === 'control-plane').length
  return [
    count(masters, 'master'),
    count(lab.machines.length - masters, 'worker'),
    `${count(store.keys, 'key')} as of revision ${store.revision}`,
    ...(images.length ? [`${count(images.length, 'image')} (${images.join(', ')})`] : []),
  ].join(', ')
}

/** Ctrl-C gives up, and leaves nothing half made. */
async function untilInterrupted<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const giveUp = new AbortController()
  const interrupt = () => giveUp.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  try {
    return await act(giveUp.signal)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt)
  }
}
