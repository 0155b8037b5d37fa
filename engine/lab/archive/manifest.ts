/** What stands in a lab archive, and what a lab can be made of: checked as the words of strangers, since archives are passed on. Pure. */

import { UserError } from '../../base/errors.ts'
import type { Capacity } from '../../kubelet/node/allocatable.ts'
import { checkSettings } from '../../kubelet/node/settings.ts'
import { parseQuantity } from '../../base/quantity.ts'
import { PROXY_MODES } from '../../network/services/balancer.ts'
import { IPVS_SCHEDULERS } from '../../network/services/strategy/ipvs.ts'
import { checkLabName, type LabConfig } from '../config.ts'

export const ARCHIVE_EXTENSION = 'kubarium'
/** Of a manifest; the first file in the archive. */
export const MANIFEST_NAME = 'manifest.json'
export const STORE_NAME = 'store.db'
/** What a lab cannot be itself again without: its authority, the key of its tokens and that of its Secrets. */
export const KEY_FILES = ['ca.crt', 'ca.key', 'sa.key', 'sa.pub', 'encryption.key'].map(file => `pki/${file}`)

const FORMAT = 'kubarium-lab'
export const FORMAT_VERSION = 1

const MiB = 1 << 20
/** Far beyond what a lab is; what says that it is larger is refused before anything of it is written. */
export const LIMITS = {
  manifestBytes: 8 * MiB,
  keyBytes: 64 * 1024,
  storeBytes: 8_000 * MiB,
  imageBytes: 4_096 * MiB,
  files: 20_000,
  masters: 9,
  workers: 50,
} as const

export interface ArchivedFile {
  name: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
}

export interface ArchiveManifest {
  format: typeof FORMAT
  formatVersion: number
  /** Of the Kubarium that wrote it. */
  productVersion: string
  savedAt: string
  lab: ArchivedLab
  store: { revision: number; keys: number }
  /** First names of the images that were added to the lab. */
  images: string[]
  /** In the order of the archive. */
  files: ArchivedFile[]
}

/** A lab's settings. Not here: ports, which are of one computer, and what a user has allowed a lab to do on theirs. */
export type ArchivedLab = Pick<
  LabConfig,
  'name' | 'createdAt' | 'bare' | 'runtime' | 'podNetwork' | 'nodeMonitorGraceMs' | 'kubelet' | 'lastMaster'
> & {
  network: Omit<LabConfig['network'], 'dnsForward'>
  machines: ArchivedMachine[]
}

export type ArchivedMachine =
  | { role: 'control-plane'; name: string; address: string }
  | { role: 'worker'; name: string; address: string; capacity: Capacity }

/** Who and what a manifest is about. */
export function describeLab(config: LabConfig): ArchivedLab {
  const { name, createdAt, bare, nodeMonitorGraceMs, lastMaster, runtime, podNetwork, kubelet } = config
  const { podCIDR, serviceCIDR, clusterDomain, proxyMode, ipvsScheduler } = config.network
  return {
    ...{ name, createdAt, bare, nodeMonitorGraceMs, lastMaster },
    network: { podCIDR, serviceCIDR, clusterDomain, proxyMode, ...(ipvsScheduler && { ipvsScheduler }) },
    ...(runtime && { runtime }),
    ...(podNetwork && { podNetwork }),
    ...(kubelet && { kubelet }),
    machines: config.machines.map(machine => {
      const { name, address } = machine
      return machine.role === 'worker'
        ? { role: machine.role, name, address, capacity: machine.capacity }
        : { role: machine.role, name, address }
    }),
  }
}

export function newManifest(rest: Omit<ArchiveManifest, 'format' | 'formatVersion'>): ArchiveManifest {
  return { format: FORMAT, formatVersion: FORMAT_VERSION, ...rest }
}

/** @throws UserError for what is no manifest, one of a newer format, or one that no lab could be made of */
export function readManifest(text: string, path: string): ArchiveManifest {
  const raw = parse(text, path)
  if (raw.format !== FORMAT) throw noArchive(path, 'its manifest is of something else')
  if (!Number.isInteger(raw.formatVersion) || raw.formatVersion < 1) throw noArchive(path, 'it names no format')
  if (raw.formatVersion > FORMAT_VERSION)
    throw new UserError(
      `${path} was made by Kubarium ${sayVersion(raw.productVersion)}, in format ${raw.formatVersion}; this version reads up to ${FORMAT_VERSION}.`,
      'Load it with that version or a newer one.',
    )
  const problem = problemOf(raw)
  if (problem) throw damagedArchive(path, problem)
  return raw
}

export function noArchive(path: string, why: string): UserError {
  return new UserError(`${path} is no lab archive: ${why}.`, 'Make one: kubarium lab save NAME FILE')
}

export function damagedArchive(path: string, why: string): UserError {
  return new UserError(`${path} is damaged: ${why}.`, 'Copy it again, or save the lab anew. Nothing was made of it.')
}

function parse(text: string, path: string): ArchiveManifest {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as ArchiveManifest
  } catch {
    // said below
  }
  throw noArchive(path, 'its manifest cannot be read')
}

function sayVersion(version: unknown): string {
  return typeof version === 'string' && /^[\w.+-]{1,40}$/.test(version) ? version : 'of an unknown version'
}

function problemOf(manifest: ArchiveManifest): string | undefined {
  const { productVersion, savedAt, lab, store, images, files } = manifest
  if (sayVersion(productVersion) !== productVersion) return 'its version is none'
  if (!isDate(savedAt)) return 'its date is none'
  if (!isCount(store?.revision) || !isCount(store.keys)) return 'it does not say what its store holds'
  if (!Array.isArray(images) || images.length > 1_000 || !images.every(name => isText(name, 300)))
    return 'its list of images is none'
  return labProblem(lab) ?? filesProblem(files)
}

