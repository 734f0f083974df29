/** Iterations that an inline Map runs at once. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const INLINE_MAP_CONCURRENCY = 40;
