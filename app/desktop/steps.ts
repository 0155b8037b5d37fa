/** Steps of a start that are told before the lab itself tells of any; pages have words for them in their language. */
export const STEPS = { looking: 'looking for the lab', coming: 'the lab is coming up' } as const
