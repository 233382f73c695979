import { z } from 'zod';

export const newPassword = z
  .string()
  .min(12, 'Use 12 characters or more.')
  .max(200, 'Use at most 200 characters.');
