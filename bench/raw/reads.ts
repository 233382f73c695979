import { Client } from 'pg';
import { cpuMs } from '../cpu';
import { type Effort, measureSerially, type Serial } from '../serial';

/**
 * The floor of a read: the bare statement, prepared, on one connection of `pg`, its rows as `pg` gives them. No HTTP, no
 * key, no check of what was asked, no answer made of the rows.
 */
export interface RawReadsInput {
  readonly databaseUrl: string;
  readonly postgresPid: number;
  /** Each read is one statement, or two where a number is asked for beside the page. */
  readonly reads: readonly RawRead[];
}

interface RawRead {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly effort: Effort;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** By the read's name. */
export type RawReadsOutput = Readonly<Record<string, Serial>>;

async function main(input: RawReadsInput): Promise<RawReadsOutput> {
  const client = new Client({ connectionString: input.databaseUrl });
  await client.connect();
  const output: Record<string, Serial> = {};
  for (const { name, statements, effort } of input.reads) {
    output[name] = await measureSerially(
      async () => {
        for (const [index, { text, values }] of statements.entries()) {
          await client.query({ name: `${name} ${index}`, text, values: [...values] });
        }
      },
      () => used(input.postgresPid),
      effort,
    );
  }
  await client.end();
  return output;
}

function used(postgresPid: number): Record<string, number> | null {
  const postgres = cpuMs(postgresPid);
  const { user, system } = process.cpuUsage();
  return postgres === null ? null : { program: (user + system) / 1_000, postgres };
}

main(JSON.parse(process.argv[3] ?? '{}') as RawReadsInput).then(
  (output) => process.stdout.write(JSON.stringify(output)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
