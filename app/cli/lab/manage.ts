import { readFileSync } from 'node:fs'
import { UserError } from '../../../engine/base/errors.ts'
import { sleep, systemClock } from '../../../engine/base/clock.ts'
import { isAlive } from '../../../engine/base/platform/platform.ts'
import { deleteLab, endOrphans, LabClient, listLabs, requireLab } from '../../../engine/lab/client.ts'
import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import { labEnvironment } from '../../../engine/lab/environment.ts'
import type { LabOptions } from './commands.ts'
import { shellVariables, usualShell, type Shell } from './shell-variables.ts'
import { printTable } from './table.ts'

/** A lab that has not stopped after this long is ended by force. */
const DOWN_LIMIT_MS = 40_000
const LOOK_MS = 50

/** `lab down`: also tidies up after a lab host that was killed. */
export async function down(name: string, { dataDir, platform }: LabOptions): Promise<void> {
  const lab = requireLab(dataDir, name, platform)
  if (!lab.host) {
    const ended = endOrphans(lab, platform)
    console.log(
      ended.length
        ? `Lab ${name} had no host any more; ended ${ended.length} processes that it left.`
        : `Lab ${name} is down.`,
    )
    return
  }
  const { host } = lab
  if (host.url) await new LabClient(lab).down()
  else process.kill(host.pid, 'SIGTERM')
  const end = systemClock.monotonic() + DOWN_LIMIT_MS
  while (isAlive(platform, host) && systemClock.monotonic() < end) await sleep(systemClock, LOOK_MS)
  if (isAlive(platform, host)) {
    platform.killTree(host.pid)
    endOrphans(lab, platform)
    console.log(`Lab ${name} did not stop in time and was ended by force.`)
  } else console.log(`Lab ${name} is down.`)
}

/** `lab status` */
export async function status(name: string, { dataDir, platform }: LabOptions, output?: string): Promise<void> {
  const lab = requireLab(dataDir, name, platform)
  if (!lab.host) {
    if (output === 'json') console.log(JSON.stringify({ name, state: 'down' }))
    else console.log(`Lab ${name} is down. Start it: kubarium lab up ${name}`)
    return
  }
  const client = new LabClient(lab)
  const now = await client.status()
  if (output === 'json') return console.log(JSON.stringify({ ...now, address: client.address }, null, 2))
  if (output !== undefined) throw new UserError(`The output format "${output}" is not known.`, 'Use -o json.')
  printStatus(now, client.address)
}

function printStatus(lab: LabStatus, address: string): void {
  console.log(`Lab ${lab.name}: ${lab.state}`)
  console.log(`  API server  ${lab.apiServer}`)
  console.log(`  kubeconfig  ${lab.kubeconfig}`)
  console.log(`  interface   ${address}`)
  console.log(`  proxy       ${lab.proxy}`)
  for (const { path, mode } of lab.allowedHostPaths) console.log(`  host path   ${path} (${mode})`)
  console.log()
  printTable([
    ['MACHINE', 'ROLE', 'STATE', 'PID', 'RAFT', 'TERM', 'NOTE'],
    ...lab.machines.map((m: MachineStatus) => [
      m.name,
      m.role,
      m.state,
      m.pid === undefined ? '-' : String(m.pid),
      m.store?.role ?? '-',
      m.store ? String(m.store.term) : '-',
      m.reason ?? m.store?.problem ?? (m.state === 'starting' ? (m.phase ?? '') : ''),
    ]),
  ])
  for (const port of lab.exposed)
    console.log(
      `  ${port.kind} ${port.namespace}/${port.service}:${port.port}  ${port.boundPort ? `http://127.0.0.1:${port.boundPort}` : port.error}`,
    )
}

/** `lab list` */
export function list({ dataDir, platform }: LabOptions): void {
  const labs = listLabs(dataDir, platform)
  if (labs.length === 0) return console.log('There are no labs. Make one: kubarium lab up')
  const count = (role: string, machines: { role: string }[]) => String(machines.filter(m => m.role === role).length)
  printTable([
    ['NAME', 'STATE', 'MASTERS', 'WORKERS', 'API SERVER'],
    ...labs.map(({ name, host, config }) => [
      name,
      host ? 'up' : 'down',
      count('control-plane', config.machines),
      count('worker', config.machines),
      `https://127.0.0.1:${config.ports.apiServer}`,
    ]),
  ])
}

/** `lab delete` */
export function deleteNamed(name: string, { dataDir, platform }: LabOptions): void {
  deleteLab(requireLab(dataDir, name, platform), platform)
  console.log(`Lab ${name} is deleted.`)
}

/** `lab kubeconfig` */
export function printKubeconfig(name: string, { dataDir, platform }: LabOptions): void {
  const lab = requireLab(dataDir, name, platform)
  process.stdout.write(readFileSync(lab.paths.kubeconfig, 'utf8'))
}

export interface EnvironmentOptions {
  shell?: Shell
  unset: boolean
}

/** `lab env`: what a shell runs to be on the lab's network. */
export function printEnvironment(
  name: string,
  { dataDir, platform }: LabOptions,
  { shell = usualShell(platform.name, process.env), unset }: EnvironmentOptions,
): void {
  const { config, paths } = requireLab(dataDir, name, platform)
  const asked = ['npx kubarium lab env', name, ...(unset ? ['--unset'] : []), '--shell', shell]
  console.log(shellVariables(shell, labEnvironment(config, paths), { unset, command: asked.join(' ') }))
}
