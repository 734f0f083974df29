/** How long an address takes uploads: long enough to begin one. */
export const UPLOAD_ADDRESS_SEC = 15 * 60;

/** How long an upload lasts that is not submitted. */
export const UPLOAD_LIFETIME_DAYS = 1;
