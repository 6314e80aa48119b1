export function withSetUpLock<T>(
  lockFile: string,
  body: () => Promise<T>,
  say?: (message: string) => void,
): Promise<T>;
