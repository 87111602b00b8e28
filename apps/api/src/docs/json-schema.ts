import { z } from 'zod';

type Json = Record<string, unknown>;

/** Turns zod schemas into the JSON Schema of an OpenAPI 3.1 document, collecting named ones under `components.schemas`. */
export class Schemas {
  readonly components: Json = {};

  /** What a client sends: defaults are optional. */
  input(schema: z.ZodType): Json {
    return this.hoisted(schema, 'input');
  }

  /** What a client receives. */
  output(schema: z.ZodType): Json {
    return this.hoisted(schema, 'output');
  }

  private hoisted(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs)) this.components[name] = inComponents(definition);
    return inComponents(root) as Json;
  }
}

/** `#/$defs/X` becomes `#/components/schemas/X`, everywhere; the bounds of every JavaScript integer say nothing and go. */
function inComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, item]) =>
          !((key === 'minimum' || key === 'maximum') && Math.abs(Number(item)) === Number.MAX_SAFE_INTEGER),
      )
      .map(([key, item]) => [
        key,
        key === '$ref' ? String(item).replace('#/$defs/', '#/components/schemas/') : inComponents(item),
      ]),
  );
}
