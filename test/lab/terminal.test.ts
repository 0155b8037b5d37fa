import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Clock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import type { TerminalNotice } from '../../engine/lab/contract.ts'
import type { LabHost } from '../../engine/lab/host.ts'
import { OutputRing } from '../../engine/lab/server/output-ring.ts'
import { TerminalServer } from '../../engine/lab/server/terminal.ts'

/** Time that passes when the test says so. */
class HandClock implements Clock {
  #now = 0
  #timers = new Set<{ at: number; task: () => void }>()
  now = () => this.#now
  monotonic = () => this.#now
  after(delayMs: number, task: () => void) {
    const timer = { at: this.#now + delayMs, task }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }
  every(): never {
    throw new Error('nothing here goes on and on')
  }
  pass(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#timers].filter(t => t.at <= this.#now)) {
      this.#timers.delete(timer)
      timer.task()
    }
  }
}

const KEEP_MS = 600_000
/** Shells take their time to start where much else runs. */
const soon = <T>(look: () => T) => expect.poll(look)
const host = {
  config: { name: 'test', ports: { proxy: 3128 } },
  paths: { kubeconfig: '/lab/admin.kubeconfig' },
} as unknown as Pick<LabHost, 'config' | 'paths'>
const userShell = process.env.SHELL
let clock: HandClock
let terminals: TerminalServer
let server: Server
let pages: Page[]

/** A page with a terminal: what it has been shown and told. */
class Page {
  readonly socket: WebSocket
  text = ''
  /** Bytes that came and that the page has not said to have shown. */
  pending = 0
  /** Shows what comes. */
  shows = true
  notices: TerminalNotice[] = []
  closed: string | undefined

