import { z } from 'zod';
import type { Connector } from '../../connectors/contract';
import { unreachableRules } from '../../connectors/engine/error-rules';
import { DATA_MODELS } from '../../core/unified/models';
import { FIELD_TABLES } from '../../core/unified/tables';

/** What a connector says of itself, before any call. */
function isSecret(name: string): boolean {
  return /password|secret|token|key$/.test(name);
}

export function describeDeclaration(connector: Connector): void {
  it('declares streams of known models, each under its own name, with a field table', () => {
    const streams = Object.entries(connector.streams);
    expect(streams.length).toBeGreaterThan(0);
    for (const [model, stream] of streams) {
      expect(DATA_MODELS).toContain(model);
      expect(stream.dataModel).toBe(model);
      expect(FIELD_TABLES[stream.dataModel]).toBeDefined();
    }
  });

  it('has a form for exactly what it asks for, unless customers consent at the platform', () => {
    const { fields, credentials, auth } = connector;
    expect(connector.name).toMatch(/\S/);
    for (const { label, help } of fields) {
      expect(label).toMatch(/^[A-Z].*[^.:]$/);
      if (help !== null) expect(help).toMatch(/\S/);
    }
    if (auth.oauth !== undefined) return;
    if (!(credentials instanceof z.ZodObject)) throw new Error('credentials are no object');
    const asked = Object.entries(credentials.shape).map(([name, schema]) => [
      name,
      !schema.safeParse(undefined).success,
    ]);
    expect(fields.map(({ name, required }) => [name, required])).toEqual(asked);
    for (const { name, type } of fields)
      expect([name, isSecret(name)]).toEqual([name, type === 'password']);
  });

  it('has no error rule that can never decide', () => {
    expect(unreachableRules(connector.errorRules)).toEqual([]);
  });
}
