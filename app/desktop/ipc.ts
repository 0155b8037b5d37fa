import type { IpcMain, WebContents, WebFrameMain } from 'electron'
import { messageOf } from '../../engine/base/errors.ts'
import type { Logger } from '../../engine/base/log.ts'
import {
  CALLS,
  ENVIRONMENT_CHANNEL,
  callChannel,
  eventChannel,
  type Answer,
  type CallName,
  type Environment,
  type Events,
  type PayloadOf,
  type ResultOf,
} from './contract.ts'
import { isOwnAddress } from './origins.ts'

export type Handlers = {
  [N in CallName]: (payload: PayloadOf<N>, sender: WebContents) => Promise<ResultOf<N>> | ResultOf<N>
}

/**
 * Serves the contract. The one place that looks at who sent a message and at what is in it: only the main frame of a page
 * of ours may speak, and only in the contract's terms.
 */
export function serveContract(ipc: IpcMain, handlers: Handlers, environment: () => Environment, log: Logger): void {
  for (const name of Object.keys(CALLS) as CallName[])
    ipc.handle(callChannel(name), async (event, ...payloads: unknown[]): Promise<Answer> => {
      const refusal = refuse(event.senderFrame, name, payloads)
      if (refusal) {
        log.warn('a message was refused', { name, from: event.senderFrame?.url, refusal })
        return { ok: false, message: refusal }
      }
      try {
        const handler = handlers[name] as (payload: unknown, sender: WebContents) => unknown
        return { ok: true, value: await handler(payloads[0], event.sender) }
      } catch (error) {
        return { ok: false, message: messageOf(error) }
      }
    })
  // Synchronous, once for each page: its first line must find it.
  ipc.on(ENVIRONMENT_CHANNEL, event => {
    event.returnValue = isTrusted(event.senderFrame) ? environment() : null
  })
}

/** Tells a page something. */
export function tell<E extends keyof Events>(page: WebContents, event: E, payload: Events[E]): void {
  if (!page.isDestroyed()) page.send(eventChannel(event), payload)
}

function refuse(frame: WebFrameMain | null, name: CallName, payloads: unknown[]): string | undefined {
  if (!isTrusted(frame)) return 'Only pages of Kubarium may ask this.'
  if (payloads.length > 1 || !CALLS[name].accepts(payloads[0])) return `This is not what ${name} accepts.`
  return undefined
}

/** A frame inside a page is not the page; a frame that is gone is nobody. */
function isTrusted(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnAddress(frame.url)
}
