import { AppError } from '../../core/errors';

/** What `act` answers, or `unavailable` with this message once the limit has passed; `act` itself goes on unheard. */
export async function withTimeLimit<T>(
  limitMs: number,
  message: string,
  act: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('unavailable', message)), limitMs);
  });
  try {
    return await Promise.race([act(), passed]);
  } finally {
    clearTimeout(timer);
  }
}
