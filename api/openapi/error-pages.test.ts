import { ERROR_CODES, JOB_ERROR_CODES } from '../../core/errors';
import { errorPage } from './error-pages';

it('the page of errors has an anchor for every code, and nothing that a strict policy would refuse', () => {
  const page = errorPage() ?? '';
  const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const wanted = [...Object.keys(ERROR_CODES), ...JOB_ERROR_CODES.map((code) => `job-${code}`)];
  expect(anchors).toEqual(expect.arrayContaining(wanted));
  expect(new Set(anchors).size).toBe(anchors.length);
  expect(page).not.toMatch(/<script|<style| style=| on\w+=/);
});
