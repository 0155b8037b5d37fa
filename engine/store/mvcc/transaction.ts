/** What a transaction comes to: first all its conditions, then all that can be refused, then the writes. */
import { compareBytes } from '../bytes.ts'
import { CompactedError, FutureRevisionError, InvalidRequestError, StoreError } from '../kv.ts'
import type { Compare, Operation, OperationResult, PutOperation, RangeRequest, TxnRequest, TxnResponse } from '../kv.ts'
import { MAX_EVENTS, revisionOf } from './history.ts'
import type { Machine } from './machine.ts'
import type { Writer } from './writer.ts'

/** A transaction whose branches are chosen. */
export interface Plan {
  type: 'plan'
  succeeded: boolean
  steps: (Exclude<Operation, { type: 'txn' }> | Plan)[]
}

/** Looks at all conditions, those of transactions within too, on the state as it is. */
export function plan(request: TxnRequest, machine: Machine): Plan {
  const succeeded = request.compare.every(compare => holds(compare, machine))
  const branch = succeeded ? request.success : request.failure
  const steps = branch.map(operation => (operation.type === 'txn' ? plan(operation.request, machine) : operation))
  return { type: 'plan', succeeded, steps }
}

/** @throws StoreError if any of the chosen operations cannot be carried out: nothing has been written yet */
export function check(chosen: Plan, machine: Machine): void {
  let ranges = 0
  let events = 0
  let deletesRanges = false
  visit(chosen, operation => {
    if (operation.type === 'put') checkPut(operation, machine)
    else if (operation.type === 'range') ranges++
    else deletesRanges ||= operation.rangeEnd !== undefined
    if (operation.type !== 'range') events++
  })
  if (ranges > 0)
    visit(chosen, operation => {
      if (operation.type === 'range') checkRevision(operation.request.revision, machine)
    })
  if (!deletesRanges) return
  visit(chosen, operation => {
    if (operation.type === 'delete') events += machine.ranges.count(operation.key, operation.rangeEnd)
  })
  if (events >= MAX_EVENTS)
    throw new InvalidRequestError(
      `etcdserver: too many keys (${events}) in one transaction; delete smaller ranges, of at most ${MAX_EVENTS} keys together`,
    )
}

function visit(chosen: Plan, see: (operation: Exclude<Operation, { type: 'txn' }>) => void): void {
  for (const step of chosen.steps) {
    if (step.type === 'plan') visit(step, see)
    else see(step)
  }
}

function checkPut(put: PutOperation, machine: Machine): void {
  if ((put.ignoreValue || put.ignoreLease) && !machine.history.live(put.key))
    throw new InvalidRequestError('etcdserver: key not found')
  if (put.lease && !machine.leases.has(put.lease)) throw leaseNotFound()
}

export function checkRevision(revision: number | undefined, machine: Machine): void {
  if (!revision || revision < 0) return
  if (revision > machine.revision) throw new FutureRevisionError()
  if (revision < machine.compactRevision) throw new CompactedError(machine.compactRevision)
}

/**
 * Carries out what `plan` chose and `check` let pass. With `wanted` false, results that nobody waits for are not computed;
 * the state comes out the same.
 */
export function carryOut(chosen: Plan, machine: Machine, writer: Writer, wanted: boolean): OperationResult[] {
  const results: OperationResult[] = []
  for (const step of chosen.steps) {
    const result = carryOutStep(step, machine, writer, wanted)
    if (wanted && result) results.push(result)
  }
  return results
}

function carryOutStep(
  step: Plan['steps'][number],
  machine: Machine,
  writer: Writer,
  wanted: boolean,
): OperationResult | undefined {
  switch (step.type) {
    case 'range':
      if (wanted) machine.counts.ranges++
      return wanted ? { type: 'range', response: readRange(step.request, machine, writer.current) } : undefined
    case 'put':
      machine.counts.puts++
      return { type: 'put', previous: writer.put(step, wanted && step.previous === true) }
    case 'delete':
      machine.counts.deletes++
      return { type: 'delete', ...writer.removeRange(step.key, step.rangeEnd, wanted && step.previous === true) }
    case 'plan': {
      const results = carryOut(step, machine, writer, wanted)
      return { type: 'txn', response: { revision: writer.current, succeeded: step.succeeded, results } }
    }
  }
}

/** A range, where `current` is the newest revision to be seen: that of the transaction around it, once that has written. */
export function readRange(q: RangeRequest, machine: Machine, current: number) {
  const old = q.revision && q.revision > 0 && q.revision < current ? q.revision : undefined
  return { revision: current, ...machine.ranges.range(q, old) }
}

/** Runs a transaction that only reads, outside of the log. */
export function readTransaction(request: TxnRequest, machine: Machine): TxnResponse {
  const chosen = plan(request, machine)
  check(chosen, machine)
  if (chosen.steps.length > 1) machine.counts.transactions++
  return readPlan(chosen, machine)
}

function readPlan(chosen: Plan, machine: Machine): TxnResponse {
  const { revision } = machine
  const results = chosen.steps.map((step): OperationResult => {
    if (step.type === 'plan') return { type: 'txn', response: readPlan(step, machine) }
    if (step.type !== 'range') throw new StoreError('a read-only transaction cannot write')
    machine.counts.ranges++
    return { type: 'range', response: readRange(step.request, machine, revision) }
  })
  return { revision, succeeded: chosen.succeeded, results }
}

function holds(compare: Compare, machine: Machine): boolean {
  const { key, rangeEnd, target } = compare
  if (target === 'value') {
    // A missing key has no value to compare with, not even an empty one.
    const { kvs } = machine.ranges.range({ key, rangeEnd }, undefined)
    return kvs.length > 0 && kvs.every(kv => fulfils(compare.result, compareBytes(kv.value, bytesOf(compare))))
  }
  const operand = numberOf(compare)
  const rows = rangeEnd
    ? machine.history.liveRange(key, rangeEnd)
    : [machine.history.live(key)].filter(live => live !== undefined)
  if (rows.length === 0) return fulfils(compare.result, 0 - operand)
  return rows.every(live => {
    const actual = target === 'modRevision' ? revisionOf(live.id) : live[target]
    return fulfils(compare.result, actual - operand)
  })
}

function fulfils(result: Compare['result'], order: number): boolean {
  switch (result) {
    case 'equal':
      return order === 0
    case 'notEqual':
      return order !== 0
    case 'greater':
      return order > 0
    case 'less':
      return order < 0
  }
}

function bytesOf({ operand }: Compare): Uint8Array {
  if (typeof operand === 'number') throw new InvalidRequestError('a value is compared with bytes, not a number')
  return operand
}

function numberOf({ target, operand }: Compare): number {
  if (typeof operand !== 'number') throw new InvalidRequestError(`${target} is compared with a number`)
  return operand
}

export function leaseNotFound(): InvalidRequestError {
  return new InvalidRequestError('etcdserver: requested lease not found')
}
