/**
 * Everything that a page may ask of the desktop shell, and everything that it is told, in one object each. The handlers in
 * the main process, the bridge in the preload and the types of both follow from here; what is not here does not exist.
 */

import type { LabState } from './lab-link.ts'
import { isPreferenceChange, type Preferences, type Theme } from './preferences.ts'
import { isRoute } from './routes.ts'
import type { Language } from './texts/define.ts'

/** Checks a payload that came from a page. */
type Check<T> = (payload: unknown) => payload is T

interface Call<Payload, Result> {
  accepts: Check<Payload>
  /** The page gives a file that the user gave to it; the preload puts its path in the place, which the page never sees. */
  takes?: 'file'
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
  /** Lets the user choose where to save the lab, and saves it. False if nothing was chosen. */
  saveLab: call(isNothing).gives<boolean>(),
  /** Lets the user choose a saved lab; then as `openDropped`. */
  chooseArchive: call(isNothing).gives<void>(),
  /** Asks whether to make a lab of a file that was dropped on the window, and does so. */
  openDropped: fileCall().gives<void>(),
  /** How the lab's process is. */
  labState: call(isNothing).gives<LabState>(),
  /** Brings the lab up, if it is not. */
  startLab: call(isNothing).gives<void>(),
  /** Shows the log of the lab's process in the file manager. */
  showLog: call(isNothing).gives<void>(),
  /** What the shell keeps for the user. */
  preferences: call(isNothing).gives<Preferences>(),
  /** Changes some of it. */
  changePreferences: call(isPreferenceChange).gives<void>(),
  /** What the user opened from outside and no page has taken yet. */
  takeOpened: call(isNothing).gives<Opened>(),
  /** Shows a notification of the system, if the user wants them and no window has the focus. */
  notify: call(isNotification).gives<void>(),
  /** How much has happened that the user has not seen, for the dock or the taskbar. */
  setUnseen: call(isCount).gives<void>(),
} as const

/** What pages are told. Pages listen with `onMenu`, `onLab`, … of `window.kubarium`. */
export interface Events {
  /** A menu item that the page carries out. */
  menu: MenuCommand
  /** The lab's process changed its state. */
  lab: LabState
  /** What the shell keeps for the user has changed. */
  preferences: Preferences
  /** Something was opened from outside: take it. */
  opened: null
}

export const EVENTS = ['menu', 'lab', 'preferences', 'opened'] as const satisfies readonly (keyof Events)[]

export type MenuCommand = { command: 'theme'; theme: Theme } | { command: 'go'; address: string } | { command: 'apply' }

/** A view to show and manifests to read, never to apply by themselves. */
export interface Opened {
  /** Address of a view, as `isRoute` of `routes.ts` lets through. */
  address?: string
  files: ChosenFile[]
}

/** What the system is to show; a click leads to the address. */
export interface PageNotification {
  title: string
  body: string
  address: string
}

/** What a page must know before its first line runs. */
export interface Environment {
  platform: 'linux' | 'darwin' | 'windows'
  version: string
  /** What the shell speaks; the interface has its own setting, which the shell follows. */
  language: Language
  /** Where the lab server's WebSockets are (`ws://127.0.0.1:PORT`); empty before the lab is up. */
  socketBase: string
}

export interface ChosenFile {
  name: string
  text: string
}

export type CallName = keyof typeof CALLS
export type PayloadOf<N extends CallName> = (typeof CALLS)[N] extends Call<infer P, unknown> ? P : never
/** What a page hands over, which is a file where the shell gets its path. */
type GivenTo<N extends CallName> = (typeof CALLS)[N] extends { takes: 'file' } ? object : PayloadOf<N>
export type ResultOf<N extends CallName> = Exclude<(typeof CALLS)[N]['gives'], undefined>

/** `window.kubarium` */
export type Bridge = Environment & {
  [N in CallName]: (...payload: PayloadOf<N> extends undefined ? [] : [GivenTo<N>]) => Promise<ResultOf<N>>
} & {
  /** Calls `listener` for each event. Gives the function that ends it. */
  [E in keyof Events as `on${Capitalize<E>}`]: (listener: (payload: Events[E]) => void) => () => void
}

/** Errors cross as values: Electron would put its own words around a rejection. */
export type Answer = { ok: true; value: unknown } | { ok: false; message: string }

export const ENVIRONMENT_CHANNEL = 'kubarium:environment'
export const callChannel = (name: CallName) => `kubarium:call:${name}`
export const eventChannel = (name: keyof Events) => `kubarium:event:${name}`

function call<P>(accepts: Check<P>) {
  return { gives: <R>(): Call<P, R> => ({ accepts }) }
}

function fileCall() {
  return { gives: <R>(): Call<string, R> & { takes: 'file' } => ({ accepts: isText(4_096), takes: 'file' }) }
}

function isNothing(payload: unknown): payload is undefined {
  return payload === undefined
}

function isText(limit: number): Check<string> {
  return (payload): payload is string => typeof payload === 'string' && payload.length > 0 && payload.length <= limit
}

function isCount(payload: unknown): payload is number {
  return Number.isInteger(payload) && (payload as number) >= 0 && (payload as number) <= 9_999
}

function isNotification(payload: unknown): payload is PageNotification {
  if (typeof payload !== 'object' || payload === null) return false
  const { title, body, address, ...rest } = payload as Partial<PageNotification>
  return (
    Object.keys(rest).length === 0 &&
    isText(200)(title) &&
    typeof body === 'string' &&
    body.length <= 1_000 &&
    typeof address === 'string' &&
    isRoute(address)
  )
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
