/** What a foreach puts out: the outputs of its items in their order, null for those without; how many there are, and how many failed. */
export const FOREACH_OUTPUTS = ['results', 'count', 'failed'] as const;
