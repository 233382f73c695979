import { startSandbox } from './server';

async function main(): Promise<void> {
  const port = Number(process.env.SANDBOX_PORT ?? 4010);
  const host = process.env.HOST ?? '127.0.0.1';
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`SANDBOX_PORT is not a port number: ${process.env.SANDBOX_PORT}`);
  }
  const sandbox = await startSandbox({
    port,
    host,
    home: process.env.SYNCLINE_HOME ?? '.syncline',
  });
  process.stdout.write(`sandbox platform listening on ${sandbox.url}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = isTaken ? `port ${process.env.SANDBOX_PORT ?? 4010} is already in use` : reason;
  process.stderr.write(`The sandbox platform cannot start: ${sentence}\n`);
  process.exit(1);
});
