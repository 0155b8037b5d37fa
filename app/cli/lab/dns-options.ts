import { isIPv4 } from 'node:net'
import { InvalidArgumentError } from 'commander'
import type { DnsAddress } from '../../../engine/network/dns/exchange.ts'

/**
 * Reads `ADDR[:PORT][,…]`, the servers that are asked for names outside of the cluster; `none` takes away what a lab has.
 * @throws InvalidArgumentError
 */
export function dnsServers(text: string): DnsAddress[] {
  if (text === 'none') return []
  return text.split(',').map(part => {
    const [address = '', port = '53', ...more] = part.trim().split(':')
    const number = Number(port)
    if (!isIPv4(address) || more.length || !Number.isInteger(number) || number < 1 || number > 65_535)
      throw new InvalidArgumentError(
        `Give IPv4 addresses, such as 192.168.1.1 or 127.0.0.53:53, or "none"; not "${part}".`,
      )
    return { address, port: number }
  })
}
