/**
 * What a record holds under a key that somebody else chose. A plain look-up would also find what every object inherits:
 * `constructor`, `toString` …
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}

/**
 * Sets a key that a client names. An assignment to `__proto__` would not add a key: it would change what the object
 * inherits, and what is then written below it all objects would have.
 */
export function setOwn(map: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true })
  else (map as Record<string, unknown>)[key] = value
}
