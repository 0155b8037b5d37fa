import { execFile } from 'node:child_process'
import type { Platform } from '../../../base/platform/platform.ts'
import type { NetworkNamespace } from '../../pod-network.ts'
import { inNetwork } from './bubblewrap.ts'

export type Probe = { works: true; version: string } | { works: false; why: string }

const LIMIT_MS = 10_000

/** All that containers need of bwrap and its helpers, tried in one go: namespaces, devices, and joining them. */
const TRIAL = `
bwrap --unshare-user --uid 0 --gid 0 --unshare-pid --as-pid-1 --unshare-ipc --unshare-uts --hostname probe \
  --ro-bind / / --tmpfs /tmp --proc /proc --dev /dev sleep 30 >/dev/null 2>&1 &
launcher=$!
main= tries=0
while [ $tries -lt 300 ]; do
  main= name=bwrap
  [ -r /proc/$launcher/task/$launcher/children ] || break
  read -r main rest < /proc/$launcher/task/$launcher/children || :
  [ -n "$main" ] && read -r name < /proc/$main/comm
  [ "$name" = bwrap ] || break
  tries=$((tries + 1)); sleep 0.01
done
[ -n "$main" ] || { wait $launcher; exit 1; }
nsenter -t "$main" -U -m -p -i -u --preserve-credentials -r -w -- \
  setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all env -C / -- \
  setsid hostname
code=$?
kill -KILL "$main"; wait $launcher
exit $code`

/** Whether bwrap does here what containers need. That it is installed says little: the system may forbid namespaces. */
export async function probeBubblewrap(platform: Platform): Promise<Probe> {
  if (platform.name !== 'linux') return { works: false, why: 'bubblewrap exists on Linux only' }
  const version = await run('bwrap', ['--version'])
  if (version.error) return { works: false, why: `bwrap cannot be run: ${version.error}` }
  const trial = await run('/bin/sh', ['-c', TRIAL])
  if (trial.error) return { works: false, why: trial.error }
  if (trial.stdout.trim() !== 'probe') return { works: false, why: 'a container of bwrap could not be joined' }
  return { works: true, version: version.stdout.trim().split(' ').at(-1)! }
}

/** Starts a program in this network namespace as containers are. @throws Error that says why it does not work */
export async function tryNetwork(network: NetworkNamespace): Promise<void> {
  const [command, ...before] = inNetwork(network)
  const own = [
    '--unshare-user',
    '--uid',
    '0',
    '--gid',
    '0',
    '--unshare-pid',
    '--as-pid-1',
    '--unshare-ipc',
    '--unshare-uts',
  ]
  const view = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev']
  const { error } = await run(command, [...before, ...own, ...view, '--', 'true'])
  if (error) throw new Error(`bwrap does not work in a network namespace: ${error}`)
}

function run(command: string, args: string[]): Promise<{ stdout: string; error: string | undefined }> {
  return new Promise(resolve => {
    const child = execFile(command, args, { timeout: LIMIT_MS, encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ stdout, error: error ? stderr.trim() || error.message : undefined }),
    )
    child.on('error', () => child.kill())
  })
}
