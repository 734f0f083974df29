export const EXIT = { completed: 0, tasksFailed: 1, usage: 2, internal: 3, stillGoesOn: 4, interrupted: 130 } as const;
