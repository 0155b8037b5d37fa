import os from 'node:os'
import type { Pod } from './pod.ts'

/** Lets the program see its pod's host name and its one network interface. */
export function overlayHost(pod: Pod): void {
  const { HOSTNAME } = process.env
  if (HOSTNAME) os.hostname = () => HOSTNAME
  const loopback = {
    address: '127.0.0.1',
    netmask: '255.0.0.0',
    family: 'IPv4' as const,
    mac: '00:00:00:00:00:00',
    internal: true,
    cidr: '127.0.0.1/8',
  }
  const mac = ['0a', '58', ...pod.ip.split('.').map(part => Number(part).toString(16).padStart(2, '0'))].join(':')
  const own = {
    address: pod.ip,
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac,
    internal: false,
    cidr: `${pod.ip}/24`,
  }
  os.networkInterfaces = () => ({ lo: [loopback], eth0: [own] })
}
