import { SYNC_PATH } from './proxy.ts'

/** Name of the binding that carries messages; gone from the page before its own code runs. */
export const INVOKE_BINDING = '__harness_invoke'

/**
 * The script that runs the app's real preload in a page. Its `electron` is that of a sandboxed preload: `contextBridge`,
 * `ipcRenderer` and `webUtils` alone. Paths of files that the user gave to the page are those of `harness.paths`, by name. What it exposes crosses as Electron lets it: frozen, by value, functions as proxies.
 */
export function preloadScript(source: string): string {
  const setting = JSON.stringify({ syncPath: SYNC_PATH, binding: INVOKE_BINDING })
  // As text of the script: the page's policy forbids to evaluate strings, and holds here too.
  return `(${runPreload.toString()})(${setting}, function (require, module, exports) {${source}\n})`
}

type Preload = (require: (name: string) => unknown, module: object, exports: object) => void

function runPreload({ syncPath, binding }: { syncPath: string; binding: string }, preload: Preload): void {
  type Fn = (...args: unknown[]) => unknown
  const world = globalThis as unknown as Record<string | symbol, unknown> & { location: { host: string; href: string } }
  const invokeMain = world[binding] as (channel: string, args: unknown[]) => Promise<unknown>
  delete world[binding]
  if (!world.location.host.endsWith('.kubarium.localhost')) return
  const listeners = new Map<string, Set<Fn>>()
  Object.defineProperty(world, Symbol.for('harness.deliver'), {
    enumerable: false,
    value: (channel: string, args: unknown[]) => listeners.get(channel)?.forEach(listener => listener({}, ...args)),
  })
  const cross = (value: unknown): unknown => {
    if (typeof value === 'function')
      return (...args: unknown[]) => {
        const result = (value as Fn)(...args.map(cross))
        return result instanceof Promise ? result.then(cross) : cross(result)
      }
    if (Array.isArray(value)) return Object.freeze(value.map(cross))
    if (typeof value !== 'object' || value === null || value instanceof (world.File as new () => object)) return value
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cross(inner)])))
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) =>
        Object.defineProperty(world, key, {
          value: cross(api),
          enumerable: true,
          writable: false,
          configurable: false,
        }),
    },
    ipcRenderer: {
      invoke: (channel: string, ...args: unknown[]) => invokeMain(channel, args),
      sendSync: (channel: string) => {
        const request = new (
          world.XMLHttpRequest as new () => {
            open(method: string, url: string, async: boolean): void
            send(): void
            responseText: string
          }
        )()
        request.open(
          'GET',
          `${syncPath}${encodeURIComponent(channel)}?page=${encodeURIComponent(world.location.href)}`,
          false,
        )
        request.send()
        return JSON.parse(request.responseText) as unknown
      },
      on: (channel: string, listener: Fn) => {
        const set = listeners.get(channel) ?? new Set()
        listeners.set(channel, set.add(listener))
      },
      off: (channel: string, listener: Fn) => void listeners.get(channel)?.delete(listener),
    },
    // A file that a page has made itself has no path.
    webUtils: {
      getPathForFile: ({ name }: { name: string }) =>
        (world[Symbol.for('harness.paths')] as Record<string, string> | undefined)?.[name] ?? '',
    },
  }
  const require = (name: string) => {
    if (name === 'electron') return electron
    throw new Error(`module not found: ${name}`)
  }
  preload(require, { exports: {} }, {})
}
