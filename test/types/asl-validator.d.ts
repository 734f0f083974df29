declare module 'asl-validator' {
  /** @param definition parsed ASL */
  export default function validate(definition: unknown): { isValid: boolean; errorsText: (separator?: string) => string };
}
