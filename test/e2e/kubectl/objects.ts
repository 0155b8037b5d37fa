import { expect, test } from 'vitest'
import { eventually } from '../lab.ts'
import { webDeployment, type Bench } from './bench.ts'

const map = (name: string, data: Record<string, string>, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels ? { labels } : {}) },
  data,
})

/** What works on any object. */
export function objectCases(bench: Bench): void {
  const { minor } = bench

  test('create -f, replace, replace --force and delete -f', async () => {
    const file = bench.file('replaced.json', map('replaced', { a: '1' }))
    await bench.k('create', '-f', file)
    expect((await bench.run('create', '-f', file)).stderr).toContain('AlreadyExists')
    const uid = await bench.get('configmap/replaced', '.metadata.uid')
    bench.file('replaced.json', map('replaced', { b: '2' }))
    expect(await bench.k('replace', '-f', file)).toBe('configmap/replaced replaced\n')
    expect(JSON.parse(await bench.k('get', 'cm', 'replaced', '-o', 'json'))).toMatchObject({
      data: { b: '2' },
      metadata: { uid },
    })
    await bench.k('replace', '--force', '-f', file)
    expect(await bench.get('configmap/replaced', '.metadata.uid')).not.toBe(uid)
    await bench.k('delete', '-f', file)
    expect(await bench.k('delete', '-f', file, '--ignore-not-found')).toBe('')
    expect((await bench.run('get', 'cm', 'replaced')).stderr).toBe(
      'Error from server (NotFound): configmaps "replaced" not found\n',
    )
  })

  test('apply creates, changes, prunes fields, and says when nothing changes', async () => {
    const file = bench.file('applied.json', map('applied', { a: '1', b: '2' }))
    expect(await bench.k('apply', '-f', file)).toBe('configmap/applied created\n')
    expect(await bench.k('apply', '-f', file)).toBe('configmap/applied unchanged\n')
    bench.file('applied.json', map('applied', { a: '3' }))
    expect(await bench.k('apply', '-f', file)).toBe('configmap/applied configured\n')
    expect(JSON.parse(await bench.get('configmap/applied', '.data'))).toEqual({ a: '3' })
    expect(await bench.k('apply', 'view-last-applied', 'configmap/applied', '-o', 'json')).toContain('"a": "3"')
    bench.file('applied.json', map('applied', { a: '4' }))
    await bench.k('apply', 'set-last-applied', '-f', file)
    expect(await bench.k('apply', 'view-last-applied', '-f', file)).toContain('a: "4"')
  })

  test('apply --server-side owns fields, names conflicts, and forces', async () => {
    const file = bench.file('ssa.json', map('ssa', { a: '1' }))
    expect(await bench.k('apply', '--server-side', '-f', file)).toBe('configmap/ssa serverside-applied\n')
    bench.file('ssa.json', map('ssa', { a: '2' }))
    const refused = await bench.run('apply', '--server-side', '--field-manager=other', '-f', file)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('conflict with "kubectl"')
    expect(await bench.get('configmap/ssa', '.data.a')).toBe('1')
    await bench.k('apply', '--server-side', '--force-conflicts', '--field-manager=other', '-f', file)
    expect(await bench.get('configmap/ssa', '.data.a')).toBe('2')
  })

  test('apply --prune removes what the files no longer have', async () => {
    const labels = { set: 'pruned' }
    await bench.fed(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [map('prune-a', {}, labels), map('prune-b', {}, labels)],
      }),
      'apply',
      '-f',
      '-',
    )
    const kind = minor < 26 ? '--prune-whitelist=core/v1/ConfigMap' : '--prune-allowlist=core/v1/ConfigMap'
    const text = await bench.fed(
      JSON.stringify(map('prune-a', {}, labels)),
      'apply',
      '-f',
      '-',
      '--prune',
      '-l',
      'set=pruned',
      kind,
    )
    expect(text).toContain('configmap/prune-b pruned')
    expect(await bench.k('get', 'cm', '-l', 'set=pruned', '-o', 'name')).toBe('configmap/prune-a\n')
  })

  test('a dry run, client or server, writes nothing', async () => {
    // Clients before 1.27 look for dryRun in a form of the OpenAPI document that servers no longer publish.
    for (const kind of minor < 27 ? ['client'] : ['client', 'server']) {
      const text = await bench.fed(
        JSON.stringify(map(`dry-${kind}`, { a: '1' })),
        'apply',
        `--dry-run=${kind}`,
        '-f',
        '-',
      )
      expect(text).toContain(`created (${kind === 'server' ? 'server ' : ''}dry run)`)
      expect((await bench.run('get', 'cm', `dry-${kind}`)).code).toBe(1)
    }
  })

  test('strict validation refuses fields that are not there', async () => {
    const odd = { ...map('odd', {}), surplus: 1 }
    const { code, stderr } = await bench.run('create', '-f', bench.file('odd.json', odd))
    expect(code).toBe(1)
    expect(stderr).toContain('surplus')
    await bench.k('create', '--validate=false', '-f', bench.file('odd.json', odd))
    expect((await bench.run('get', 'cm', 'odd')).code).toBe(0)
  })

  test.skipIf(minor < 27)('diff shows what apply would do and says so by its exit code (client ≥ 1.27)', async () => {
    const file = bench.file('differs.json', map('differs', { a: '1' }))
    await bench.k('apply', '-f', file)
    expect((await bench.run('diff', '-f', file)).code).toBe(0)
    bench.file('differs.json', map('differs', { a: '2' }))
    const { code, stdout } = await bench.run('diff', '-f', file)
    expect(code).toBe(1)
    expect(stdout).toContain('-  a: "1"')
    expect(stdout).toContain('+  a: "2"')
    expect(await bench.get('configmap/differs', '.data.a')).toBe('1')
  })

  test('patch: strategic, merge, json, from a file, and of the status', async () => {
    await bench.fed(JSON.stringify({ ...webDeployment('patched', 0) }), 'create', '-f', '-')
    await bench.k(
      'patch',
      'deployment',
      'patched',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"more","image":"busybox"}]}}}}',
    )
    const names = () => bench.get('deployment/patched', '.spec.template.spec.containers[*].name')
    expect((await names()).split(' ').sort()).toEqual(['more', 'web'])
    await bench.k(
      'patch',
      'deployment',
      'patched',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/spec/template/spec/containers/0"}]',
    )
    expect((await names()).split(' ')).toHaveLength(1)
    await bench.k('patch', 'deployment', 'patched', '--type=merge', '-p', '{"metadata":{"labels":{"x":"y"}}}')
    expect(await bench.get('deployment/patched', '.metadata.labels.x')).toBe('y')
    expect(await bench.k('patch', 'deployment', 'patched', '-p', '{"metadata":{"labels":{"x":"y"}}}')).toContain(
      '(no change)',
    )
    if (minor < 24) return // --subresource came with 1.24
    await bench.k('create', 'namespace', 'status-patched')
    await bench.k(
      'patch',
      'namespace',
      'status-patched',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"conditions":[{"type":"Odd","status":"True","reason":"x","message":"y"}]}}',
    )
    expect(await bench.get('namespace/status-patched', '.status.conditions[?(@.type=="Odd")].status')).toBe('True')
    await bench.k('delete', 'namespace', 'status-patched')
  })

  test('label and annotate: add, refuse to overwrite, overwrite, remove, list, by selector', async () => {
    await bench.k('create', 'configmap', 'marked')
    await bench.k('label', 'configmap', 'marked', 'a=1', 'b=2')
    expect((await bench.run('label', 'configmap', 'marked', 'a=2')).stderr).toContain("'a' already has a value (1)")
    await bench.k('label', 'configmap', 'marked', 'a=2', '--overwrite')
    await bench.k('label', 'configmap', 'marked', 'b-')
    expect(JSON.parse(await bench.get('configmap/marked', '.metadata.labels'))).toEqual({ a: '2' })
    expect(await bench.k('label', 'configmap', 'marked', '--list')).toContain('a=2')
    await bench.k('annotate', 'configmap', '-l', 'a=2', 'note=some text')
    expect(await bench.get('configmap/marked', '.metadata.annotations.note')).toBe('some text')
    const version = await bench.get('configmap/marked', '.metadata.resourceVersion')
    expect(
      (await bench.run('annotate', 'configmap', 'marked', 'note=x', '--overwrite', '--resource-version=1')).code,
    ).toBe(1)
    await bench.k('annotate', 'configmap', 'marked', 'note-', `--resource-version=${version}`)
    expect(await bench.get('configmap/marked', '.metadata.annotations')).toBe('')
  })

  test('edit writes what the editor leaves, and nothing if it changes nothing', async () => {
    await bench.k('create', 'configmap', 'edited', '--from-literal=a=before')
    const once = '#!/bin/sh\nsed -i "s/a: before/a: after/" "$1"\n'
    expect((await bench.edit(once, 'configmap', 'edited')).stdout).toContain('configmap/edited edited')
    expect(await bench.get('configmap/edited', '.data.a')).toBe('after')
    expect((await bench.edit(once, 'configmap', 'edited')).stderr).toContain('no changes made')
    const rename =
      '#!/bin/sh\ngrep -q "At least one of apiVersion" "$1" && exit 0\nsed -i "s/name: edited/name: other/" "$1"\n'
    expect((await bench.edit(rename, 'configmap', 'edited')).code).toBe(1)
    expect((await bench.run('get', 'configmap', 'edited')).code).toBe(0)
  })

  test('get: formats, columns, sorting, selectors, watching', async () => {
    await bench.fed(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [map('got-b', { v: '2' }, { got: 'y' }), map('got-a', { v: '1' }, { got: 'y' })],
      }),
      'create',
      '-f',
      '-',
    )
    const got = (...args: string[]) => bench.k('get', 'cm', '-l', 'got=y', ...args)
    expect(await got('-o', 'name')).toBe('configmap/got-a\nconfigmap/got-b\n')
    expect(await got('--no-headers')).toMatch(/^got-a +1 +\S+\ngot-b +1 +\S+\n$/)
    expect(await got('--sort-by=.metadata.creationTimestamp', '-o', 'name')).toMatch(/got-/)
    expect(await got('--sort-by={.data.v}', '-o', 'custom-columns=N:.metadata.name,V:.data.v')).toBe(
      'N       V\ngot-a   1\ngot-b   2\n',
    )
    expect(await got('-o', 'go-template={{range .items}}{{.data.v}}{{end}}')).toBe('12')
    expect(await got('-o', 'yaml')).toContain('kind: List')
    expect(await got('--show-labels')).toContain('got=y')
    expect(await got('-L', 'got')).toMatch(/GOT\n/)
    expect(await bench.k('get', 'cm', '--field-selector=metadata.name=got-a', '-o', 'name')).toBe('configmap/got-a\n')
    expect(await bench.k('get', 'cm/got-a', 'ns/default', '-o', 'name', '--ignore-not-found')).toBe(
      'configmap/got-a\nnamespace/default\n',
    )
    expect(await bench.k('get', 'cm', '-l', 'got in (y),got notin (n)', '--chunk-size=1', '-o', 'name')).toContain(
      'got-b',
    )
    const watch = bench.start('get', 'cm', '-l', 'got=y', '-w', '--output-watch-events', '--no-headers')
    try {
      await eventually(async () => watch.text.includes('ADDED'))
      await bench.k('label', 'cm', 'got-a', 'got-')
      await eventually(async () => /DELETED +got-a/.test(watch.text))
    } finally {
      watch.child.kill()
    }
  })

  test('describe tells of any object and of a missing one', async () => {
    await bench.k('create', 'configmap', 'described', '--from-literal=key=value')
    const text = await bench.k('describe', 'configmap', 'described')
    expect(text).toMatch(/Name: +described/)
    expect(text).toContain('value')
    expect((await bench.run('describe', 'configmap', 'nowhere')).stderr).toContain('not found')
    expect(await bench.k('describe', 'service', 'kubernetes', '--namespace=default')).toContain('ClusterIP')
    expect(await bench.k('describe', 'node', 'worker-1')).toMatch(/Allocated resources/)
  })

  test('delete: by name, selector, all, with a cascade, without waiting', async () => {
    await bench.k('create', 'configmap', 'gone-1')
    await bench.k('create', 'configmap', 'gone-2')
    await bench.k('label', 'configmap', 'gone-1', 'gone-2', 'going=yes')
    expect(await bench.k('delete', 'configmap', '-l', 'going=yes', '--wait=false')).toMatch(
      /gone-1" .*deleted[\s\S]*gone-2" .*deleted/,
    )
    expect(await bench.k('get', 'cm', '-l', 'going=yes', '-o', 'name')).toBe('')
    await bench.fed(JSON.stringify(webDeployment('orphaned', 1)), 'create', '-f', '-')
    await eventually(async () => (await bench.k('get', 'rs', '-l', 'app=orphaned', '-o', 'name')) !== '')
    await bench.k('delete', 'deployment', 'orphaned', '--cascade=orphan')
    const rs = (await bench.k('get', 'rs', '-l', 'app=orphaned', '-o', 'name')).trim()
    expect(rs).toMatch(/^replicaset/)
    await eventually(async () => (await bench.get(rs, '.metadata.ownerReferences')) === '')
    await bench.k('delete', rs, '--cascade=foreground')
    expect(await bench.k('get', 'pods', '-l', 'app=orphaned', '-o', 'name')).toBe('')
  })

  test('wait: for a condition, a value, a deletion; and gives up in time', async () => {
    await bench.fed(JSON.stringify(webDeployment('waited', 1)), 'create', '-f', '-')
    await bench.k('wait', '--for=condition=Available', 'deployment/waited', '--timeout=60s')
    if (minor >= 23)
      await bench.k('wait', '--for=jsonpath={.status.readyReplicas}=1', 'deployment/waited', '--timeout=60s')
    await bench.k('delete', 'deployment', 'waited')
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.com/hold'] } }
    await bench.fed(JSON.stringify(held), 'create', '-f', '-')
    await bench.k('delete', 'configmap', 'held', '--wait=false')
    const waiting = bench.start('wait', '--for=delete', 'configmap/held', '--timeout=60s', '-v=6')
    await eventually(async () => waiting.errors.includes('/configmaps'))
    await bench.k('patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}')
    expect(await waiting.exited).toBe(0)
    await bench.k('create', 'configmap', 'never')
    expect((await bench.run('wait', '--for=condition=Ready', 'configmap/never', '--timeout=1s')).stderr).toContain(
      'timed out',
    )
  })

  test.skipIf(minor < 26)(
    'events lists what happened, of one object, of one type (client has events since 1.26)',
    async () => {
      await bench.k('run', 'eventful', '--image=busybox', '--', 'sleep', '3600')
      await eventually(async () => (await bench.k('events', '--for=pod/eventful')).includes('Scheduled'))
      await eventually(async () =>
        (await bench.k('events', '--for=pod/eventful', '--types=Normal', '-o', 'json')).includes('"Started"'),
      )
      expect(
        await bench.run('events', '--for=pod/eventful', '--types=Warning').then(o => o.stdout + o.stderr),
      ).not.toContain('Scheduled')
      await bench.k('delete', 'pod', 'eventful', '--now')
    },
  )
}
