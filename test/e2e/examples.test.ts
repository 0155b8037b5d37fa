import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldAt, holds, readExamples, type Example, type Statement } from '../resources/examples/statements.ts'
import { eventually, has, TestLab } from './lab.ts'

/** The runtimes of the labs that they are tried in, with commas between: what a worker chooses itself is "auto". */
const runtimes = (process.env.KUBARIUM_RUNTIMES ?? 'auto').split(',')
/** Only these, with commas between: for a look at one of them. */
const only = process.env.KUBARIUM_EXAMPLES?.split(',')
const examples = readExamples().filter(e => !only || only.includes(e.name))
/** So many are tried at the same time. */
const AT_ONCE = 4

const needed = describe.skipIf(!has('kubectl', 'version', '--client'))
needed.each(runtimes)('examples come true under %s (needs kubectl)', runtime => {
  const lab = new TestLab(`examples-${runtime}`)
  beforeAll(() => lab.up('--masters', '1', '--workers', '2', '--runtime', runtime))
  afterAll(() => lab.remove())

  const built = examples.filter(e => !e.needs)
  for (let i = 0; i < built.length; i += AT_ONCE)
    describe.concurrent(`${i + 1} to ${Math.min(i + AT_ONCE, built.length)}`, () => {
      for (const example of built.slice(i, i + AT_ONCE)) test(example.name, () => comesTrue(lab, example))
    })

  // These are applied and accepted; what they are about is not built yet.
  for (const { name, needs } of examples.filter(e => e.needs)) test.todo(`${name} waits for ${needs}`)
})

async function comesTrue(lab: TestLab, example: Example): Promise<void> {
  const namespace = example.namespace ?? `x-${example.name}`
  const k = (...args: string[]) => lab.kubectl('-n', namespace, ...args)
  if (!example.namespace) {
    await lab.k('create', 'namespace', namespace)
    await eventually(async () => (await k('get', 'serviceaccount', 'default')).code === 0)
  }
  const applied = await k('apply', '-f', example.file)
  expect(applied).toMatchObject({ code: 0, stderr: '' })
  for (const statement of example.become) {
    let seen = ''
    const ask = async () => {
      const answer = await look(k, statement)
      seen = answer.seen
      return answer.holds
    }
    await eventually(ask, 75_000).catch((error: unknown) => {
      throw new Error(`${example.name}: ${JSON.stringify(statement)}; seen: ${seen}`, { cause: error })
    })
  }
  await k('delete', '-f', example.file, '--now', '--wait=false')
  if (!example.namespace) await lab.k('delete', 'namespace', namespace, '--wait=false')
}

type Kubectl = (...args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>

async function look(k: Kubectl, statement: Statement): Promise<{ holds: boolean; seen: string }> {
  if ('logs' in statement) {
    const container = statement.container ? ['-c', statement.container] : []
    const { stdout, stderr } = await k('logs', statement.logs, ...container)
    return { holds: stdout.includes(statement.says), seen: stdout + stderr }
  }
  if ('event' in statement) {
    const [kind, name] = statement.event.split('/')
    const selector = `involvedObject.name=${name},reason=${statement.reason}`
    const { stdout, stderr } = await k('get', 'events', '--field-selector', selector, '-o', 'json')
    if (stderr) return { holds: false, seen: stderr }
    const { items } = JSON.parse(stdout) as { items: { message: string; involvedObject: { kind: string } }[] }
    const messages = items.filter(e => e.involvedObject.kind.toLowerCase() === kind).map(e => e.message)
    return { holds: messages.some(m => m.includes(statement.says ?? '')), seen: messages.join('; ') }
  }
  const { code, stdout, stderr } = await k('get', statement.get, '-o', 'json')
  if ('gone' in statement) return { holds: code !== 0 && stderr.includes('not found'), seen: stderr }
  if (code !== 0) return { holds: false, seen: stderr }
  const value = fieldAt(JSON.parse(stdout), statement.path)
  return { holds: holds(value, statement), seen: JSON.stringify(value) ?? 'nothing' }
}
