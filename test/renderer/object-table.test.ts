import { describe, expect, it } from 'vitest'
import { isShown, NO_CHOICE, readChoice, shownColumns, toggleColumn } from '../../renderer/src/objects/table/columns.ts'
import { gridOf, type Column, type Row } from '../../renderer/src/objects/table/rows.ts'
import { all, extend, NOTHING, prune, toggle } from '../../renderer/src/objects/table/selection.ts'
import {
  addTerms,
  removeTerm,
  suggestions,
  termsOf,
  withSelectors,
} from '../../renderer/src/objects/table/selectors.ts'

const columns: Column[] = [
  { name: 'Name', type: 'string' },
  { name: 'Ready', type: 'string' },
  { name: 'IP', type: 'string', priority: 1 },
  { name: 'Node', type: 'string', priority: 1 },
]
const names = (choice = NO_CHOICE) => shownColumns(columns, choice).map(c => c.column.name)

describe('the choice of columns', () => {
  it('begins with what `kubectl get` shows, and takes wide columns in and others out', () => {
    expect(names()).toEqual(['Name', 'Ready'])
    const wide = toggleColumn(columns, NO_CHOICE, columns[2]!)
    expect(names(wide)).toEqual(['Name', 'Ready', 'IP'])
    const narrow = toggleColumn(columns, wide, columns[1]!)
    expect(names(narrow)).toEqual(['Name', 'IP'])
    expect(toggleColumn(columns, toggleColumn(columns, narrow, columns[1]!), columns[2]!)).toEqual(NO_CHOICE)
  })

  it('keeps the place of each column among the cells, and never hides the name', () => {
    expect(shownColumns(columns, { shown: ['Node'], hidden: ['Name', 'Ready'] }).map(c => c.index)).toEqual([0, 3])
    expect(isShown(columns, { shown: [], hidden: ['Name'] }, columns[0]!)).toBe(true)
  })

  it('is read back from what was kept, and is none if that is not of our writing', () => {
    expect(readChoice(JSON.stringify({ shown: ['IP'], hidden: [] }))).toEqual({ shown: ['IP'], hidden: [] })
    for (const text of [null, '', '[', '{"shown": 4}']) expect(readChoice(text)).toEqual(NO_CHOICE)
  })

  it('gives head and rows one grid', () => {
    const rows: Row[] = [{ metadata: { name: 'a' }, cells: ['a', '1/1', '10.0.0.1', 'worker-1'] }]
    const { template, minWidth } = gridOf(columns, shownColumns(columns, NO_CHOICE), rows, true)
    expect(template.match(/minmax/g)).toHaveLength(3)
    expect(parseInt(minWidth)).toBeGreaterThan(200)
  })
})

describe('the selection of rows', () => {
  const order = ['a', 'b', 'c', 'd', 'e']
  const keys = (selection: { keys: ReadonlySet<string> }) => [...selection.keys].sort().join('')

  it('toggles single rows and extends from the last one in either direction', () => {
    const b = toggle(NOTHING, 'b')
    expect(keys(extend(b, order, 'd'))).toBe('bcd')
    expect(keys(extend(toggle(NOTHING, 'd'), order, 'b'))).toBe('bcd')
    expect(keys(toggle(extend(b, order, 'd'), 'c'))).toBe('bd')
    expect(keys(extend(NOTHING, order, 'c'))).toBe('c')
  })

  it('takes all, and loses what is no longer shown', () => {
    const everything = all(order)
    expect(keys(everything)).toBe('abcde')
    expect(keys(prune(everything, ['a', 'e']))).toBe('ae')
    expect(prune(everything, order)).toBe(everything)
    expect(prune(toggle(NOTHING, 'b'), ['a']).anchor).toBeUndefined()
  })
})

describe('selectors', () => {
  const none = { labels: '', fields: '' }

  it('are told one requirement at a time, and go as the server reads them', () => {
    const both = addTerms(addTerms(none, 'labels', 'tier in (b,a), app=web, !old'), 'fields', 'status.phase!=Running')
    expect(termsOf(both)).toEqual([
      { part: 'labels', text: 'app=web' },
      { part: 'labels', text: '!old' },
      { part: 'labels', text: 'tier in (a,b)' },
      { part: 'fields', text: 'status.phase!=Running' },
    ])
    expect(withSelectors('/api/v1/pods', both)).toBe(
      '/api/v1/pods?labelSelector=app%3Dweb%2C%21old%2Ctier+in+%28a%2Cb%29&fieldSelector=status.phase%21%3DRunning',
    )
    expect(withSelectors('/api/v1/pods', none)).toBe('/api/v1/pods')
  })

  it('are not added twice, and can be taken away one by one', () => {
    const twice = addTerms(addTerms(none, 'labels', 'app=web'), 'labels', 'app==web,tier=a')
    expect(twice.labels).toBe('app=web,tier=a')
    expect(removeTerm(twice, { part: 'labels', text: 'app=web' })).toEqual({ labels: 'tier=a', fields: '' })
  })

  it('say what is wrong with them, and keep what an address brought for the server to judge', () => {
    expect(() => addTerms(none, 'labels', 'app in web')).toThrow(/expected/)
    expect(() => addTerms(none, 'fields', 'status')).toThrow(/understand/)
    expect(termsOf({ labels: 'a in', fields: '' })).toEqual([{ part: 'labels', text: 'a in' }])
  })

  it('are suggested: the labels that are used most, and the fields of the kind', () => {
    const labels: Record<string, string>[] = [{ app: 'web' }, { app: 'web', tier: 'a' }]
    const rows = labels.map(labels => ({ metadata: { labels }, cells: [] }))
    expect(suggestions('labels', 'pods', rows)).toEqual(['app=web', 'tier=a'])
    expect(suggestions('fields', 'pods', rows)).toContain('spec.nodeName=')
  })
})
