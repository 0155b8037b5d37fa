/**
 * Everything that a page may ask of the desktop shell, and everything that it is told, in one object each. The handlers in
 * the main process, the bridge in the preload and the types of both follow from here; what is not here does not exist.
 */

import type { LabState } from './lab-link.ts'
import type { Theme } from './settings.ts'

/** Checks a payload that came from a page. */
type Check<T> = (payload: unknown) => payload is T

interface Call<Payload, Result> {
  accepts: Check<Payload>
  /** Carries the type alone. */
  gives?: Result
}

/** Questions with an answer. Pages call them as functions of `window.kubarium`. */
export const CALLS = {
  /** Opens an address in the user's browser: https, or http on this machine. */
  openExternal: call(isText(2_000)).gives<void>(),
  /** Lets the user choose manifests, and reads them. Empty if nothing was chosen. */
  chooseFiles: call(isNothing).gives<ChosenFile[]>(),
  /** Lets the user choose where to save a text. False if nothing was chosen. */
  saveFile: call(isTextFile).gives<boolean>(),
  /** How the lab's process is. */
  labState: call(isNothing).gives<LabState>(),
  /** Brings the lab up, if it is not. */
  startLab: call(isNothing).gives<void>(),
  /** Shows the log of the lab's process in the file manager. */
  showLog: call(isNothing).gives<void>(),
} as const

/** What pages are told. Pages listen with `onMenu` and `onLab` of `window.kubarium`. */
export interface Events {
  /** A menu item that the page carries out. */
  menu: MenuCommand
  /** The lab's process changed its state. */
  lab: LabState
}

export type MenuCommand = { command: 'theme'; theme: Theme } | { command: 'go'; view: string } | { command: 'apply' }

/** What a page must know before its first line runs. */
export interface Environment {
  platform: 'linux' | 'darwin' | 'windows'
  version: string
  /** Where the lab server's WebSockets are (`ws://127.0.0.1:PORT`); empty before the lab is up. */
  socketBase: string
}

export interface ChosenFile {
  name: string
  text: string
}

export type CallName = keyof typeof CALLS
export type PayloadOf<N extends CallName> = (typeof CALLS)[N] extends Call<infer P, unknown> ? P : never
export type ResultOf<N extends CallName> = Exclude<(typeof CALLS)[N]['gives'], undefined>

/** `window.kubarium` */
export type Bridge = Environment & {
  [N in CallName]: (...payload: PayloadOf<N> extends undefined ? [] : [PayloadOf<N>]) => Promise<ResultOf<N>>
} & {
  /** Calls `listener` for each menu command. Gives the function that ends it. */
  onMenu(listener: (command: MenuCommand) => void): () => void
  /** Calls `listener` for each change of the lab's process. Gives the function that ends it. */
  onLab(listener: (state: LabState) => void): () => void
}

/** Errors cross as values: Electron would put its own words around a rejection. */
export type Answer = { ok: true; value: unknown } | { ok: false; message: string }

export const ENVIRONMENT_CHANNEL = 'kubarium:environment'
export const callChannel = (name: CallName) => `kubarium:call:${name}`
export const eventChannel = (name: keyof Events) => `kubarium:event:${name}`

function call<P>(accepts: Check<P>) {
  return { gives: <R>(): Call<P, R> => ({ accepts }) }
}

function isNothing(payload: unknown): payload is undefined {
  return payload === undefined
}

function isText(limit: number): Check<string> {
  return (payload): payload is string => typeof payload === 'string' && payload.length > 0 && payload.length <= limit
}

/** A name without folders, and at most 16 MiB of text. */
function isTextFile(payload: unknown): payload is ChosenFile {
  if (typeof payload !== 'object' || payload === null) return false
  const { name, text, ...rest } = payload as Partial<ChosenFile>
  return (
    Object.keys(rest).length === 0 &&
    typeof name === 'string' &&
    /^[\w][\w .()-]{0,120}$/.test(name) &&
    typeof text === 'string' &&
    text.length <= 16 * 1024 * 1024
  )
}
