/** The part of JSON Schema that the API document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: Body } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Body {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}

/** Nothing in the document is nested deeper. */
const DEEPEST = 8;

/** Every place of the API where somebody can type what they like, as `path pointer`. */
export function typedPlaces(document: ApiDocument): ReadonlySet<string> {
  const places = Object.entries(document.paths).flatMap(([path, { post }]) => {
    const schema = post?.requestBody?.content['application/json'].schema;
    return schema ? freeStrings(document, schema, '', 0).map((pointer) => `${path} ${pointer}`) : [];
  });
  return new Set(places);
}

function freeStrings(document: ApiDocument, given: Schema, at: string, depth: number): string[] {
  if (depth > DEEPEST) return [];
  const schema = given.$ref ? document.components.schemas[given.$ref.split('/').at(-1)!]! : given;
  const below = (next: Schema, pointer: string): string[] => freeStrings(document, next, pointer, depth + 1);
  if (isFree(schema)) return [at];
  return [
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => below(one, at)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => below(one, `${at}/${name}`)),
    ...(schema.items ? below(schema.items, `${at}/*`) : []),
  ];
}

const isFree = ({ type, ...schema }: Schema): boolean =>
  type === 'string' && !['const', 'enum', 'format', 'pattern'].some((limit) => limit in schema);

/** Where in a body strings stand that hold a mark, as pointers of the document. */
export function markedPlaces(body: unknown, isMarked: (text: string) => boolean, at = ''): string[] {
  if (typeof body === 'string') return isMarked(body) ? [at] : [];
  if (Array.isArray(body)) return body.flatMap((one) => markedPlaces(one, isMarked, `${at}/*`));
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, one]) => markedPlaces(one, isMarked, `${at}/${name}`));
}

/** `/v1/episodes/{id}/barriers/{n}/resolution` for the path as it was sent. */
export function templateOf(document: Pick<ApiDocument, 'paths'>, path: string): string {
  const sent = path.split('/');
  const fits = (template: string): boolean => {
    const parts = template.split('/');
    return parts.length === sent.length && parts.every((part, i) => part.startsWith('{') || part === sent[i]);
  };
  const templates = Object.keys(document.paths).filter(fits);
  return templates.toSorted((a, b) => a.split('{').length - b.split('{').length)[0] ?? path;
}
