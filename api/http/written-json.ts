import type { Response } from 'express';

/** What a route answers in place of an object where it has written the JSON of it already: for answers of many records. */
export class WrittenJson {
  constructor(readonly text: string) {}
}

const MARKUP: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** Sends it as Express's `json` would with `json escape`: no browser takes what a record holds for markup. */
export function sendWritten(response: Response, { text }: WrittenJson): void {
  response.setHeader('Content-Type', 'application/json');
  response.send(text.replace(/[<>&]/g, (character) => MARKUP[character] ?? character));
}
