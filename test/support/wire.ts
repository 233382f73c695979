import { z } from 'zod';

/** Answers of the API with the fields that the published client's types do not know; what differs in shape fails here. */

const job = z.looseObject({
  data_model: z.string(),
  status: z.string(),
  counts: z.record(z.string(), z.number()),
});
export type WireJob = z.output<typeof job>;

export function readJobs(data: unknown): WireJob[] {
  return z.array(job).parse(data);
}

const page = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  next: z.string().nullish(),
});

export function readPage(answer: unknown): z.output<typeof page> {
  return page.parse(answer);
}
