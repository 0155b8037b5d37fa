import { isNotFound } from '../../../../../engine/client/errors.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { elastic } from '../../print/columns.ts'
import { FILE_FLAGS, listAll, parseTargets, select, SELECTOR_FLAGS, type Found } from '../../resources/selection.ts'
import { eventLines } from './events.ts'
import { genericLines } from './generic.ts'
import { DESCRIBERS } from './kinds.ts'

export const describe: Verb = {
  about: 'Show details of a specific resource or group of resources.',
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  flags: {
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    'all-namespaces': { type: 'bool', short: 'A', about: 'in every namespace' },
    'show-events': { type: 'bool', default: 'true', about: 'with events' },
    'chunk-size': { type: 'int', default: '500', about: 'accepted' },
  },
  async run(call) {
    const { flags, args, io } = call
    if (!args.length && !flags.given('filename'))
      throw new KubectlError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      )
    let found: Found[]
    try {
      found = await select(call, args, { all: true })
    } catch (error) {
      if (!isNotFound(error) || args.length !== 2) throw error
      found = await byPrefix(call, args)
      if (!found.length) throw error
    }
    if (!found.length) {
      io.stderr.write(
        flags.on('all-namespaces')
          ? 'No resources found\n'
          : `No resources found in ${call.cluster().namespace} namespace.\n`,
      )
      return
    }
    const texts: string[] = []
    for (const { object, resource } of found) {
      const special = DESCRIBERS[`${resource.group}/${object.kind}`]
      const lines = special ? await special(call, object) : genericLines(object)
      const events = flags.on('show-events') && object.kind !== 'Secret' ? await eventLines(call, object) : []
      texts.push(`${elastic([...lines, ...events].join('\n'))}\n`)
    }
    io.stdout.write(texts.join('\n'))
  },
}

/** A name that does not exist may be the beginning of names that do. */
async function byPrefix(call: Parameters<Verb['run']>[0], [type, prefix]: string[]): Promise<Found[]> {
  const cluster = call.cluster()
  const [target] = await parseTargets(cluster, [type!])
  const { resource } = target!
  const objects = await listAll(cluster, resource, resource.namespaced ? cluster.namespace : undefined)
  return objects
    .filter(o => o.metadata.name!.startsWith(prefix!))
    .map(object => ({ resource, object, name: object.metadata.name!, namespace: object.metadata.namespace }))
}
