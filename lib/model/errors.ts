export class PlanningError extends Error { override readonly name = 'PlanningError'; readonly code: string; readonly details: Record<string, unknown>;
 constructor(code: string, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) { super(message, options); this.code = code; this.details = details; } }
export class MissingOutputError extends Error {}
