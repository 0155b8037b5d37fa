import { parseBytes, parseDuration, parseFlags } from '../container/flags.ts'

export interface Load {
  /** Threads that compute without pause. */
  cpu: number
  /** Blocks of memory, and the bytes of each. */
  vm: number
  vmBytes: number
  /** After so long it is over; 0: never. */
  timeoutMs: number
}

/** What the options of stress, and of the program of the same name by vish, ask for. @throws Error */
export function readLoad(args: string[]): Load {
  const { flags, rest } = parseFlags(
    args,
    {
      cpu: 0,
      cpus: 0,
      vm: 0,
      'vm-bytes': '256M',
      'vm-hang': '0',
      'vm-keep': false,
      timeout: '0',
      'mem-total': '0',
      'mem-alloc-size': '4Ki',
      'mem-alloc-sleep': '1ms',
      verbose: false,
      quiet: false,
    },
    { short: { c: 'cpu', m: 'vm', t: 'timeout', v: 'verbose', q: 'quiet' } },
  )
  if (rest.length) throw new Error(`unrecognized argument: ${rest[0]}`)
  const total = parseBytes(flags['mem-total'])
  return {
    cpu: flags.cpu || flags.cpus,
    vm: total ? 1 : flags.vm,
    vmBytes: total || parseBytes(flags['vm-bytes']),
    timeoutMs: parseDuration(flags.timeout),
  }
}
