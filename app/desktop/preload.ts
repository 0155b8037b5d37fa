/** Runs isolated in each page of ours before its own code. Gives it the contract, and nothing else. */

import { contextBridge, ipcRenderer, webUtils } from 'electron'
import {
  CALLS,
  ENVIRONMENT_CHANNEL,
  EVENTS,
  callChannel,
  eventChannel,
  type Answer,
  type CallName,
  type Environment,
  type Events,
} from './contract.ts'

const environment = ipcRenderer.sendSync(ENVIRONMENT_CHANNEL) as Environment | null
if (environment) contextBridge.exposeInMainWorld('kubarium', { ...environment, ...calls(), ...events() })

function calls(): Record<string, (payload: unknown) => Promise<unknown>> {
  const names = Object.keys(CALLS) as CallName[]
  return Object.fromEntries(
    names.map(name => [
      name,
      async (payload: unknown) => {
        // A path comes from the file itself, which only the user can have given to the page.
        const sent = 'takes' in CALLS[name] ? webUtils.getPathForFile(payload as File) : payload
        const answer = (await ipcRenderer.invoke(callChannel(name), sent)) as Answer
        if (!answer.ok) throw new Error(answer.message)
        return answer.value
      },
    ]),
  )
}

/** `onMenu`, `onLab` and so on. */
function events(): Record<string, unknown> {
  return Object.fromEntries(EVENTS.map(name => [`on${name[0]!.toUpperCase()}${name.slice(1)}`, on(name)]))
}

/** The page's function never sees Electron's event, which would hand it the sender. */
function on<E extends keyof Events>(name: E) {
  return (listener: (payload: Events[E]) => void) => {
    const receive = (_: unknown, payload: Events[E]) => listener(payload)
    ipcRenderer.on(eventChannel(name), receive)
    return () => void ipcRenderer.off(eventChannel(name), receive)
  }
}
