import type { Said } from '../text/define.ts'
import { MOST_LINES, type ChartSpec, type Line } from './lines.ts'
import type { metricsTexts } from './text.ts'

type Words = Said<typeof metricsTexts.en>

/** Verbs in the order in which they are drawn; each keeps its stroke while others come and go. */
const VERBS = ['GET', 'LIST', 'WATCH', 'CREATE', 'UPDATE', 'PATCH', 'DELETE', 'DELETECOLLECTION']

/** The controllers whose queues are drawn: those that workloads keep busy. */
const QUEUES = [
  ...['deployment', 'replicaset', 'statefulset', 'daemonset'],
  ...['job', 'endpointslice', 'garbage-collector', 'node-taints'],
]

/** Charts of machines: of all, or of one. */
export function machineCharts(names: readonly string[], t: Words): ChartSpec[] {
  const lines = (figure: string): Line[] => [
    ...names.slice(0, MOST_LINES - 1).map(name => ({ keys: [`machine/${name}/${figure}`], label: name })),
    { keys: [`host/lab/${figure}`], label: t.labHost },
  ]
  return [
    { id: 'machine-cpu', title: t.machineCpu, about: t.machineCpuAbout, unit: 'cores', lines: lines('cpu') },
    {
      id: 'machine-memory',
      title: t.machineMemory,
      about: t.machineMemoryAbout,
      unit: 'bytes',
      lines: lines('memory'),
    },
  ]
}

/** Charts of nodes with all that runs on them. */
export function nodeCharts(names: readonly string[], t: Words): ChartSpec[] {
  const lines = (figure: string): Line[] =>
    names.slice(0, MOST_LINES).map(name => ({ keys: [`node/${name}/${figure}`], label: name }))
  return [
    { id: 'node-cpu', title: t.nodeCpu, about: t.nodeAbout, unit: 'cores', lines: lines('cpu') },
    { id: 'node-memory', title: t.nodeMemory, about: t.nodeAbout, unit: 'bytes', lines: lines('memory') },
  ]
}

/** Charts of the control plane. `masters`: their names. */
export function controlCharts(masters: readonly string[], t: Words): ChartSpec[] {
  const each = (figure: string): Line[] =>
    masters.slice(0, MOST_LINES).map(name => ({ keys: [`api/${name}/${figure}`], label: name }))
  return [
    {
      ...{ id: 'api-verbs', title: t.verbs, about: t.verbsAbout, unit: 'rate' },
      lines: VERBS.map(verb => ({ keys: [`api/verb/${verb}`], label: verb })),
    },
    {
      ...{ id: 'api-latency', title: t.latency, about: t.latencyAbout, unit: 'seconds' },
      lines: [
        { keys: ['api/read/p50'], label: t.readHalf },
        { keys: ['api/read/p99'], label: t.readMost },
        { keys: ['api/write/p50'], label: t.writeHalf },
        { keys: ['api/write/p99'], label: t.writeMost },
      ],
    },
    {
      ...{ id: 'api-errors', title: t.errors, about: t.errorsAbout, unit: 'rate' },
      lines: [
        { keys: ['api/errors/4xx'], label: t.refused },
        { keys: ['api/errors/5xx'], label: t.failed },
      ],
    },
    { id: 'api-masters', title: t.byMaster, about: t.byMasterAbout, unit: 'rate', lines: each('requests') },
    {
      id: 'api-streams',
      title: t.streams,
      about: t.streamsAbout,
      unit: 'count',
      stepped: true,
      lines: each('streams'),
    },
    ...schedulerCharts(masters, t),
    ...controllerCharts(t),
    {
      ...{ id: 'scheduler', title: t.bound, about: t.boundAbout, unit: 'rate' },
      lines: [{ keys: ['scheduler/bound'], label: t.boundLine }],
    },
  ]
}

