import type { Service } from '../../../engine/api/types.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { watched } from '../cluster/watched.svelte.ts'
import type { Command } from '../palette/rank.ts'
import { router } from '../shell/router.svelte.ts'
import { settings } from '../shell/settings.svelte.ts'
import { say } from '../text/say.svelte.ts'
import { serviceAddress } from './services.ts'
import { servicesTexts } from './text.ts'

const t = say(servicesTexts)
const MOST = 200

/** Services that can be tried from everywhere: those of the chosen namespace. */
export function servicesCommands(): readonly Command[] {
  const services = [...watched<Service>('/api/v1/services').items.values()].map(s => s.metadata)
  return services
    .filter(({ namespace }) => !settings.namespace || namespace === settings.namespace)
    .slice(0, MOST)
    .map(({ namespace = '', name = '' }) => ({
      id: `service/${namespace}/${name}`,
      title: (connection.isLab ? t.commandTry : t.commandShow)(name),
      hint: namespace,
      words: `service endpoints request ${namespace}`,
      run: () => router.go(serviceAddress(namespace, name, connection.isLab ? 'try' : undefined)),
    }))
}
