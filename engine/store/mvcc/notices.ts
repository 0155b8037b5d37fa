import type { Sqlite, Statement } from '../disk.ts'
import type { AlarmType } from '../kv.ts'
import { verdict } from './corruption.ts'
import type { CorruptionCheck } from './corruption.ts'

/** An alarm as the state machine keeps it: the member by its id in hexadecimal. */
export interface RaisedAlarm {
  member: string
  type: AlarmType
}

interface Content {
  alarms: RaisedAlarm[]
  /** The corruption check that began last. */
  check: CorruptionCheck | undefined
  /** Raft term of the last leader that took charge of the leases. */
  leaseTerm: number
  /** Where clients reach each member, by its name. */
  clientURLs: Record<string, string[]>
}

/** The parts of the state machine that change rarely. Writes belong into the caller's transaction. */
export class Notices {
  readonly #content: Content = { alarms: [], check: undefined, leaseTerm: 0, clientURLs: {} }
  readonly #save: Statement

  constructor(db: Sqlite) {
    for (const [name, value] of db.prepare('SELECT name, value FROM notice').raw().all() as [string, string][])
      if (name in this.#content) Object.assign(this.#content, { [name]: JSON.parse(value) as unknown })
    this.#save = db.prepare('INSERT OR REPLACE INTO notice VALUES (?, ?)')
  }

  get alarms(): readonly RaisedAlarm[] {
    return this.#content.alarms
  }

  get check(): Readonly<CorruptionCheck> | undefined {
    return this.#content.check
  }

  get leaseTerm(): number {
    return this.#content.leaseTerm
  }

  get clientURLs(): Readonly<Record<string, string[]>> {
    return this.#content.clientURLs
  }

  #set<K extends keyof Content>(name: K, value: Content[K]): void {
    this.#content[name] = value
    this.#save.run(name, JSON.stringify(value))
  }

  isRaised(type: AlarmType): boolean {
    return this.#content.alarms.some(alarm => alarm.type === type)
  }

  /** Gives the alarms that this has changed. */
  setAlarm(activate: boolean, member: string, type: AlarmType): RaisedAlarm[] {
    const { alarms } = this.#content
    const others = alarms.filter(alarm => alarm.member !== member || alarm.type !== type)
    const alarm = { member, type }
    // As in etcd: raising a raised alarm answers it again, taking back one that is not raised answers nothing.
    if (!activate && others.length === alarms.length) return []
    const next = activate ? [...others, alarm].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : others
    if (next.length !== alarms.length) this.#set('alarms', next)
    return [alarm]
  }

  setLeaseTerm(term: number): void {
    this.#set('leaseTerm', term)
  }

  setClientURLs(member: string, urls: string[]): void {
    this.#set('clientURLs', { ...this.#content.clientURLs, [member]: urls })
  }

  beginCheck(check: CorruptionCheck): void {
    this.#set('check', check)
  }

  /** Takes in what a member's hash is, and raises the alarm for those that are found to differ. */
  report(member: string, id: number, hash: number): void {
    const { check } = this.#content
    if (check?.id !== id || !check.members.includes(member) || member in check.reports) return
    const next = { ...check, reports: { ...check.reports, [member]: hash } }
    this.#set('check', next)
    for (const differing of verdict(next)) this.setAlarm(true, differing, 'corrupt')
  }
}

function keyOf({ member, type }: RaisedAlarm): string {
  return `${member} ${type}`
}