function schedulerCharts(masters: readonly string[], t: Words): ChartSpec[] {
  return [
    {
      ...{ id: 'scheduler-attempts', title: t.attempts, about: t.attemptsAbout, unit: 'rate' },
      lines: [
        { keys: ['scheduler/attempts/scheduled'], label: t.attemptScheduled },
        { keys: ['scheduler/attempts/unschedulable'], label: t.attemptUnschedulable },
        { keys: ['scheduler/attempts/error'], label: t.attemptError },
      ],
    },
    {
      ...{ id: 'scheduler-pending', title: t.pendingPods, about: t.pendingPodsAbout, unit: 'count', stepped: true },
      lines: [
        { keys: ['scheduler/pending/active'], label: t.pendingActive },
        { keys: ['scheduler/pending/backoff'], label: t.pendingBackoff },
        { keys: ['scheduler/pending/unschedulable'], label: t.pendingUnschedulable },
        { keys: ['scheduler/pending/gated'], label: t.pendingGated },
      ],
    },
    {
      ...{ id: 'scheduler-latency', title: t.attemptTime, about: t.attemptTimeAbout, unit: 'seconds' },
      lines: [
        { keys: ['scheduler/attempt/p50'], label: 'p50' },
        { keys: ['scheduler/attempt/p99'], label: 'p99' },
      ],
    },
    {
      ...{ id: 'component-leads', title: t.offices, about: t.officesAbout, unit: 'count', stepped: true },
      lines: masters.slice(0, MOST_LINES / 2).flatMap(name => [
        { keys: [`scheduler/${name}/leads`], label: t.schedulerOf(name) },
        { keys: [`controllers/${name}/leads`], label: t.controllersOf(name) },
      ]),
    },
  ]
}

function controllerCharts(t: Words): ChartSpec[] {
  const each = (figure: string): Line[] => QUEUES.map(name => ({ keys: [`queue/${name}/${figure}`], label: name }))
  return [
    { id: 'queue-adds', title: t.queueAdds, about: t.queueAddsAbout, unit: 'rate', lines: each('adds') },
    { id: 'queue-depth', title: t.queueDepth, about: t.queueDepthAbout, unit: 'count', lines: each('depth') },
    {
      ...{ id: 'queue-time', title: t.queueTime, about: t.queueTimeAbout, unit: 'seconds' },
      lines: [
        { keys: ['controllers/wait/p50'], label: t.waitHalf },
        { keys: ['controllers/wait/p99'], label: t.waitMost },
        { keys: ['controllers/work/p50'], label: t.workHalf },
        { keys: ['controllers/work/p99'], label: t.workMost },
      ],
    },
  ]
}

/** Charts of the store: one line for each member. */
export function storeCharts(members: readonly string[], t: Words): ChartSpec[] {
  const each = (figure: string): Line[] =>
    members.slice(0, MOST_LINES).map(name => ({ keys: [`store/${name}/${figure}`], label: name }))
  return [
    { id: 'store-commits', title: t.commits, about: t.commitsAbout, unit: 'rate', lines: each('commits') },
    { id: 'store-fsync', title: t.fsync, about: t.fsyncAbout, unit: 'seconds', lines: each('fsync-p99') },
    { id: 'store-behind', title: t.behind, about: t.behindAbout, unit: 'count', lines: each('behind') },
    { id: 'store-term', title: t.term, about: t.termAbout, unit: 'count', stepped: true, lines: each('term') },
    { id: 'store-leads', title: t.leads, about: t.leadsAbout, unit: 'count', stepped: true, lines: each('leads') },
    { id: 'store-size', title: t.size, about: t.sizeAbout, unit: 'bytes', lines: each('size') },
    { id: 'store-revisions', title: t.revisions, about: t.revisionsAbout, unit: 'rate', lines: each('revisions') },
    { id: 'store-pending', title: t.pending, about: t.pendingAbout, unit: 'count', lines: each('pending') },
  ]
}

/** Only lines of which something is known; a chart without any is left out. Strokes follow the place in the whole. */
export function known(charts: readonly ChartSpec[], has: (key: string) => boolean): ChartSpec[] {
  return charts
    .map(chart => ({ ...chart, lines: numbered(chart.lines).filter(line => line.keys.some(has)) }))
    .filter(chart => chart.lines.length > 0)
}

const numbered = (lines: readonly Line[]) => lines.map((line, number) => ({ number, ...line }))