function labProblem(lab: ArchivedLab | undefined): string | undefined {
  if (typeof lab !== 'object' || lab === null) return 'it describes no lab'
  try {
    checkLabName(String(lab.name))
    if (lab.kubelet !== undefined) checkSettings(lab.kubelet)
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '')
  }
  const { network, machines } = lab
  if (!isDate(lab.createdAt) || typeof lab.bare !== 'boolean') return 'it does not say when its lab was made, and how'
  if (!isCount(lab.nodeMonitorGraceMs) || !isCount(lab.lastMaster) || lab.lastMaster > 1_000_000)
    return 'figures of its lab are none'
  if (lab.runtime !== undefined && !['auto', 'process', 'bubblewrap'].includes(lab.runtime))
    return 'its runtime is none'
  if (lab.podNetwork !== undefined && !['auto', 'overlay', 'namespaces'].includes(lab.podNetwork))
    return 'its network of pods is none'
  if (!network || !isCIDR(network.podCIDR) || !isCIDR(network.serviceCIDR)) return 'its network has no addresses'
  if (!/^[a-z0-9]([a-z0-9.-]{0,100}[a-z0-9])?$/.test(String(network.clusterDomain))) return 'its domain is none'
  if (!PROXY_MODES.includes(network.proxyMode)) return 'its proxy mode is none'
  if (network.ipvsScheduler !== undefined && !IPVS_SCHEDULERS.includes(network.ipvsScheduler))
    return 'its IPVS scheduler is none'
  if (!Array.isArray(machines) || machines.some(machine => typeof machine !== 'object' || machine === null))
    return 'its machines are none'
  return machinesProblem(machines)
}

function machinesProblem(machines: ArchivedMachine[]): string | undefined {
  const count = (role: string) => machines.filter(machine => machine.role === role).length
  const [masters, workers] = [count('control-plane'), count('worker')]
  if (masters < 1 || masters > LIMITS.masters || workers > LIMITS.workers || masters + workers !== machines.length)
    return `no lab has ${masters} masters and ${machines.length - masters} workers`
  if (new Set(machines.map(({ name }) => name)).size !== machines.length) return 'two of its machines have one name'
  for (const machine of machines) {
    // A machine's name is that of its folder.
    const kind = machine.role === 'worker' ? 'worker' : 'master'
    if (!new RegExp(`^${kind}-[1-9]\\d{0,6}$`).test(String(machine.name)))
      return 'a machine has no name that one can have'
    if (!/^172\.18\.0\.\d{1,3}$/.test(String(machine.address))) return `${machine.name} has no address of a machine`
    if (machine.role === 'worker' && !isCapacity(machine.capacity)) return `${machine.name} offers no amounts`
  }
  return undefined
}

function filesProblem(files: ArchivedFile[]): string | undefined {
  if (!Array.isArray(files) || files.length > LIMITS.files) return 'its list of files is none'
  const seen = new Set<string>()
  let imageBytes = 0
  for (const file of files) {
    const { name, bytes, sha256 } = file ?? {}
    if (typeof name !== 'string' || !isCount(bytes) || !/^[0-9a-f]{64}$/.test(String(sha256)))
      return 'its list of files is none'
    // Some file systems take names for one that differ in case.
    if (seen.has(name.toLowerCase())) return `it holds ${JSON.stringify(name.slice(0, 80))} twice`
    seen.add(name.toLowerCase())
    const isImage = name.startsWith('images/')
    if (isImage) imageBytes += bytes
    if (isImage ? !isImageFile(name) : name !== STORE_NAME && !KEY_FILES.includes(name))
      return `it holds ${JSON.stringify(name.slice(0, 80))}, which belongs to no lab`
    if (imageBytes > LIMITS.imageBytes || (KEY_FILES.includes(name) && bytes > LIMITS.keyBytes))
      return `${JSON.stringify(name.slice(0, 80))} is too large`
    if (name === STORE_NAME && bytes > LIMITS.storeBytes) return 'its store is too large'
  }
  const missing = [STORE_NAME, ...KEY_FILES].find(name => !seen.has(name))
  return missing && `${missing} is not in it`
}

/** `images/FOLDER/…`, each part a name that means a file below on every system. */
function isImageFile(name: string): boolean {
  const parts = name.split('/').slice(1)
  return (
    name.length <= 1_000 && parts.length >= 2 && parts.every(part => isSafePart(part)) && !parts[0].startsWith('.') // half-made images of an import begin so
  )
}

function isSafePart(part: string): boolean {
  if (part === '' || part === '.' || part === '..' || part.length > 200 || /[. ]$/.test(part)) return false
  // eslint-disable-next-line no-control-regex
  return !/[\\:*?"<>|\u0000-\u001f]/.test(part) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part)
}

function isCapacity(capacity: Capacity | undefined): boolean {
  if (typeof capacity !== 'object' || capacity === null) return false
  const { cpu, memory, pods, ephemeralStorage, pids } = capacity
  return isCount(pods) && (pids === undefined || isCount(pids)) && [cpu, memory, ephemeralStorage].every(isAmount)
}

function isAmount(value: unknown): boolean {
  try {
    return isText(value, 40) && parseQuantity(value as string).sign() >= 0
  } catch {
    return false
  }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isDate(value: unknown): boolean {
  return isText(value, 40) && !Number.isNaN(Date.parse(value))
}

function isCIDR(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,3}(\.\d{1,3}){3}\/([1-9]|[12]\d)$/.test(value)
}
