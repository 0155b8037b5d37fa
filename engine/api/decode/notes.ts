/** Deepest nesting that is read. Go's limit is 10,000; ours is what recursive walks over an object bear without care. */
export const MAX_DEPTH = 1000

/** What a reader of bytes returns. */
export interface Decoded {
  value: unknown
  /** Paths of keys that occur more than once, as strict decoding spells them, in the order of the text. */
  duplicates: string[]
  /** What only the text tells; absent where nothing is out of the ordinary. */
  notes?: Notes
}

/** Facts about a text that its value has lost. */
export interface Notes {
  /** Position of each key by its path, its first occurrence. */
  positions?: Map<string, number>
  /** Position of each of the duplicates. */
  again?: number[]
  /** Numbers that are no plain integers of up to 15 digits, as they are written, by path. */
  numbers?: Map<string, string>
  /** What a YAML reader says of the duplicates, with lines. */
  yaml?: string[]
}
