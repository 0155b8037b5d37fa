/** Test servers in one program, chosen by its first argument, as Kubernetes' own image of that name. */

import { run, untilStopped } from '../container/run.ts'
import { inclusterclient } from './cluster-client.ts'
import { grpcHealthChecking } from './grpc-health.ts'
import { guestbook } from './guestbook.ts'
import { dnsServerList, dnsSuffix, entrypointTester, etcHosts, mounttest } from './inspect.ts'
import { netexec } from './netexec.ts'
import { serveHostname } from './serve-hostname.ts'
import { liveness, logsGenerator, porter, portForwardTester, testWebserver } from './servers.ts'
import { crdConversionWebhook, webhook } from './webhook.ts'

const COMMANDS: Record<string, (args: string[]) => void> = {
  'crd-conversion-webhook': crdConversionWebhook,
  'dns-server-list': dnsServerList,
  'dns-suffix': dnsSuffix,
  'entrypoint-tester': entrypointTester,
  'etc-hosts': etcHosts,
  'grpc-health-checking': grpcHealthChecking,
  guestbook,
  inclusterclient,
  liveness,
  'logs-generator': logsGenerator,
  mounttest,
  netexec,
  pause,
  'port-forward-tester': portForwardTester,
  porter,
  'serve-hostname': serveHostname,
  'test-webserver': testWebserver,
  webhook,
}

const [name = 'pause', ...args] = process.argv.slice(2)
run('agnhost', () => {
  const command = COMMANDS[name]
  if (!command)
    throw new Error(`the subcommand "${name}" is not in this image; there is: ${Object.keys(COMMANDS).join(', ')}`)
  command(args)
})

function pause(): void {
  console.log('Paused')
  untilStopped()
}
