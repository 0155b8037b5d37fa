/** The part of reflect-metadata that the certificate library's container asks for. */
const store = new WeakMap<object, Map<unknown, unknown>>()

function own(target: object): Map<unknown, unknown> {
  let map = store.get(target)
  if (!map) store.set(target, (map = new Map()))
  return map
}

function find(key: unknown, target: object): unknown {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null)
    if (store.get(at)?.has(key)) return own(at).get(key)
  return undefined
}

const additions = {
  defineMetadata: (key: unknown, value: unknown, target: object) => void own(target).set(key, value),
  getMetadata: find,
  getOwnMetadata: (key: unknown, target: object) => store.get(target)?.get(key),
  hasMetadata: (key: unknown, target: object) => find(key, target) !== undefined,
  hasOwnMetadata: (key: unknown, target: object) => store.get(target)?.has(key) ?? false,
  metadata: (key: unknown, value: unknown) => (target: object) => void own(target).set(key, value),
}
for (const [name, value] of Object.entries(additions))
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true })
