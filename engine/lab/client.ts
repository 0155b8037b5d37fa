import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../base/errors.ts'
import type { Platform, ProcessIdentity } from '../base/platform/platform.ts'
import { removeMemoryFolder } from '../kubelet/volumes/memory-folder.ts'
import { checkLabName, labPaths, readLabConfig, type LabConfig, type LabPaths } from './config.ts'
import type { HostRecord, LabError, LabStatus, MachineAction, OtherLab } from './contract.ts'
import { findHost } from './host-record.ts'
import { endLeftovers } from './leftovers.ts'

/** What there is of one lab, seen from outside its host. */
export interface LabEntry {
  name: string
  config: LabConfig
  paths: LabPaths
  /** The process that has the lab up, if one does. */
  host: HostRecord | undefined
}

/** All labs of a data folder, by name. */
export function listLabs(dataDir: string, platform: Platform): LabEntry[] {
  const root = join(dataDir, 'labs')
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort()
    .flatMap(name => findLab(dataDir, name, platform) ?? [])
}

/** Those of a data folder but for one, with where their user interfaces are. */
export function otherLabs(dataDir: string, own: string, platform: Platform): OtherLab[] {
  return listLabs(dataDir, platform)
    .filter(({ name }) => name !== own)
    .map(({ name, host }) => ({ name, ...(host?.url && { url: `${host.url}/#token=${host.token}` }) }))
}

export function findLab(dataDir: string, name: string, platform: Platform): LabEntry | undefined {
  checkLabName(name)
  const paths = labPaths(dataDir, name)
  const config = readLabConfig(paths)
  return config && { name, config, paths, host: findHost(paths, platform) }
}

/** @throws UserError if there is no such lab. */
export function requireLab(dataDir: string, name: string, platform: Platform): LabEntry {
  const lab = findLab(dataDir, name, platform)
  if (!lab) throw new UserError(`There is no lab ${name} in ${dataDir}.`, `Make it: kubarium lab up ${name}`)
  return lab
}

/** Ends what a host that died left running. Gives what was ended. */
export function endOrphans(lab: LabEntry, platform: Platform): ProcessIdentity[] {
  const folders = existsSync(lab.paths.machines) ? readdirSync(lab.paths.machines) : []
  return folders.flatMap(folder => endLeftovers(platform, lab.paths.machine(folder)))
}

/** Removes a lab that is down, with all that it holds. */
export function deleteLab(lab: LabEntry, platform: Platform): void {
  if (lab.host) throw new UserError(`Lab ${lab.name} is up.`, `Stop it first: kubarium lab down ${lab.name}`)
  endOrphans(lab, platform)
  for (const { name } of lab.config.machines) removeMemoryFolder(platform, lab.paths.machine(name))
  rmSync(lab.paths.root, { recursive: true, force: true })
}

/** Talks to the lab server of a lab that is up. */
export class LabClient {
  readonly #url: string
  readonly #token: string

  /** @throws UserError if the lab is down. */
  constructor(lab: LabEntry) {
    if (!lab.host?.url) throw new UserError(`Lab ${lab.name} is down.`, `Start it: kubarium lab up ${lab.name}`)
    this.#url = lab.host.url
    this.#token = lab.host.token
  }

  /** Address of the user interface, with the token that opens it. */
  get address(): string {
    return interfaceAddress(this.#url, this.#token)
  }

  status(): Promise<LabStatus> {
    return this.#call('GET', '/lab/v1/status')
  }

  act(machine: string, action: MachineAction): Promise<LabStatus> {
    return this.#call('POST', `/lab/v1/machines/${encodeURIComponent(machine)}/${action}`)
  }

  addMachine(role: 'worker' | 'control-plane'): Promise<{ name: string }> {
    return this.#call('POST', `/lab/v1/machines?role=${role}`)
  }

  removeMachine(machine: string): Promise<LabStatus> {
    return this.#call('DELETE', `/lab/v1/machines/${encodeURIComponent(machine)}`)
  }

  /** The port on 127.0.0.1 where a browser finds this port of a Service. */
  openService(namespace: string, service: string, port: number): Promise<{ port: number }> {
    const path = [namespace, service, String(port)].map(encodeURIComponent).join('/')
    return this.#call('POST', `/lab/v1/services/${path}/open`)
  }

  /** Asks the lab to stop; it does so after the answer. */
  async down(): Promise<void> {
    await this.#call('POST', '/lab/v1/down')
  }

  async #call<T>(method: string, path: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}` }
    let response: Response
    try {
      response = await fetch(this.#url + path, { method, headers, signal: AbortSignal.timeout(90_000) })
    } catch (error) {
      throw new UserError(
        'The lab does not answer.',
        'Its log is host.log in the folder of the lab. `kubarium lab down` ends it.',
        { cause: error },
      )
    }
    const body: unknown = await response.json()
    if (response.ok) return body as T
    const { error, advice } = body as LabError
    throw new UserError(error, advice ?? 'See the log of the lab: host.log in its folder.')
  }
}

/** Address of the user interface, with the token behind the `#`: what stands there no browser sends to anybody. */
export function interfaceAddress(url: string, token: string): string {
  return `${url}/#token=${token}`
}
