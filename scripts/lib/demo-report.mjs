/** Tells at the console what the demo company's syncs bring. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 1_000;
const PAGE = 50;
const ENDED = new Set(['SUCCESS', 'FAILED']);

const number = (value) => value.toLocaleString('en-US');
const words = (model) => model.toLowerCase().replaceAll('_', ' ');

/** Follows the first sync, with its progress, until it has ended. */
export async function tellFirstSync(api, companyId, tell) {
  let last = '';
  for (;;) {
    const sync = (await syncsOf(api, companyId)).at(-1);
    if (sync && ENDED.has(sync.status)) {
      const jobs = await jobsOf(api, sync.sync_id);
      if (jobs) {
        for (const line of firstResult(sync, jobs)) tell(line);
        return;
      }
    }
    const line = sync ? progress(sync) : '';
    if (line !== last && line !== '') tell(line);
    last = line;
    await sleep(POLL_MS);
  }
}

function progress({ success_count, failed_count, total_count, counts }) {
  const done = success_count + failed_count;
  return `First sync: ${done} of ${total_count} data models done, ${number(counts?.fetched ?? 0)} records fetched`;
}

function firstResult(sync, jobs) {
  const models = jobs.map(
    ({ data_model, counts }) => `${number(counts.fetched)} ${words(data_model)}`,
  );
  const records = jobs.reduce((sum, { counts }) => sum + counts.fetched, 0);
  const head = `First sync: ${sync.status}, ${number(records)} records${duration(sync)}: ${models.join(', ')}`;
  return [head, ...failures(jobs)];
}

/** For ever: one line for each sync that ends from now on and changed something, or failed. */
export async function tellSyncs(api, companyId, tell) {
  let told = null;
  for (;;) {
    const syncs = await syncsOf(api, companyId);
    const ended = syncs.filter(({ status }) => ENDED.has(status));
    const fresh = told === null ? [] : ended.filter(({ sync_id }) => !told.has(sync_id));
    for (const sync of fresh.reverse()) await tellOne(api, sync, tell);
    // An empty answer is an API that is down as well as a company that is gone: nothing to forget.
    if (syncs.length > 0 || told === null) told = new Set(ended.map(({ sync_id }) => sync_id));
    await sleep(POLL_MS);
  }
}

async function tellOne(api, sync, tell) {
  const jobs = (await jobsOf(api, sync.sync_id)) ?? [];
  const kind =
    sync.trigger === 'auto'
      ? 'Auto sync'
      : `${sync.trigger} sync`.replace(/^./, (first) => first.toUpperCase());
  const changes = jobs.map(changesOf).filter(Boolean);
  if (changes.length > 0) tell(`${kind}: ${changes.join('; ')}${duration(sync)}`);
  for (const line of failures(jobs)) tell(line);
}

/** "invoices 9 changed, 2 new", or null when the job changed nothing. */
function changesOf({ data_model, counts }) {
  const parts = [
    [counts.inserted, 'new'],
    [counts.changed, 'changed'],
    [counts.revived, 'seen again'],
    [counts.deleted, 'deleted'],
    [counts.quarantined, 'quarantined'],
  ];
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${number(count)} ${word}`);
  return text.length === 0 ? null : `${words(data_model)} ${text.join(', ')}`;
}

function failures(jobs) {
  return jobs
    .filter(({ status }) => status === 'FAILED')
    .map(
      ({ data_model, error }) =>
        `✗ ${words(data_model)} FAILED: ${error?.code ?? 'unknown'}: ${error?.message ?? ''}`,
    );
}

function duration({ start_time, end_time }) {
  if (!start_time || !end_time) return '';
  return ` in ${((Date.parse(end_time) - Date.parse(start_time)) / 1000).toFixed(1)} s`;
}

async function syncsOf(api, companyId) {
  const answer = await api
    .get(`/v3/core/syncs?rootfi_company_id=${companyId}&limit=${PAGE}`)
    .catch(() => null);
  return answer?.data ?? [];
}

async function jobsOf(api, syncId) {
  const answer = await api.get(`/v3/core/syncs/${syncId}/jobs`).catch(() => null);
  return answer?.data ?? null;
}
