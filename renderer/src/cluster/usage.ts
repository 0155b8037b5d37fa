/** What is used: thousandths of a core, and bytes. */
export interface Usage {
  cpu: number
  memory: number
}
