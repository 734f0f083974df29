/** Where a client may put what it uploads: a PUT with these headers, before the address expires. */
export interface UploadAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

/** Plans that no request can carry: clients put them here, and submit them by their id. Each tenant has its own; they last a day. */
export interface UploadStore {
  /** @param sizeBytes nothing of another size may be put there; undefined: any size */
  open(uploadId: string, sizeBytes: number | undefined): Promise<UploadAddress>;
  /** undefined: nothing was put there, or it has expired. @throws UploadTooLargeError, which has read nothing */
  read(uploadId: string, maxBytes: number): Promise<Uint8Array | undefined>;
  delete(uploadId: string): Promise<void>;
}

/** More was uploaded than is read. */
export class UploadTooLargeError extends Error {
  override readonly name = 'UploadTooLargeError';
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    super(`${sizeBytes} bytes were uploaded`);
    this.sizeBytes = sizeBytes;
  }
}
