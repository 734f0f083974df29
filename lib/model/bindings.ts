export const bindValue = (v: unknown) => v;
