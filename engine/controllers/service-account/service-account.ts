import type { ConfigMap, Namespace, ServiceAccount } from '../../api/types.ts'
import { isAlreadyExists, isNamespaceTerminating } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'

const ROOT_CA = 'kube-root-ca.crt'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** Gives every namespace its `default` service account and the certificate of the cluster's authority. */
export function setupServiceAccounts(context: ControllerContext) {
  const { clock, log, queues, informers, options } = context
  const namespaces = informers.informer(NAMESPACES as Resource<Namespace>)
  const accounts = informers.informer(SERVICE_ACCOUNTS as Resource<ServiceAccount>)
  const configMaps = informers.informer(CONFIG_MAPS as Resource<ConfigMap>, {
    fieldSelector: `metadata.name=${ROOT_CA}`,
  })
  const accountClient = context.client(SERVICE_ACCOUNTS as Resource<ServiceAccount>)
  const configMapClient = context.client(CONFIG_MAPS as Resource<ConfigMap>)
  const reconciler = new Reconciler({ name: 'serviceaccount', clock, log, queues, reconcile })

  reconciler.watch(namespaces)
  accounts.addHandler({ onDelete: account => reconciler.enqueue(account.metadata.namespace!, account) })
  configMaps.addHandler({
    onUpdate: (_, map) => reconciler.enqueue(map.metadata.namespace!, map),
    onDelete: map => reconciler.enqueue(map.metadata.namespace!, map),
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(namespace: string): Promise<void> {
    const found = namespaces.lister.get(undefined, namespace)
    if (!found || found.metadata.deletionTimestamp) return
    try {
      if (!accounts.lister.get(namespace, 'default'))
        await ensure(accountClient.create({ ...ACCOUNT, metadata: { name: 'default', namespace } } as ServiceAccount))
      await publishRootCA(namespace)
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error
    }
  }

  async function publishRootCA(namespace: string): Promise<void> {
    const data = { 'ca.crt': options.rootCA }
    const annotations = { 'kubernetes.io/description': DESCRIPTION }
    const known = configMaps.lister.get(namespace, ROOT_CA)
    if (!known)
      await ensure(
        configMapClient.create({
          ...CONFIG_MAP,
          metadata: { name: ROOT_CA, namespace, annotations },
          data,
        } as ConfigMap),
      )
    else if (known.data?.['ca.crt'] !== options.rootCA || Object.keys(known.data).length !== 1)
      await configMapClient.update({ ...known, data, metadata: { ...known.metadata, annotations } })
  }
}

const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount' }
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }

/** Somebody else may have been faster. */
async function ensure(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}