  constructor(query = '') {
    const { port } = server.address() as { port: number }
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/?cols=80&rows=24${query}`)
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) {
        this.text += String(data)
        this.pending += (data as Buffer).length
        if (this.shows) this.take()
      } else this.notices.push(JSON.parse(String(data)) as TerminalNotice)
    })
    this.socket.on('close', (code, reason) => (this.closed = `${code} ${String(reason)}`))
    this.socket.on('error', () => undefined)
    pages.push(this)
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text))
  }

  tell(command: unknown): void {
    this.socket.send(typeof command === 'string' ? command : JSON.stringify(command))
  }

  /** Says that it has shown all that came. */
  take(): void {
    this.tell({ type: 'taken', bytes: this.pending })
    this.pending = 0
  }

  async session(): Promise<Extract<TerminalNotice, { type: 'session' }>> {
    await soon(() => this.notices[0]?.type).toBe('session')
    return this.notices[0] as Extract<TerminalNotice, { type: 'session' }>
  }

  /** What the command prints; the line that was typed does not count, since it spells the word in two halves. */
  async run(command: string): Promise<void> {
    await this.session()
    this.type(`${command}; echo do''ne\r`)
    await soon(() => this.text).toMatch(/done\r?$/m)
    this.text = ''
  }
}

beforeEach(async () => {
  process.env.SHELL = '/bin/sh'
  pages = []
  clock = new HandClock()
  const limits = { ringBytes: 4096, keepMs: KEEP_MS }
  terminals = new TerminalServer({ host, binDir: '/lab/bin', clock, log: silentLogger, limits })
  server = createServer().on('upgrade', (asked, socket, head) => terminals.open(asked, socket, head))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  if (userShell === undefined) delete process.env.SHELL
  else process.env.SHELL = userShell
  terminals.dispose()
  await soon(() => terminals.list()).toEqual([])
  await new Promise(done => server.close(done))
})

const isGone = (pid: number) => !currentPlatform().identify([pid]).has(pid)
async function pidOf(page: Page): Promise<number> {
  await page.session()
  page.type(`echo "pid=$$="\r`)
  await soon(() => page.text).toMatch(/pid=\d+=/)
  return Number(/pid=(\d+)=/.exec(page.text)![1])
}

describe.skipIf(currentPlatform().name === 'windows')('a terminal', () => {
  it('is a shell that knows the cluster, as large as its page says', async () => {
    const page = new Page()
    page.socket.once('open', () => page.tell({ type: 'resize', cols: 101, rows: 33 }))
    await page.run('true')
    page.type('stty size; echo $KUBECONFIG $KUBARIUM_LAB $http_proxy\r')
    await soon(() => page.text).toContain('33 101')
    await soon(() => page.text).toContain('/lab/admin.kubeconfig test http://127.0.0.1:3128')
  })

  it('survives its page: what was shown is shown again, and the program has gone on meanwhile', async () => {
    const first = new Page()
    const { id, again } = await first.session()
    expect(again).toBe(false)
    await first.run('NAME=kept')
    first.type('echo "before"\r')
    await soon(() => first.text).toMatch(/^before\r?$/m)
    first.type('read line; echo "after $line"\r')
    first.socket.close()
    await soon(() => terminals.list()).toMatchObject([{ id, attached: false }])
    clock.pass(KEEP_MS - 1)
    const second = new Page(`&session=${id}`)
    expect(await second.session()).toMatchObject({ id, again: true })
    await soon(() => second.text).toMatch(/^before\r?$/m)
    second.type('$NAME\r')
    await soon(() => second.text).toMatch(/^after \$NAME\r?$/m)
    expect(terminals.list()).toMatchObject([{ id, attached: true }])
  })

  it('ends when nobody has come back for long enough', async () => {
    const page = new Page()
    const pid = await pidOf(page)
    page.socket.close()
    await soon(() => terminals.list()[0]?.attached).toBe(false)
    clock.pass(KEEP_MS)
    clock.pass(2_000)
    await soon(() => terminals.list()).toEqual([])
    await soon(() => isGone(pid)).toBe(true)
  })

  it('ends when its page says so, even if the shell would rather not', async () => {
    const page = new Page()
    const pid = await pidOf(page)
    await page.run(`trap '' HUP TERM`)
    page.tell({ type: 'end' })
    await soon(() => terminals.list().length === 0 || (clock.pass(2_000), false)).toBe(true)
    expect(isGone(pid)).toBe(true)
    await soon(() => page.closed).toBeDefined()
  })

  it('ends with the lab, and what it runs ends too', async () => {
    const page = new Page()
    const pid = await pidOf(page)
    page.type('exec sleep 1000\r')
    await soon(() => terminals.list()[0]?.program).toBe('sleep')
    terminals.dispose()
    await soon(() => isGone(pid)).toBe(true)
  })

  it('tells what runs in it, so that nobody closes it by mistake', async () => {
    const page = new Page()
    await page.run('true')
    expect(terminals.list()[0]!.program).toBeUndefined()
    page.type('sleep 1000\r')
    await soon(() => terminals.list()[0]!.program).toBe('sleep')
    page.type('\x03')
    await soon(() => terminals.list()[0]!.program).toBeUndefined()
  })

  it('tells its exit status, and is gone', async () => {
    const page = new Page()
    await page.run('true')
    page.type('exit 7\r')
    await soon(() => page.notices.at(-1)).toEqual({ type: 'exit', code: 7 })
    await soon(() => page.closed).toBe('1000 exit 7')
    expect(terminals.list()).toEqual([])
  })

  it('is shown by one page at a time: the newer one has it', async () => {
    const first = new Page()
    const { id } = await first.session()
    const second = new Page(`&session=${id}`)
    await second.session()
    await soon(() => first.closed).toMatch(/^4001 /)
    await second.run('true')
    expect(terminals.list()).toMatchObject([{ id, attached: true }])
  })

  it('that is gone is answered with a new one, and says so', async () => {
    const page = new Page('&session=whatever')
    expect(await page.session()).toMatchObject({ again: false })
    await page.run('true')
  })

  it('is held back by a page that does not read, and keeps only the newest for the next', async () => {
    const page = new Page()
    const { id } = await page.session()
    await page.run('true')
    page.socket.pause()
    page.type('i=0; while [ $i -lt 400000 ]; do echo "line $i"; i=$((i+1)); done\r')
    await soon(() => terminals.list()[0]?.attached).toBe(true)
    page.socket.terminate()
    await soon(() => terminals.list()[0]?.attached).toBe(false)
    const next = new Page(`&session=${id}`)
    await next.session()
    await soon(() => next.text.length).toBeGreaterThan(100)
    // It begins with a whole line, and not with half of one.
    expect(next.text).toMatch(/^line \d+\r\n/)
    next.type('\x03')
  })

  it('has no more under way than a page can show at once, and hears Ctrl+C while it is flooded', async () => {
    const WINDOW = 32 << 10
    const page = new Page()
    await page.run('true')
    page.shows = false
    page.type('yes\r')
    let most = 0
    let all = 0
    // Ten windows and more, each shown whenever it is full.
    while (all < 10 * WINDOW) {
      await soon(() => page.pending).toBeGreaterThanOrEqual(WINDOW / 2)
      await new Promise(done => setImmediate(done))
      most = Math.max(most, page.pending)
      all += page.pending
      page.text = ''
      page.take()
    }
    expect(most).toBeLessThanOrEqual(WINDOW)
    await soon(() => terminals.list()[0]!.program).toBe('yes')
    // It shows nothing at all now: the key comes through all the same.
    page.type('\x03')
    await soon(() => terminals.list()[0]!.program).toBeUndefined()
    expect(page.pending).toBeLessThanOrEqual(WINDOW)
    page.text = ''
    page.shows = true
    page.take()
    await page.run('true')
  })

  it('is refused beyond a number, but for those that no page shows', async () => {
    const all = Array.from({ length: 32 }, () => new Page())
    await Promise.all(all.map(page => page.session()))
    const refused = new Page()
    await soon(() => refused.notices).toMatchObject([{ type: 'error' }])
    await soon(() => refused.closed).toMatch(/^1011/)
    const { id } = await all[5]!.session()
    all[5]!.socket.close()
    await soon(() => terminals.list().find(t => t.id === id)?.attached).toBe(false)
    await new Page().session()
    await soon(() => terminals.list().length).toBe(32)
    expect(terminals.list().some(t => t.id === id)).toBe(false)
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"type":"resize"}',
    '{"type":"resize","cols":1e9,"rows":-3}',
    '{"type":"what"}',
    '{"type":"taken","bytes":-1e9}',
  ])('goes on when its page says %j', async command => {
    const page = new Page()
    await page.session()
    page.tell(command)
    await page.run('true')
  })

  it('may run another shell that the machine has, and no program that is none', async () => {
    const wanted = terminals.shells().at(-1)!
    expect(await new Page(`&shell=${wanted.id}`).session()).toMatchObject({ shell: wanted.name })
    expect(await new Page('&shell=..%2F..%2Fbin%2Fls').session()).toMatchObject({ shell: 'sh' })
  })
})

describe('what is kept of the output', () => {
  const fill = (limit: number, ...texts: string[]) => {
    const ring = new OutputRing(limit)
    for (const text of texts) ring.push(Buffer.from(text))
    return ring
  }

  it('is all of it while that is little', () => {
    expect(fill(20, 'half ', 'a line\n').read().toString()).toBe('half a line\n')
  })

  it('is never more than the limit, and begins with a line', () => {
    const ring = fill(10, 'one\ntwo\n', 'three\nfour\n')
    expect(ring.size).toBe(10)
    expect(ring.read().toString()).toBe('four\n')
    const flooded = fill(10, 'x'.repeat(1_000_000) + '\nlast\n')
    expect([flooded.size, flooded.read().toString()]).toEqual([10, 'last\n'])
  })

  it('goes on after it was read', () => {
    const ring = fill(10, 'a\nb\n')
    ring.read()
    ring.push(Buffer.from('c\nd\ne\nf\n'))
    expect(ring.read().toString()).toBe('c\nd\ne\nf\n')
  })
})
