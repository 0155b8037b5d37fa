/**
 * Put before every Node program of a pod (`NODE_OPTIONS=--import`): joins the program to the cluster's network. A program
 * that runs elsewhere, with the variables left over, is not touched.
 */

import { syncBuiltinESMExports } from 'node:module'
import {
  ENV_ALIASES,
  ENV_DECLARED_PORT,
  ENV_DNS_REAL,
  ENV_DNS_SEARCH,
  ENV_DNS_SERVER,
  ENV_GATEWAY,
  ENV_TOKEN,
} from '../overlay/protocol.ts'
import { overlayConnect } from './connect.ts'
import { ControlClient } from './control-client.ts'
import { overlayDatagrams } from './datagrams.ts'
import { overlayHost } from './host.ts'
import { readHosts } from './hosts.ts'
import { overlayListen } from './listen.ts'
import { overlayNames } from './names.ts'
import type { Pod } from './pod.ts'
import { readSettings, Resolver } from './resolver.ts'

const { [ENV_GATEWAY]: gateway, [ENV_TOKEN]: token, POD_IP: ip } = process.env
const gatewayPort = Number(/:(\d+)$/.exec(gateway ?? '')?.[1])

if (gatewayPort && token && ip) {
  const control = new ControlClient(() => pod.connectDirectly(gatewayPort), token)
  const clusterDNS = process.env[ENV_DNS_SERVER] ?? '10.96.0.10'
  const search = (process.env[ENV_DNS_SEARCH] ?? '').split(' ').filter(Boolean)
  const settings = readSettings(search, clusterDNS)
  const pod: Pod = {
    ip,
    gatewayPort,
    token,
    control,
    resolver: new Resolver({ control, clusterDNS, realDNS: process.env[ENV_DNS_REAL] ?? '', settings }),
    namesAsUsual:
      settings.servers[0] === clusterDNS &&
      settings.ndots === 5 &&
      search.length > 0 &&
      settings.search.slice(0, search.length).join() === search.join(),
    aliases: new Map((process.env[ENV_ALIASES] ?? '').split(',').map(pair => pair.split('=') as [string, string])),
    hosts: readHosts(),
    askedPorts: new Map(),
    lookups: new Set(),
    connectDirectly: () => {
      throw new Error('the overlay is not set up')
    },
  }
  overlayConnect(pod)
  overlayListen(pod)
  overlayNames(pod)
  overlayDatagrams(pod)
  overlayHost(pod)
  // Here any port can be listened on: the number that was set aside for other programs would only surprise.
  const declared = process.env[ENV_DECLARED_PORT]
  if (declared && process.env.PORT === declared.split('=')[1]) process.env.PORT = declared.split('=')[0]
  syncBuiltinESMExports()
}
