/** Below which a bucket has its uploads, by tenant; they expire (see the bucket's lifecycle). */
export const UPLOAD_PREFIX = 'uploads/';
