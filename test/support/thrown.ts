// What a call throws, as one line for inline snapshots.

const line = (error: unknown): string => (error instanceof Error ? `${(error as { code?: string }).code ?? error.name}: ${error.message}` : String(error));

/** "CODE: message" of what the call throws; fails the test if it throws nothing. */
export function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return line(error);
  }
  throw new Error('nothing was thrown; expected an error');
}

/** The same for what a promise rejects with. */
export async function rejected(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return line(error);
  }
  throw new Error('nothing was rejected; expected an error');
}
