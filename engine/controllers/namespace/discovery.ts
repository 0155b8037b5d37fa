import { messageOf } from '../../base/errors.ts'
import type { RestClient } from '../../client/rest.ts'

/** A namespaced kind whose objects can be listed and deleted. */
export interface DiscoveredResource {
  /** "configmaps.", "deployments.apps" …: resource and group, as in conditions. */
  name: string
  plural: string
  kind: string
  apiVersion: string
  namespaced: boolean
  /** "/api/v1", "/apis/apps/v1" … */
  root: string
  verbs: string[]
}

interface GroupList {
  groups: { name: string; preferredVersion: { groupVersion: string } }[]
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[]
}

/** Every kind that can be listed and deleted, each once, in its group's preferred version. */
export async function discoverDeletable(
  rest: RestClient,
): Promise<{ resources: DiscoveredResource[]; failures: string[] }> {
  const groups = await rest.request<GroupList>('GET', '/apis')
  const roots = ['/api/v1', ...groups.groups.map(g => `/apis/${g.preferredVersion.groupVersion}`)]
  const resources: DiscoveredResource[] = []
  const failures: string[] = []
  await Promise.all(
    roots.map(async root => {
      try {
        const list = await rest.request<ResourceList>('GET', root)
        const apiVersion = root.replace(/^\/apis?\//, '')
        const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
        for (const { name, kind, namespaced, verbs } of list.resources)
          if (!name.includes('/') && verbs.includes('list') && verbs.includes('delete'))
            resources.push({ name: `${name}.${group}`, plural: name, kind, apiVersion, namespaced, root, verbs })
      } catch (error) {
        failures.push(`${root}: ${messageOf(error)}`)
      }
    }),
  )
  return { resources, failures }
}

/** What a namespace can hold. Events of two groups are the same objects: they are asked for once. */
export async function deletableResources(
  rest: RestClient,
): Promise<{ resources: DiscoveredResource[]; failures: string[] }> {
  const { resources, failures } = await discoverDeletable(rest)
  return { resources: resources.filter(r => r.namespaced && r.name !== 'events.events.k8s.io'), failures }
}
